import assert from "node:assert/strict";
import {
  describe,
  elements,
  idx,
  imageOf,
  npy,
  ramp,
  readAll,
  test,
  withFolder,
} from "./_fixtures.ts";

/** Reads `a.npy`. */
async function readNpy(bytes: Uint8Array, name = "a.npy") {
  let entries: Awaited<ReturnType<typeof readAll>> = [];
  await withFolder({ [name]: bytes }, async (baseDirectory) => {
    entries = await readAll([name], { baseDirectory });
  });
  return entries;
}

test("every type of element in both byte orders, in every npy version", async () => {
  const cases = [
    ["u1", [0, 1, 255], 255],
    ["b1", [0, 1, 1], 255],
    ["i1", [-128, 0, 127], 1],
    ["u2", [0, 256, 65535], 65535],
    ["i2", [-32768, 1, 32767], 1],
    ["u4", [0, 65536, 2 ** 24], 1],
    ["i4", [-(2 ** 24), 1, 2], 1],
    ["u8", [0, 2 ** 24, 3], 1],
    ["i8", [-5, 2 ** 24, 3], 1],
    ["f2", [-0.5, 1024, 0.25], 1],
    ["f4", [-0.5, 1e20, 0.25], 1],
    ["f8", [-0.5, 1e20, 0.25], 1],
  ] as const;
  for (const [type, values, white] of cases) {
    const expected = type === "b1" ? [0, 255, 255] : Array.from(Float32Array.from(values));
    for (const order of type.endsWith("1") ? ["|"] : ["<", ">"]) {
      for (const version of [1, 2, 3]) {
        const bytes = npy(order + type, [1, 1, 3], values, { version });
        const image = imageOf((await readNpy(bytes))[0]);
        const got = [image.height, image.width, image.channels, image.white, ...image.data];
        assert.deepEqual(got, [1, 3, 1, white, ...expected], `${order}${type}`);
        const depth = type === "u2" ? 2 : white === 1 ? 4 : 1;
        assert.equal(image.data.BYTES_PER_ELEMENT, depth);
      }
    }
  }
});

test("every shape that is images, in C and in Fortran order", async () => {
  // Sample of image n, row y, column x, channel c, so that a wrong stride shows.
  const sample = (n: number, y: number, x: number, c: number) => n * 97 + y * 31 + x * 7 + c;
  type At = readonly number[];
  const cases: [number[], (at: At) => number, [number, number, number, number]][] = [
    [[6, 5], ([y, x]) => sample(0, y!, x!, 0), [1, 6, 5, 1]],
    [[2, 6, 5], ([n, y, x]) => sample(n!, y!, x!, 0), [2, 6, 5, 1]],
    [[1, 6, 5], ([n, y, x]) => sample(n!, y!, x!, 0), [1, 6, 5, 1]],
    [[6, 5, 3], ([y, x, c]) => sample(0, y!, x!, c!), [1, 6, 5, 3]],
    [[2, 6, 5, 1], ([n, y, x, c]) => sample(n!, y!, x!, c!), [2, 6, 5, 1]],
    [[2, 6, 5, 3], ([n, y, x, c]) => sample(n!, y!, x!, c!), [2, 6, 5, 3]],
    [[2, 6, 5, 4], ([n, y, x, c]) => sample(n!, y!, x!, c!), [2, 6, 5, 4]],
    [[2, 3, 6, 5], ([n, c, y, x]) => sample(n!, y!, x!, c!), [2, 6, 5, 3]],
    [[2, 1, 6, 5], ([n, c, y, x]) => sample(n!, y!, x!, c!), [2, 6, 5, 1]],
  ];
  for (const [shape, at, [count, height, width, channels]] of cases) {
    for (const fortran of [false, true]) {
      for (const type of ["|u1", "<u2", ">f4"]) {
        const data = fill(shape, fortran, at);
        const name = count === 1 ? ["a.npy"] : ["a.npy#0", "a.npy#1"];
        const entries = await readNpy(npy(type, shape, data, { fortran }));
        assert.deepEqual(entries.map(describe), name);
        entries.forEach((entry, n) => {
          const image = imageOf(entry);
          assert.deepEqual([image.height, image.width, image.channels], [height, width, channels]);
          let i = 0;
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              for (let c = 0; c < channels; c++, i++) {
                const expected = sample(n, y, x, c);
                assert.equal(image.data[i], type === "|u1" ? expected & 255 : expected);
              }
            }
          }
          assert.equal(i, image.data.length);
        });
      }
    }
  }
});

/** The elements of an array in the order in which they are stored. */
function fill(shape: number[], fortran: boolean, at: (index: number[]) => number): number[] {
  const size = shape.reduce((a, b) => a * b);
  return Array.from({ length: size }, (_, i) => {
    const index = shape.map(() => 0);
    const axes = shape.map((_, axis) => axis);
    for (const axis of fortran ? axes : axes.reverse()) {
      index[axis] = i % shape[axis]!;
      i = Math.floor(i / shape[axis]!);
    }
    return at(index);
  });
}

