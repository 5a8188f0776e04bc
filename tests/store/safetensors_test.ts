import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/store/mod.ts";

const FILE = {
  tensors: new Map([
    ["a", { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, Infinity) }],
    ["b", { shape: [], data: Float32Array.of(7) }],
    ["empty", { shape: [0], data: new Float32Array(0) }],
  ]),
  metadata: { note: "häßlich" },
};

Deno.test("the bytes are those of the format's own description", () => {
  const bytes = encodeSafetensors(FILE);
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  assert.equal(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length)));
  assert.deepEqual(header, {
    __metadata__: { note: "häßlich" },
    a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
    b: { dtype: "F32", shape: [], data_offsets: [24, 28] },
    empty: { dtype: "F32", shape: [0], data_offsets: [28, 28] },
  });
  assert.equal(bytes.length, 8 + length + 28);
  assert.equal(view.getFloat32(8 + length + 8, true), 3.5);
  assert.equal(view.getFloat32(8 + length + 24, true), 7);
});

Deno.test("what was written is read bit for bit, from any offset of a buffer", () => {
  const bytes = encodeSafetensors(FILE);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const read = decodeSafetensors(shifted.subarray(3), "m");
  assert.deepEqual(read.tensors, FILE.tensors);
  assert.deepEqual(read.metadata, FILE.metadata);
});

Deno.test("bytes are kept among numbers, at any offset; other types are refused by name", () => {
  const tensors = new Map<string, StoredTensor>([
    ["bytes", { shape: [3], data: Uint8Array.of(1, 255, 0) }],
    ["numbers", { shape: [1], data: Float32Array.of(0.1) }],
  ]);
  const bytes = encodeSafetensors({ tensors, metadata: {} });
  assert.deepEqual(decodeSafetensors(bytes, "m").tensors, tensors);
  const text = new TextDecoder("latin1").decode(bytes);
  for (const [from, to] of [["U8", "I8"], ["[3]", "[2]"]] as const) {
    const changed = bytes.slice();
    changed.set(new TextEncoder().encode(to), text.indexOf(from));
    assert.throws(
      () => decodeSafetensors(changed, "m"),
      /"bytes" must (be F32 or U8: current dtype is I8|have 2 bytes)/,
    );
  }
});

Deno.test("a file cut anywhere, or with bytes behind it, is refused by name", () => {
  const bytes = encodeSafetensors(FILE);
  const refused = (cut: Uint8Array) =>
    assert.throws(
      () => decodeSafetensors(cut, "m.safetensors"),
      (error: unknown) =>
        error instanceof StrayError && error.code === "model" &&
        error.message.includes('"m.safetensors"'),
    );
  for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
  refused(new Uint8Array([...bytes, 0]));
});

Deno.test("a tensor with another number of values than its shape is not stored", () => {
  const tensors = new Map([["a", { shape: [2], data: new Float32Array(3) }]]);
  assert.throws(() => encodeSafetensors({ tensors, metadata: {} }), TypeError);
});
