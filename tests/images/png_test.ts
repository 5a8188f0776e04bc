import assert from "node:assert/strict";
import { decode, encodePng } from "../../src/images/mod.ts";

Deno.test("an 8 and a 16-bit PNG come back sample for sample", async () => {
  for (const data of [new Uint8Array(35), new Uint16Array(35)]) {
    const white = data instanceof Uint8Array ? 255 : 65535;
    for (let i = 0; i < data.length; i++) data[i] = (i * 1877) % (white + 1);
    const image = { width: 7, height: 5, channels: 1 as const, data, white };
    const read = await decode(await encodePng(image));
    assert.deepEqual([read.width, read.height, read.channels, read.white], [7, 5, 1, white]);
    assert.deepEqual(read.data, data);
  }
});

Deno.test("a PNG cut anywhere is refused", async () => {
  const data = Uint8Array.from({ length: 35 }, (_, i) => i * 7);
  const bytes = await encodePng({ width: 7, height: 5, channels: 1, data, white: 255 });
  for (let length = 0; length < bytes.length; length++) {
    await assert.rejects(decode(bytes.subarray(0, length)), { name: "StrayError" });
  }
});
