import assert from "node:assert/strict";
import { isFailed, type SourceOptions } from "../../src/datasets/mod.ts";
import {
  describe,
  elements,
  gzip,
  idx,
  imageOf,
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

/** All entries of one file. */
async function read(content: Tree[string], name = "a.csv", options: SourceOptions = {}) {
  let entries: Awaited<ReturnType<typeof readAll>> = [];
  await withFolder({ [name.replace(/#.*/, "")]: content }, async (baseDirectory) => {
    entries = await readAll([name], { baseDirectory, ...options });
  });
  return entries;
}

/** The rows of entries, or what went wrong. */
function rows(entries: Awaited<ReturnType<typeof readAll>>): (number[] | string)[] {
  return entries.map((entry) =>
    isFailed(entry) ? entry.error.message : [...imageOf(entry).data as Float32Array]
  );
}

test("each row of a CSV is a float image of one row, whatever is between the fields", async () => {
  const wanted = [[1, -2.5, 300], [0, 0.5, 4]];
  const cases = [
    "1,-2.5,3e2\n0,.5,4\n",
    "1;-2.5;3E2\r\n0;,5;4",
    "1\t-2.5\t+300\n\n0\t0.5\t4.\n\n",
    '"1" , "-2.5",300 \n 0,"0.5","4"\n',
    "\ufeffx,y,z\n1,-2.5,300\n0,0.5,4\n",
    '# x,"a ""quoted"", name",z\n1,-2.5,300\n0,0.5,4\n',
  ];
  for (const text of cases) {
    const entries = await read(text);
    assert.deepEqual(rows(entries), wanted, text);
    assert.deepEqual(entries.map(describe), ["a.csv#0", "a.csv#1"]);
    const { width, height, channels, white, data } = imageOf(entries[0]);
    assert.deepEqual([width, height, channels, white], [3, 1, 1, 1]);
    assert.ok(data instanceof Float32Array);
  }
  assert.deepEqual(rows(await read("1\t2", "a.tsv")), [[1, 2]]);
  assert.deepEqual(rows(await read(gzip(new TextEncoder().encode("7\n8\n")), "A.CSV.GZ")), [[7], [
    8,
  ]]);
});

test("a column named label gives labels and no numbers", async () => {
  const entries = await read('x,Label,y\n1,cat,2\n3,"big, dog",4\n5,,6\n7,8\n');
  assert.deepEqual(rows(entries).slice(0, 3), [[1, 2], [3, 4], [5, 6]]);
  assert.deepEqual(
    entries.map(describe),
    ["a.csv#0=cat", "a.csv#1=big, dog", "a.csv#2", "a.csv#3=8!shape"],
  );
});

test("a bad row fails in its place and says line and column", async () => {
  const text = 'x,y\n1,2\n3\n\n4,five\n6,"7\n8,1e39\n,2\n0x1,nan\n9,10\n1,2,3\n';
  assert.deepEqual(rows(await read(text)), [
    [1, 2],
    'Cannot read "a.csv" as line 3 must have 2 columns: current number is 1',
    'Cannot read "a.csv" as column 2 (y) of line 5 must be a number: current value is "five"',
    'Cannot read "a.csv" as the quotes of line 6 must be closed, with nothing after them',
    'Cannot read "a.csv" as column 2 (y) of line 7 must be a number: current value is "1e39"',
    'Cannot read "a.csv" as column 1 (x) of line 8 must be a number: current value is ""',
    'Cannot read "a.csv" as column 1 (x) of line 9 must be a number: current value is "0x1"',
    [9, 10],
    'Cannot read "a.csv" as line 11 must have 2 columns: current number is 3',
  ]);
});

test("a file that is no list of numbers is refused before its first row", async () => {
  const cases: [Tree[string], string, RegExp][] = [
    ["", "empty", /at least one row of numbers: found nothing$/],
    ["\n \r\n", "empty", /found nothing$/],
    ["x,y\n", "empty", /found a line of names$/],
    ["label\na\n", "empty", /a column besides its labels$/],
    [
      "label,x,Label\na,1,b\n",
      "decode",
      /line 1 must name one column "label": columns 1 and 3 are$/,
    ],
    [",x\n0,1\n", "decode", /column 1 of line 1 must have a name: it is empty$/],
    ['1,"2\n', "decode", /quotes of line 1 must be closed/],
    ["\nа\0,1\n", "format", /lines of text in UTF-8$/],
    [Uint8Array.of(0xff, 0xfe, 0x31, 0), "format", /lines of text in UTF-8$/],
    ["1,2,3\n", "too_large", /at most 2 columns: current number is 3$/],
    [gzip(new TextEncoder().encode("1,2\n")).subarray(0, 12), "decode", /found damage/],
  ];
  for (const [content, code, message] of cases) {
    const name = content instanceof Uint8Array && content[0] === 0x1f ? "a.csv.gz" : "a.csv";
    await assert.rejects(read(content, name, { maxPixels: 2 }), { code, message });
  }
  await assert.rejects(readAll(["gone.csv"], {}), { code: "not_found" });
});

test("a packed CSV that is cut short gives its whole rows and one failure", async () => {
  const text = Array.from({ length: 20000 }, (_, i) => `${i},${(i * 7919) % 10007}\n`).join("");
  const packed = gzip(new TextEncoder().encode(text));
  const entries = await read(packed.subarray(0, packed.length >> 1), "a.csv.gz");
  const failed = entries.filter(isFailed);
  assert.equal(failed.length, 1);
  assert.ok(entries.length > 100 && entries.length < 20000);
  const last = entries.length - 2; // not the half of a row
  assert.deepEqual(rows(entries)[last], [last, (last * 7919) % 10007]);
  assert.equal(failed.at(-1), entries.at(-1));
  assert.equal(failed.at(-1)?.error.code, "decode");
});

test("single rows are read by their names, in any order, and from stdin", async () => {
  const text = "x,label\n10,a\n11,b\nbad,c\n13,d\n";
  assert.deepEqual(rows(await read(text, "a.csv#3")), [[13]]);
  await withFolder({ "a.csv": text }, async (baseDirectory) => {
    const paths = ["a.csv#3", "a.csv#0", "a.csv#1", "a.csv#2", "a.csv#4", "a.csv"];
    const stdin = streamOf(paths.join("\n"));
    const entries = await readAll(["-"], { baseDirectory, stdin });
    assert.deepEqual(entries.map(describe), [
      "a.csv#3=d",
      "a.csv#0=a",
      "a.csv#1=b",
      "a.csv#2!decode",
      "a.csv#4!value",
      "a.csv#0=a",
      "a.csv#1=b",
      "a.csv#2=c!decode",
      "a.csv#3=d",
    ]);
    const beyond = entries[4];
    assert.ok(beyond && isFailed(beyond));
    assert.match(beyond.error.message, /the index must be less than 4: current value is 4$/);
  });
});

test("a CSV beside images in a folder is passed over; a PNG named .csv is an image", async () => {
  const tree = { "a.png": await pixel(5), "labels.csv": "name,1\na.png,2\n" };
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  await withFolder({ folder: tree, "b.csv": tree["a.png"] }, async (baseDirectory) => {
    const entries = await readAll(["folder", "b.csv"], { baseDirectory, onWarning });
    assert.deepEqual(entries.map(describe), ["folder/a.png", "b.csv"]);
  });
  assert.match(warnings.join(), /1 file that is not an image: labels\.csv$/);
});

test("100,000 rows are read one after the other, and a limit ends them", async () => {
  const text = "1,2\n".repeat(100_000);
  assert.equal((await read(text)).length, 100_000);
  assert.equal((await read(text, "a.csv", { limit: 3 })).length, 3);
});

test("two axes are one image, and with vectors a list of them", async () => {
  const array = npy("<f4", [2, 3], [1, 2, 3, 4, 5, 6]);
  const [image] = await read(array, "a.npy");
  assert.deepEqual([image && describe(image), imageOf(image).width, imageOf(image).height], [
    "a.npy",
    3,
    2,
  ]);
  const options = { vectors: true };
  const entries = await read(array, "a.npy", options);
  assert.deepEqual(entries.map(describe), ["a.npy#0", "a.npy#1"]);
  assert.deepEqual(rows(entries), [[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual([imageOf(entries[1]).width, imageOf(entries[1]).height], [3, 1]);
  assert.deepEqual(rows(await read(array, "a.npy#1", options)), [[4, 5, 6]]);
  const fortran = npy("<f8", [2, 3], [1, 4, 2, 5, 3, 6], { fortran: true });
  assert.deepEqual(rows(await read(fortran, "a.npy", options)), [[1, 2, 3], [4, 5, 6]]);
  const bytes = await read(idx([2, 3], ramp(6)), "a", options);
  assert.deepEqual(imageOf(bytes[1]).data, Uint8Array.of(3, 4, 5)); // whole numbers keep their depth
  assert.equal((await read(npy("<f4", [1, 2], [1, 2]), "a.npy", options)).length, 1);
  const cut = await read(array.subarray(0, -4), "a.npy", options);
  assert.deepEqual(cut.map(describe), ["a.npy#0", "a.npy#1!decode"]);
});

test("vectors in an npz have its labels; other shapes stay images", async () => {
  const npz = zip({
    "x.npy": npy("<f4", [2, 2], [1, 2, 3, 4]),
    "y.npy": npy("|u1", [2], [7, 9]),
    "z.npy": npy("<f4", [1, 2, 2], elements("<f4", [1, 2, 3, 4])),
  });
  const options = { vectors: true };
  assert.deepEqual((await read(npz, "a.npz#x", options)).map(describe), [
    "a.npz#x#0=7",
    "a.npz#x#1=9",
  ]);
  assert.equal(imageOf((await read(npz, "a.npz#z", options))[0]).height, 2);
});
