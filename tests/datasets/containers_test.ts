import assert from "node:assert/strict";
import type { ArrayImages } from "../../src/datasets/_array_images.ts";
import { SharedContainers } from "../../src/datasets/_shared_containers.ts";
import { isFailed, readSources } from "../../src/datasets/mod.ts";
import {
  concat,
  describe,
  elements,
  gzip,
  idx,
  imageOf,
  noise,
  npy,
  pixel,
  ramp,
  readAll,
  streamOf,
  test,
  type Tree,
  withFolder,
  zip,
} from "./_fixtures.ts";

const IMAGES = npy("|u1", [3, 1, 2], ramp(6));

test("IDX images find their labels, packed or not", async () => {
  const images = idx([3, 1, 2], ramp(6));
  const labels = idx([3], [7, 0, 9]);
  const names = [["x-images-idx3-ubyte", "x-labels-idx1-ubyte"], ["images", "labels"]] as const;
  for (const [image, label] of names) {
    for (const packed of [false, true]) {
      for (const packedLabels of [false, true]) {
        const name = image + (packed ? ".gz" : "");
        const tree = {
          [name]: packed ? gzip(images) : images,
          [label + (packedLabels ? ".gz" : "")]: packedLabels ? gzip(labels) : labels,
        };
        await withFolder({ sub: tree }, async (baseDirectory) => {
          const entries = await readAll([`sub/${name}`], { baseDirectory });
          const expected = [7, 0, 9].map((l, i) => `sub/${name}#${i}=${l}`);
          assert.deepEqual(entries.map(describe), expected);
          assert.deepEqual(entries.map((e) => [...imageOf(e).data]), [[0, 1], [2, 3], [4, 5]]);
        });
      }
    }
  }
});

test("IDX images without labels have none, with a wrong number of them are refused", async () => {
  const images = idx([3, 1, 2], ramp(6));
  await withFolder({ "images": images, "x": images }, async (baseDirectory) => {
    for (const name of ["images", "x"]) {
      const entries = await readAll([name], { baseDirectory });
      assert.deepEqual(entries.map(describe), [0, 1, 2].map((i) => `${name}#${i}`));
    }
  });
  await withFolder({ "images": images, "labels": idx([2], [1, 2]) }, async (baseDirectory) => {
    await assert.rejects(readAll(["images"], { baseDirectory }), {
      code: "shape",
      message: 'Cannot read "labels" as it must have 3 labels, one per image: current number is 2',
    });
  });
  await withFolder(
    { "images": images, "labels": idx([3], [1, 2, 3]).subarray(0, 10) },
    async (baseDirectory) => {
      await assert.rejects(readAll(["images"], { baseDirectory }), { code: "decode" });
    },
  );
});

test("a container that is cut short gives its whole images, then one failure", async () => {
  const random = noise(100 * 30_000);
  const array = npy("|u1", [100, 100, 300], random);
  const half = array.length - random.length + 50 * 30_000 + 10;
  const trees: [Tree, number, number][] = [
    [{ "a": array.subarray(0, half) }, 50, 50],
    [{ "a": gzip(array.subarray(0, half)) }, 50, 50],
    [{ "a": gzip(array).subarray(0, 1_500_000) }, 45, 50],
    [{ "a": zip({ "x.npy": array.subarray(0, half) }) }, 50, 50],
    [{ "a": zip({ "x.npy": array.subarray(0, half) }, { deflate: true }) }, 50, 50],
  ];
  for (const [tree, least, most] of trees) {
    await withFolder(tree, async (baseDirectory) => {
      const entries = await readAll(["a"], { baseDirectory });
      const whole = entries.length - 1;
      assert.ok(whole >= least && whole <= most, `${whole} images`);
      assert.ok(entries.slice(0, -1).every((entry) => !isFailed(entry)));
      const failed = entries.at(-1)!;
      assert.ok(isFailed(failed));
      assert.equal(failed.error.code, "decode");
      assert.match(
        failed.error.message,
        new RegExp(`it must hold 100 images: it is truncated, ${whole} of 100 are whole$`),
      );
    });
  }
});

