/** Images of formats that cannot be read count in a folder; a limit says which labels it cut off. */

import assert from "node:assert/strict";
import { listLabels } from "../../src/datasets/mod.ts";
import { decode } from "../../src/images/mod.ts";
import { describe, idx, pixel, readAll, test, withFolder } from "./_fixtures.ts";

/** First bytes, from characters of one byte each. */
function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Beginnings of files that cannot be read, by a name without meaning. */
const BY_CONTENT: Readonly<Record<string, readonly [begin: string, format: string]>> = {
  f: ["\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"],
  g: ["8BPS\0\x01\0\0", "Photoshop"],
  h: ["qoif\0\0\0\x10", "QOI"],
  i: ["FUJIFILMCCD-RAW 0201", "camera raw \\(Fujifilm\\)"],
};

/** Names of files whose content tells nothing here. */
const BY_NAME = ["x.heif", "x.JXL", "x.dcm", "x.NEF", "x.exr", "x.tga"];

/** Beginnings of formats that are read, cut off. */
const CUT: Readonly<Record<string, string>> = {
  c: "P5\n16 16\n255\n",
  d: "P3\n# by hand\n2 2\n",
};

test("images of other formats fail in a folder, each with the way out", async () => {
  const files = Object.fromEntries(
    Object.entries(BY_CONTENT).map(([name, [begin]]) => [name, bytes(begin)]),
  );
  const cut = Object.fromEntries(Object.entries(CUT).map(([name, text]) => [name, bytes(text)]));
  const named = Object.fromEntries(BY_NAME.map((name) => [name, "?"]));
  const others = { "notes.txt": "P1 is the first prize", "list.md": "# P5", "y.pdf": "%PDF-1.4" };
  await withFolder(
    { data: { ...cut, ...files, ...named, ...others, "z.png": await pixel(1) } },
    async (folder) => {
      const warnings: string[] = [];
      const entries = await readAll(["data"], {
        baseDirectory: folder,
        onWarning: (message) => void warnings.push(message),
      });
      const wanted = [...Object.keys(files), ...BY_NAME].sort().map((name) =>
        `data/${name}!format`
      );
      const failed = ["data/c!decode", "data/d!decode"];
      assert.deepEqual(entries.map(describe), [...failed, ...wanted, "data/z.png"]);
      assert.match(warnings.join(), /^data: skipped 3 files that are not images: list.md, notes/);
    },
  );
});

test("the message names the format that the content shows", async () => {
  for (const [begin, format] of Object.values(BY_CONTENT)) {
    await assert.rejects(decode(bytes(begin)), {
      code: "format",
      message: new RegExp(`current format is ${format}$`),
    });
  }
});

test("a folder of such images alone is no empty folder", async () => {
  await withFolder(
    { data: { "1.jp2": bytes(BY_CONTENT["f"]![0]), b: "text" } },
    async (folder) => {
      const entries = await readAll(["data"], { baseDirectory: folder });
      assert.deepEqual(entries.map(describe), ["data/1.jp2!format"]);
    },
  );
});

test("a limit says which labels and sources it did not reach", async () => {
  const p = await pixel(0);
  const some = { "1.png": p, "2.png": p, "3.png": p };
  await withFolder(
    { a: { good: some, ugly: some, bad: some }, b: some, c: some },
    async (folder) => {
      const said = async (sources: string[], limit: number) => {
        const warnings: string[] = [];
        const options = { baseDirectory: folder, limit };
        await readAll(sources, { ...options, onWarning: (message) => void warnings.push(message) });
        return warnings;
      };
      assert.deepEqual(await said(["a"], 2), [
        "the limit of 2 images was reached before any image of labels good, ugly",
      ]);
      assert.deepEqual(await said(["a"], 7), []);
      assert.deepEqual(await said(["b"], 2), []);
      assert.deepEqual(await said(["b", "c"], 2), [
        "the limit of 2 images was reached before any image of source c",
      ]);
      assert.deepEqual(await said(["b", "a", "c"], 4), [
        "the limit of 4 images was reached before any image of labels good, ugly or source c",
      ]);
    },
  );
});

test("a limit says which labels it did not reach of a sorted container, not of a mixed one", async () => {
  const labels = Array.from({ length: 60 }, (_, i) => i);
  const file = (of: (i: number) => number) => ({
    "x-images-idx3-ubyte": idx([60, 1, 1], labels.map(() => 7)),
    "x-labels-idx1-ubyte": idx([60], labels.map(of)),
  });
  const tree = {
    sorted: file((i) => Math.floor(i / 15)),
    mixed: file((i) => i % 4),
    all: file((i) => i),
  };
  await withFolder(tree, async (baseDirectory) => {
    const said = async (name: string, limit: number) => {
      const warnings: string[] = [];
      const options = {
        baseDirectory,
        limit,
        onWarning: (text: string) => void warnings.push(text),
      };
      await readAll([`${name}/x-images-idx3-ubyte`], options);
      return warnings;
    };
    const reached = (limit: number, missed: string) => [
      `the limit of ${limit} images was reached before any image of labels ${missed}`,
    ];
    assert.deepEqual(await said("sorted", 12), reached(12, "1, 2, 3"));
    assert.deepEqual(await said("sorted", 25), reached(25, "2, 3"));
    assert.deepEqual(await said("sorted", 59), []);
    assert.deepEqual(await said("mixed", 3), []);
    assert.deepEqual(await said("all", 30), []);
  });
});

test("labels are listed without images, where that is possible", async () => {
  const p = await pixel(0);
  const digits = new URL("../../data/digits/test-images-idx3-ubyte.gz", import.meta.url).pathname;
  const tree = {
    a: { good: { "1.png": p }, bad: { "1.png": p } },
    "v.csv": "1,2\n3,4\n",
    "1.png": p,
  };
  await withFolder(tree, async (folder) => {
    const list = async (...sources: string[]) => {
      const labels = await listLabels(sources, { baseDirectory: folder });
      return labels && [...labels].sort().join();
    };
    assert.equal(await list("a"), "bad,good");
    assert.equal(await list("a", "1.png"), "bad,good");
    assert.equal(await list(digits), "0,1,2,3,4,5,6,7,8,9");
    for (const unknown of ["v.csv", "-", "", "none", `${digits}#3`]) {
      assert.equal(await list("a", unknown), undefined, unknown);
    }
  });
});
