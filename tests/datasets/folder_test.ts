import assert from "node:assert/strict";
import { readSources } from "../../src/datasets/mod.ts";
import {
  describe,
  gzip,
  idx,
  imageOf,
  npy,
  pixel,
  readAll,
  test,
  withFolder,
  zip,
} from "./_fixtures.ts";

test("files and folders come in the order given, a missing file in its place", async () => {
  await withFolder({ "b.png": await pixel(2), "a.png": await pixel(1) }, async (folder) => {
    const entries = await readAll(["b.png", "missing.png", "a.png"], { baseDirectory: folder });
    assert.deepEqual(entries.map(describe), ["b.png", "missing.png!not_found", "a.png"]);
    assert.deepEqual([entries[0], entries[2]].map((e) => imageOf(e).data[0]), [2, 1]);
  });
});

test("a folder is sorted by code units, and its folders are labels at any depth", async () => {
  const p = await pixel(0);
  const tree = {
    "b.png": p,
    "B.png": p,
    "ä.png": p,
    "a-x.png": p,
    no: { "2.png": p, "10.png": p, deep: { deeper: { "x.png": p } } },
    a: { "y.png": p },
  };
  await withFolder({ data: tree }, async (folder) => {
    const expected = [
      "data/B.png",
      "data/a/y.png=a",
      "data/a-x.png",
      "data/b.png",
      "data/no/10.png=no",
      "data/no/2.png=no",
      "data/no/deep/deeper/x.png=no",
      "data/ä.png",
    ];
    for (const source of ["data", "data/"]) {
      const entries = await readAll([source], { baseDirectory: folder });
      assert.deepEqual(entries.map(describe), expected);
    }
  });
});

test("what is no image is passed over with one warning, a damaged image is not", async () => {
  const tree = {
    ".DS_Store": "x",
    ".git": { "c.png": "x" },
    "README.md": "text",
    "z.txt": "text",
    "empty": "",
    "no_suffix": await pixel(7),
    "cut.png": (await pixel(7)).subarray(0, 20),
    "fake.JPG": "text",
    "labels.npy": npy("|u1", [3], [1, 2, 3]),
    "x.npy": npy("|u1", [1, 2], [1, 2]),
    more: { "n.txt": "text" },
  };
  await withFolder(tree, async (folder) => {
    const warnings: string[] = [];
    const options = { baseDirectory: folder, onWarning: (m: string) => void warnings.push(m) };
    const entries = await readAll(["."], options);
    assert.deepEqual(entries.map(describe), [
      "./cut.png!decode",
      "./fake.JPG!format",
      "./no_suffix",
      "./x.npy",
    ]);
    assert.deepEqual(warnings, [
      ".: skipped 5 files that are not images: README.md, empty, labels.npy, … (labels.npy: its shape " +
      "must be (N, H, W), (N, H, W, C), (N, C, H, W), (H, W, C) or (H, W), C 1, 3 or 4: current value " +
      "is (3,)); 2 hidden files",
    ]);
  });
});

test("what simulate keeps beside its images is no image, and not worth a warning", async () => {
  const tree = {
    "manifest.ndjson": "{}",
    "simulation.json": "{}",
    cdm: { "0.png": await pixel(1) },
  };
  await withFolder(tree, async (folder) => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const entries = await readAll(["."], { baseDirectory: folder, onWarning });
    assert.deepEqual([entries.map(describe), warnings], [["./cdm/0.png=cdm"], []]);
  });
});

test("a folder without images is an error before the first image", async () => {
  const tree = { "a.png": await pixel(1), none: {}, text: { ".h": "", "a.txt": "text" } };
  await withFolder(tree, async (folder) => {
    for (const [source, count] of [["none", "0"], ["text", "2, 1 of them hidden"]] as const) {
      let taken = 0;
      await assert.rejects(async () => {
        for await (const _ of readSources(["a.png", source], { baseDirectory: folder })) taken++;
      }, {
        name: "StrayError",
        code: "empty",
        message: `Cannot read "${source}" as it must hold at least one image: ` +
          `current number of files is ${count}`,
      });
      assert.equal(taken, 0);
    }
    await assert.rejects(readAll(["gone/"], { baseDirectory: folder }), { code: "not_found" });
  });
});