test("a damaged gzip stream says so, and its images before are whole", async () => {
  const packed = gzip(idx([40, 100, 100], noise(400_000)));
  packed.fill(0xff, packed.length / 2, packed.length / 2 + 64);
  await withFolder({ "a.gz": packed }, async (baseDirectory) => {
    const entries = await readAll(["a.gz"], { baseDirectory });
    const failed = entries.at(-1)!;
    assert.ok(isFailed(failed));
    assert.match(failed.error.message, /it is damaged \(.+\), \d+ of 40 are whole$/);
    assert.ok(entries.length > 1 && entries.length <= 40);
  });
});

test("a wrong checksum does not pass unsaid", async () => {
  // zlib loses the data that it still holds: the last images. It holds none if the checksum
  // comes by itself, in the second of the pieces of 65,536 bytes in which the file is read.
  let width = 65_400;
  while (gzip(idx([1, 1, width], noise(width))).length < 65_536 + 7) width++;
  const cases = [[[3, 1, 2], 0], [[40, 100, 100], 0], [[1, 1, width], 1]] as const;
  for (const [shape, warned] of cases) {
    const packed = gzip(idx(shape, noise(shape[0] * shape[1] * shape[2])));
    packed[packed.length - 6]! ^= 1;
    await withFolder({ "a.gz": packed }, async (baseDirectory) => {
      const warnings: string[] = [];
      const onWarning = (message: string) => void warnings.push(message);
      const entries = await readAll(["a.gz"], { baseDirectory, onWarning });
      assert.equal(warnings.length, warned);
      assert.equal(entries.filter(isFailed).length, 1 - warned);
      assert.ok(entries.length > shape[0] - 20);
    });
  }
});

test("gzip in several members or with padding is read whole", async () => {
  const array = idx([3, 1, 2], ramp(6));
  const members = concat(gzip(array.subarray(0, 17)), gzip(array.subarray(17)), new Uint8Array(9));
  await withFolder({ "a.gz": members }, async (baseDirectory) => {
    const entries = await readAll(["a.gz"], { baseDirectory });
    assert.deepEqual(entries.map((e) => [...imageOf(e).data]), [[0, 1], [2, 3], [4, 5]]);
  });
});

test("npz members are found by key, however they are packed", async () => {
  const members = { "x_train.npy": IMAGES, "a/b#1.npy": npy("|u1", [2, 1, 1], [8, 9]) };
  for (const deflate of [false, true]) {
    for (const zip64 of [undefined, "local", "all"] as const) {
      const bytes = zip(members, { deflate, ...(zip64 && { zip64 }) });
      await withFolder({ "d.npz": bytes }, async (baseDirectory) => {
        const read = async (source: string) =>
          (await readAll([source], { baseDirectory })).map((e) =>
            `${describe(e)}:${imageOf(e).data.join()}`
          );
        const all = ["d.npz#x_train#0:0,1", "d.npz#x_train#1:2,3", "d.npz#x_train#2:4,5"];
        assert.deepEqual(await read("d.npz#x_train"), all);
        for (const i of [2, 0, 1]) assert.deepEqual(await read(`d.npz#x_train#${i}`), [all[i]]);
        assert.deepEqual(await read("d.npz#a/b#1"), ["d.npz#a/b#1#0:8", "d.npz#a/b#1#1:9"]);
        assert.deepEqual(await read("d.npz#a/b#1#1"), ["d.npz#a/b#1#1:9"]);
      });
    }
  }
});

test("without a key the only array is taken, else the keys are listed", async () => {
  const one = { "x.npy": IMAGES, "y.npy": npy("<i8", [3], [4, 5, 6]), "note.txt": IMAGES };
  await withFolder({ "d.npz": zip(one) }, async (baseDirectory) => {
    const entries = await readAll(["d.npz"], { baseDirectory });
    assert.deepEqual(entries.map(describe), ["d.npz#x#0=4", "d.npz#x#1=5", "d.npz#x#2=6"]);
    assert.deepEqual((await readAll(["d.npz#1"], { baseDirectory })).map(describe), ["d.npz#1=5"]);
  });
  const two = { "a.npy": IMAGES, "b.npy": IMAGES };
  await withFolder({ "d.npz": zip(two), "e.npz": zip({}) }, async (baseDirectory) => {
    await assert.rejects(readAll(["d.npz"], { baseDirectory }), {
      code: "value",
      message: 'Cannot read "d.npz" as its key must be one of "a", "b": current value is missing',
      hint: "name one array, such as d.npz#a",
    });
    await assert.rejects(readAll(["d.npz#c"], { baseDirectory }), {
      code: "value",
      message: 'Cannot read "d.npz" as its key must be one of "a", "b": current value is "c"',
    });
    await assert.rejects(readAll(["e.npz"], { baseDirectory }), { code: "empty" });
  });
});