test("arrays that are no images are refused with their shape or type", async () => {
  const cases: [Uint8Array, string, RegExp][] = [
    [npy("|u1", [6], ramp(6)), "shape", /current value is \(6,\)$/],
    [npy("|u1", [1, 1, 1, 2, 3], ramp(6)), "shape", /current value is \(1, 1, 1, 2, 3\)$/],
    [npy("|u1", [1, 3, 2, 3], ramp(18)), "shape", /only the second or only the last/],
    [npy("|u1", [1, 2, 2, 2], ramp(8)), "shape", /must be \(N, H, W\), /],
    [npy("|u1", [2, 0, 2], []), "shape", /at least one pixel/],
    [npy("|u1", [0, 2, 2], []), "empty", /current shape is \(0, 2, 2\)$/],
    [npy("<c8", [2, 2], []), "format", /current value is <c8$/],
    [npy("|O", [2, 2], []), "format", /current value is \|O$/],
    [npy("|u1", [1, 9, 9], ramp(81), { version: 4 }), "decode", /version must be 1, 2 or 3/],
    [npy("|u1", [2, 2], ramp(4)).subarray(0, 30), "decode", /header is truncated/],
    [idx([2, 2], ramp(4), 0x0a), "decode", /IDX type must be/],
    [idx([4], ramp(4)), "shape", /current value is \(4,\)$/],
    [idx([2, 2, 2], ramp(4)).subarray(0, 9), "decode", /header is truncated/],
    [new TextEncoder().encode("text"), "format", /as its name says: current format is unknown$/],
  ];
  for (const [bytes, code, message] of cases) {
    await assert.rejects(readNpy(bytes), { name: "StrayError", code, message });
  }
  await withFolder({ "a.npy": npy("|u1", [2, 9, 9], ramp(162)) }, async (baseDirectory) => {
    await assert.rejects(readAll(["a.npy"], { baseDirectory, maxPixels: 80 }), {
      code: "too_large",
    });
    await assert.rejects(readAll(["gone.npy"], { baseDirectory }), { code: "not_found" });
    for (const part of ["2", "99999999999999999999", "x", "-1", ""]) {
      await assert.rejects(readAll([`a.npy#${part}`], { baseDirectory }), { code: "value" });
    }
  });
});

test("every IDX type is read", async () => {
  const cases = [[0x09, "i1"], [0x0b, "i2"], [0x0c, "i4"], [0x0d, "f4"], [0x0e, "f8"]] as const;
  for (const [code, type] of cases) {
    const entries = await readNpy(idx([1, 1, 3], elements(`>${type}`, [-3, 0, 5]), code), "a");
    const { data, white } = imageOf(entries[0]);
    assert.deepEqual(data, Float32Array.of(-3, 0, 5));
    assert.equal(white, 1);
  }
});

test("floats that are not finite are replaced and noted, or fail in their place", async () => {
  const values = [NaN, 1, 2, Infinity, NaN, NaN, NaN, NaN, 5, 6, 7, 8];
  const entries = await readNpy(npy("<f4", [3, 2, 2], values));
  assert.deepEqual(entries.map(describe), ["a.npy#0", "a.npy#1!value", "a.npy#2"]);
  assert.deepEqual(imageOf(entries[0]).data, Float32Array.of(1, 1, 2, 2));
  assert.equal(imageOf(entries[0]).notes?.length, 2);
  assert.equal(imageOf(entries[2]).notes, undefined);
});

test("each image has memory of its own", async () => {
  const entries = await readNpy(npy("|u1", [5, 2, 2], ramp(20)));
  for (const entry of entries) assert.equal(imageOf(entry).data.buffer.byteLength, 4);
});

test("images longer than any buffer are read whole", async () => {
  const width = 700;
  const data = Uint8Array.from({ length: 3 * width * width }, (_, i) => (i * 31) >> 8);
  const entries = await readNpy(npy("|u1", [3, width, width], data));
  entries.forEach((entry, i) => {
    const part = data.subarray(i * width * width, (i + 1) * width * width);
    assert.ok(Uint8Array.from(imageOf(entry).data).every((value, at) => value === part[at]));
  });
  assert.equal(entries.length, 3);
});

test("an npy header may have double quotes, no space and another order", async () => {
  const bytes = npy("<f4", [1, 1, 3], [1, 2, 3]);
  const end = bytes.indexOf(0x0a);
  const headers = [
    `{"descr": "<f4", "fortran_order": False, "shape": (1, 1, 3), }`,
    `{'shape':(1,1,3),"fortran_order":False,'descr':"<f4"}`,
  ];
  for (const header of headers) {
    const changed = bytes.slice();
    changed.set(new TextEncoder().encode(header.padEnd(end - 10)), 10);
    assert.deepEqual([...imageOf((await readNpy(changed))[0]).data], [1, 2, 3]);
  }
});