test("a folder of arrays is read, of one image or many each; data sets are to be named", async () => {
  const image = npy("<f4", [1, 2, 2], [1, 2, 3, 4]), many = npy("|u1", [2, 1, 2], [1, 2, 3, 4]);
  const tree = {
    arrays: { a: { "0.npy": image, "1.npy": image }, b: { "0.npy": many } },
    unfit: { "0.npy": npy("<f4", [2], [1, 2]) },
    sets: { "0.npz": zip({ "x.npy": image }), "1.npz": zip({ "x.npy": image }), "a.txt": "text" },
    idx: { "x-idx3-ubyte.gz": gzip(idx([1, 1, 2], [1, 2])) },
  };
  await withFolder(tree, async (baseDirectory) => {
    const warnings: string[] = [];
    const options = { baseDirectory, onWarning: (m: string) => void warnings.push(m) };
    const names = ["a/0.npy=a", "a/1.npy=a", "b/0.npy#0=b", "b/0.npy#1=b"];
    const entries = await readAll(["arrays"], options);
    assert.deepEqual(entries.map(describe), names.map((name) => `arrays/${name}`));
    assert.deepEqual([await readAll(["unfit"], options), warnings.length], [[], 1]);
    assert.match(
      warnings[0]!,
      /^unfit: .*: 0\.npy \(0\.npy: its shape must be .* value is \(2,\)\)$/,
    );
    for (const [folder, file] of [["sets", "0.npz"], ["idx", "x-idx3-ubyte.gz"]] as const) {
      await assert.rejects(readAll([folder], options), {
        code: "empty",
        hint: `give data sets by their own names, such as ${folder}/${file}`,
      });
    }
  });
});

test("links are followed, in a circle only once", async () => {
  await withFolder({ data: { a: { "x.png": await pixel(1) } } }, async (folder) => {
    await Deno.symlink("..", `${folder}/data/a/up`);
    await Deno.symlink("a/x.png", `${folder}/data/link.png`);
    await Deno.symlink("nowhere.png", `${folder}/data/z.png`);
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const entries = await readAll(["data"], { baseDirectory: folder, onWarning });
    assert.deepEqual(entries.map(describe), [
      "data/a/x.png=a",
      "data/link.png",
      "data/z.png!not_found",
    ]);
    assert.deepEqual(warnings, ["data: skipped 1 pipe, device or circular link"]);
  });
});

test("links that lead out of a folder are read, and told", async () => {
  await withFolder({ data: { a: { "x.png": await pixel(1) } } }, async (folder) => {
    const outside = await Deno.makeTempDir();
    try {
      await Deno.writeFile(`${outside}/secret.png`, await pixel(2));
      await Deno.mkdir(`${folder}/data-2`);
      for (const target of [`${outside}/secret.png`, outside, "../data-2", "a/x.png", "."]) {
        await Deno.symlink(target, `${folder}/data/to-${target.replaceAll("/", "_")}`);
      }
      const warnings: string[] = [];
      const onWarning = (message: string) => void warnings.push(message);
      const entries = await readAll(["data"], { baseDirectory: folder, onWarning });
      assert.equal(entries.length, 4);
      const [, leaving] = warnings;
      assert.match(leaving!, /^data: 3 links lead out of the folder: to-\.\._data-2, to-_/);
    } finally {
      await Deno.remove(outside, { recursive: true });
    }
  });
});