test("64-bit labels stay apart where doubles do not", async () => {
  const bits = (values: readonly bigint[], little: boolean) => {
    const view = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, i) => view.setBigUint64(8 * i, BigInt.asUintN(64, value), little));
    return new Uint8Array(view.buffer);
  };
  const unsigned = [1237648720693755918n, 1237648720693755919n, 18446744073709551615n];
  const signed = [1237648720693755918n, 1237648720693755919n, -9223372036854775808n];
  for (const [type, values] of [["<u8", unsigned], [">u8", unsigned], [">i8", signed]] as const) {
    const labels = npy(type, [3], bits(values, type[0] === "<"));
    const bytes = zip({ "x_train.npy": IMAGES, "y_train.npy": labels });
    await withFolder({ "a.npz": bytes }, async (baseDirectory) => {
      const entries = await readAll(["a.npz"], { baseDirectory });
      assert.deepEqual(entries.map(({ label }) => label), values.map(String));
    });
  }
});

test("labels in an npz may be numbers, strings, or of no use", async () => {
  const text = elements(
    "<u4",
    [..."ab", "\0", ..."é", "\0", "\0", ..."xyz"].map((c) => c.codePointAt(0)!),
  );
  const cases: [string, Uint8Array, string, (string | undefined)[]][] = [
    ["x_train", npy("<i4", [3, 1], [1, -2, 3]), "y_train", ["1", "-2", "3"]],
    ["x_test", npy("<f8", [3], [1, 2.5, 3]), "y_test", ["1", "2.5", "3"]],
    ["images", npy("<U3", [3], text), "labels", ["ab", "é", "xyz"]],
    ["train_images", npy("|S2", [3], Uint8Array.of(97, 0, 98, 99, 0, 0)), "train_labels", [
      "a",
      "bc",
      "",
    ]],
    ["x_train", npy("<i4", [3], [1, 2, 3]), "y_test", [undefined, undefined, undefined]],
    ["x_train", npy("<i4", [2], [1, 2]), "y_train", [undefined, undefined, undefined]],
  ];
  for (const [key, labels, labelKey, expected] of cases) {
    const misfit = expected[0] === undefined && labelKey === "y_train";
    const bytes = zip({ [`${key}.npy`]: IMAGES, [`${labelKey}.npy`]: labels });
    await withFolder({ "d.npz": bytes }, async (baseDirectory) => {
      const warnings: string[] = [];
      const onWarning = (message: string) => void warnings.push(message);
      const entries = await readAll([`d.npz#${key}`], { baseDirectory, onWarning });
      assert.deepEqual(entries.map((e) => e.label), expected);
      assert.equal(warnings.length, misfit ? 1 : 0);
    });
  }
});

test("a damaged zip file is refused", async () => {
  const whole = zip({ "x.npy": IMAGES });
  for (const bytes of [whole.subarray(0, 100), whole.subarray(0, -5), whole.subarray(0, 4)]) {
    await withFolder({ "d.npz": bytes }, async (baseDirectory) => {
      await assert.rejects(readAll(["d.npz"], { baseDirectory }), { code: "decode" });
      await assert.rejects(readAll(["d.npz#x"], { baseDirectory }), { code: "decode" });
    });
  }
});

test("a damaged header in a zip file costs its member, and no other", async () => {
  const bytes = zip({ "x.npy": IMAGES, "z.npy": IMAGES });
  bytes[30 + "x.npy".length + IMAGES.length] = 0;
  await withFolder({ "d.npz": bytes }, async (baseDirectory) => {
    assert.equal((await readAll(["d.npz#x"], { baseDirectory })).length, 3);
    await assert.rejects(readAll(["d.npz#z"], { baseDirectory }), {
      code: "decode",
      message: 'Cannot read "d.npz" as the zip header of its member "z.npy" is damaged',
    });
  });
});

