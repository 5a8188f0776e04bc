import assert from "node:assert/strict";
import { decode, DecodePool, encodePng, type Image } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";

/** A noisy image, so that its file is large. */
function noise(seed: number): Image {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: 120 * 90 * 3 }, () => random.integer(256));
  return { width: 120, height: 90, channels: 3, data, white: 255 };
}

Deno.test("a pool of any size decodes what decode decodes, and fails as it does", async () => {
  const files = await Promise.all(Array.from({ length: 12 }, (_, i) => encodePng(noise(i))));
  files[5] = files[5]!.slice(0, 9000); // cut short
  files[7] = new Uint8Array(10_000);
  const told = async (decodeFile: typeof decode) =>
    await Promise.all(files.map(async (bytes, i) => {
      try {
        return await decodeFile(bytes, { name: `${i}.png` });
      } catch (error) {
        const { code, message, hint } = error as { code: string; message: string; hint?: string };
        return { code, message, hint };
      }
    }));
  const expected = await told(decode);
  for (const workers of [1, 2, 3]) {
    const pool = new DecodePool({ workers, onWarning: (message) => assert.fail(message) });
    await pool.start();
    assert.deepEqual(await told(pool.decode), expected);
    pool.close();
  }
});

Deno.test("a pool starts Workers by itself when there is enough to decode", async () => {
  const bytes = await encodePng(noise(1));
  const expected = await decode(bytes);
  const pool = new DecodePool({ workers: 2 });
  for (let i = 0; i < 1000; i++) {
    const images = await Promise.all([pool.decode(bytes), pool.decode(bytes), pool.decode(bytes)]);
    for (const image of images) assert.deepEqual(image.data.length, expected.data.length);
  }
  pool.close();
});

Deno.test("a file that a Worker cannot decode is not decoded again", async () => {
  const pool = new DecodePool({ workers: 2, onWarning: (message) => assert.fail(message) });
  await pool.start();
  let reads = 0;
  const options = {
    get maxPixels() {
      reads++;
      return 10;
    },
  };
  const failed = pool.decode(await encodePng(noise(1)), options);
  await assert.rejects(failed, { code: "too_large", hint: /--max-pixels 10800/ });
  assert.equal(reads, 1); // by the message
  pool.close();
});
