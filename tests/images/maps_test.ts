import assert from "node:assert/strict";
import { decode, encodeTiff, mapToSource } from "../../src/images/mod.ts";

Deno.test("a TIFF of 16 bits reads back as it was", async () => {
  const data = Uint16Array.from({ length: 15 }, (_, i) => i * 4369);
  const image = await decode(encodeTiff(data, 5, 3));
  assert.deepEqual([image.width, image.height, image.channels, image.white], [5, 3, 1, 65535]);
  assert.deepEqual(image.data, data);
  assert.throws(() => encodeTiff(data, 4, 3), TypeError);
});

Deno.test("a map goes back to where the model saw the image", () => {
  const input = { width: 2, height: 2, channels: 1, scale: { kind: "depth" } } as const;
  const map = Float32Array.of(0, 8, 0, 8);
  assert.deepEqual(
    mapToSource(map, { ...input, fit: "stretch" }, { width: 4, height: 2 }),
    Float32Array.of(0, 2, 6, 8, 0, 2, 6, 8),
  );
  assert.deepEqual(
    mapToSource(map, { ...input, fit: "crop" }, { width: 4, height: 2 }),
    Float32Array.of(0, 0, 8, 0, 0, 0, 8, 0),
  );
  assert.equal(mapToSource(map, { ...input, fit: "stretch" }, { width: 2, height: 2 }), map);
});