test("a name that really contains # is that file, and parts of it can be named", async () => {
  const tree = {
    "a#1.png": await pixel(1),
    "b#2.npy": IMAGES,
    "b": await pixel(2),
    "c.npy#0": await pixel(3),
    "c.npy": IMAGES,
    "c.npy#x": await pixel(4),
  };
  await withFolder(tree, async (baseDirectory) => {
    const names = [
      "c.npy#x",
      "a#1.png",
      "b#2.npy",
      "b#2.npy#1",
      "c.npy#0",
      "c.npy#1",
      "b#7",
      "a#1.png#0",
    ];
    const entries = await readAll(names, { baseDirectory });
    const expected = [
      "c.npy#x",
      "a#1.png",
      "b#2.npy#0",
      "b#2.npy#1",
      "b#2.npy#2",
      "b#2.npy#1",
      "c.npy#0",
      "c.npy#1",
      "b#7!value",
      "a#1.png#0!value",
    ];
    assert.deepEqual(entries.map(describe), expected);
    assert.equal(imageOf(entries[6]).data[0], 3);
    const lines = names.join("\n");
    const again = await readAll(["-"], { baseDirectory, stdin: streamOf(lines) });
    assert.deepEqual(again.map(describe), expected);
  });
});

test("the names of entries read back as the same images", async () => {
  const tree = {
    "i.gz": gzip(idx([3, 1, 2], ramp(6))),
    "d.npz": zip({ "x.npy": IMAGES, "z.npy": IMAGES }, { deflate: true }),
    "a.npy": IMAGES,
    "one.npy": npy("|u1", [1, 1, 2], [8, 9]),
  };
  await withFolder(tree, async (baseDirectory) => {
    const sources = ["i.gz", "d.npz#z", "a.npy", "one.npy"];
    const entries = await readAll(sources, { baseDirectory });
    assert.equal(entries.length, 10);
    // Backwards and interleaved, so that packed files must go back.
    const order = [9, 2, 5, 8, 1, 4, 7, 0, 3, 6, 2, 5].map((i) => entries[i]!);
    const stdin = streamOf(order.map(({ path }) => path).join("\n"));
    const again = await readAll(["-"], { baseDirectory, stdin });
    assert.deepEqual(again, order);
  });
});

test("of the containers whose images are named, only a few are open at a time", async () => {
  const shared = new SharedContainers();
  let open = 0;
  const container = () => {
    open++;
    return Promise.resolve({ close: () => Promise.resolve(void open--) } as ArrayImages);
  };
  for (const i of [0, 1, 2, 3, 0, 4, 5, 0, 6, 7, 8, 0, 9]) {
    await shared.use(`${i}`, container, () => Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve));
    assert.ok(open <= 4, `${open} are open`);
  }
  const failing = shared.use("x", () => Promise.reject(new Error("no")), () => Promise.resolve());
  await assert.rejects(failing, { message: "no" });
  await shared.close();
  assert.equal(open, 0);
});

test("more containers than are kept open can be named", async () => {
  const tree = Object.fromEntries(
    ramp(9).map((i) => [`${i}.npy`, npy("|u1", [2, 1, 1], [i, i + 50])]),
  );
  await withFolder(tree, async (baseDirectory) => {
    const lines = [0, 1, 0].flatMap((n) => ramp(9).map((i) => `${i}.npy#${n}`));
    const entries = await readAll(["-"], { baseDirectory, stdin: streamOf(lines.join("\n")) });
    assert.deepEqual(
      entries.map((e) => imageOf(e).data[0]),
      [0, 50, 0].flatMap((n) => ramp(9).map((i) => i + n)),
    );
  });
});

test("stopping in the midst of a packed container closes it", async () => {
  const data = noise(4_000_000);
  const tree = {
    "i.gz": gzip(idx([400, 100, 100], data)),
    "d.npz": zip({ "x.npy": npy("|u1", [400, 100, 100], data) }, { deflate: true }),
  };
  await withFolder(tree, async (baseDirectory) => {
    for (const source of ["i.gz", "d.npz"]) {
      for await (const _ of readSources([source], { baseDirectory })) break;
      assert.equal((await readAll([source], { baseDirectory, limit: 3 })).length, 3);
    }
  });
});
