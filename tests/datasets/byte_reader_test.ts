import assert from "node:assert/strict";
import { ByteReader } from "../../src/datasets/_byte_reader.ts";
import { readSources } from "../../src/datasets/mod.ts";
import { describe, gzip, noise, readAll, test, withFolder } from "./_fixtures.ts";

const LENGTH = 300_000;
const BYTES = noise(LENGTH);

test("peeks, reads, skips and seeks of any length agree with the bytes", async () => {
  const lengths = noise(400);
  await withFolder({ plain: BYTES, packed: gzip(BYTES) }, async (folder) => {
    for (const kind of ["plain", "part", "packed"]) {
      const range = { from: 1000, length: 200_000 };
      const expected = kind === "part" ? BYTES.subarray(1000, 201_000) : BYTES;
      let reader = await ByteReader.openFile(
        `${folder}/${kind === "packed" ? "packed" : "plain"}`,
        kind === "part" ? range : undefined,
      );
      if (kind === "packed") reader = reader.decompress("gzip");
      let at = 0;
      for (let step = 0; step < lengths.length; step++) {
        const length = lengths[step]! * (step % 7 === 0 ? 256 : 3);
        const want = expected.subarray(at, at + length);
        switch (lengths[step]! % 5) {
          case 0:
            assert.ok(same(await reader.peek(length % 65536), want.subarray(0, length % 65536)));
            break;
          case 1:
            await reader.skip(want.length);
            at += want.length;
            break;
          case 2:
            if (!reader.seekable) break;
            at = Math.floor(at / 2);
            await reader.seek(at);
            break;
          default:
            assert.ok(same(await reader.read(length), want));
            at += want.length;
        }
        assert.equal(reader.position, at);
      }
      assert.equal(reader.damage, undefined);
      await reader.close();
    }
  });
});

test("reading all stops at the most that is allowed", async () => {
  await withFolder({ a: BYTES }, async (folder) => {
    for (const most of [LENGTH - 1, LENGTH, LENGTH + 1]) {
      const reader = await ByteReader.openFile(`${folder}/a`);
      await reader.read(0);
      await reader.peek(10);
      const bytes = await reader.readAll(most);
      await reader.close();
      if (most < LENGTH) assert.equal(bytes, undefined);
      else assert.ok(bytes && same(bytes, BYTES));
    }
  });
});

test("a claim of more bytes than there are takes no memory", async () => {
  await withFolder({ a: BYTES }, async (folder) => {
    const reader = await ByteReader.openFile(`${folder}/a`);
    assert.equal((await reader.read(2 ** 45)).length, LENGTH);
    await reader.close();
  });
});

Deno.test({
  name: "a file that Deno may not read fails in its place, and the hint says how to allow it",
  permissions: { read: false },
  async fn() {
    const entries = await Array.fromAsync(readSources(["a.png", "b"]));
    assert.deepEqual(entries.map(describe), ["a.png!denied", "b!denied"]);
    const [first] = entries;
    assert.ok(first && "error" in first);
    assert.equal(first.error.hint, "run with --allow-read=a.png");
    await assert.rejects(readAll(["a.npy"]), { code: "denied" });
  },
});

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