test(
  "a folder in the folder that cannot be read fails in its place, the rest is read",
  async () => {
    const tree = { data: { a: { "x.png": await pixel(1) }, z: { "y.png": await pixel(2) } } };
    await withFolder(tree, async (folder) => {
      // A name that is not UTF-8 is out of reach; permissions would not stop root.
      const args = ["-c", `mkdir "$(printf 'm\\377')"`];
      const made = await new Deno.Command("sh", { args, cwd: `${folder}/data` }).output();
      assert.ok(made.success);
      const entries = await readAll(["data"], { baseDirectory: folder });
      assert.deepEqual(entries.map(describe), [
        "data/a/x.png=a",
        "data/m\ufffd=m\ufffd!not_found",
        "data/z/y.png=z",
      ]);
      assert.match(String((entries[1] as { error?: Error }).error), /or its name is not UTF-8$/);
    });
  },
  Deno.build.os !== "linux",
);

test("a source without a name is wrong usage, not the caller's folder", async () => {
  await withFolder({ "a.png": await pixel(1) }, async (baseDirectory) => {
    await assert.rejects(readAll([""], { baseDirectory }), {
      code: "usage",
      message: /it is empty$/,
    });
  });
});

test("stopping early, the limit and an abort close everything", async () => {
  const tree: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60; i++) tree[`${String(i).padStart(2, "0")}`] = await pixel(i);
  await withFolder({ data: tree }, async (folder) => {
    const options = { baseDirectory: folder };
    for await (const entry of readSources(["data"], options)) {
      if (entry.path === "data/07") break;
    }
    for (const limit of [0, 1, 59, 60, 61]) {
      const entries = await readAll(["data"], { ...options, limit });
      assert.equal(entries.length, Math.min(limit, 60));
      assert.deepEqual(entries.map((e) => imageOf(e).data[0]), [...entries.keys()]);
    }
    for (const readAhead of [1, 2, 100]) {
      const entries = await readAll(["data"], { ...options, readAhead });
      assert.deepEqual(entries.map((e) => imageOf(e).data[0]), [...entries.keys()]);
    }
    const controller = new AbortController();
    let taken = 0;
    await assert.rejects(async () => {
      for await (const _ of readSources(["data"], { ...options, signal: controller.signal })) {
        if (++taken === 5) controller.abort(new Error("enough"));
      }
    }, { message: "enough" });
    assert.equal(taken, 5);
    // An abort waits for no read that is under way, as a pipe may never end; those of files end by themselves.
    while (openFiles(folder) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

/** The number of files of a folder that this process has open. */
function openFiles(folder: string): number {
  const targets = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ""; // closed meanwhile
    }
  });
  return targets.filter((target) => target.startsWith(folder)).length;
}

test("an option out of range is refused", async () => {
  for (const options of [{ limit: -1 }, { limit: 1.5 }, { limit: NaN }, { readAhead: 0 }]) {
    await assert.rejects(readAll(["a.png"], options), { name: "StrayError", code: "value" });
  }
  await assert.rejects(readAll(["-", "-"], {}), { name: "StrayError", code: "usage" });
});

test("an image of more pixels than allowed fails in its place", async () => {
  await withFolder({ "a.png": await pixel(1) }, async (folder) => {
    const entries = await readAll(["a.png"], { baseDirectory: folder, maxPixels: 0 });
    assert.deepEqual(entries.map(describe), ["a.png!too_large"]);
  });
});

// Without sanitizers, as libvips waits for further images before it is closed.
Deno.test("photographs of a telephone and netpbm files count as images; damaged ones fail", async () => {
  const pgm = new TextEncoder().encode("P5 1 1 255\n\x07");
  const heic = new TextEncoder().encode("\0\0\0\x18ftypheic");
  const avif = new TextEncoder().encode("\0\0\0\x18ftypavif");
  const tree = { phone: { "1.heic": heic, "2.avif": avif, "3.pgm": pgm, "no_suffix": pgm } };
  await withFolder(tree, async (folder) => {
    const entries = await readAll(["phone"], { baseDirectory: folder });
    assert.deepEqual(entries.map(describe), [
      "phone/1.heic!decode",
      "phone/2.avif!decode",
      "phone/3.pgm",
      "phone/no_suffix",
    ]);
    assert.equal(imageOf(entries[2]).data[0], 7);
  });
});
