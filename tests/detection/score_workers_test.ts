import assert from "node:assert/strict";
import type { AnyImage, Entry } from "../../src/datasets/mod.ts";
import { scoreBatches } from "../../src/detection/_score_batches.ts";
import { ScoringPool } from "../../src/detection/_scoring_pool.ts";
import {
  Detector,
  type ScoredEntry,
  scoreEntries,
  trainDetector,
} from "../../src/detection/mod.ts";
import { type WorkerEntry, workerEntry } from "../../src/workers/mod.ts";
import { encodePng } from "../../src/images/mod.ts";
import { readFixture } from "../images/_fixtures.ts";
import { failure, squares, stream } from "./_entries.ts";

const WORKER = workerEntry("score");

/** A detector of squares; the caller disposes of it. */
async function makeDetector(backend: "wasm" | "cpu" = "wasm"): Promise<Detector> {
  const { model } = await trainDetector(stream(squares(40)), {
    architecture: "vae",
    backend,
    epochs: 1,
    version: "0.0.0",
  });
  return await Detector.open(model, { backend });
}

const SQUARES = squares(50).map((entry) => {
  assert.ok("image" in entry);
  return entry;
});
/** PNG of each square: its own, and of another shape. */
const PNGS = await Promise.all(SQUARES.map(async ({ image }) => ({
  square: await encodePng(image),
  tall: await encodePng({ ...image, width: 4, height: 16 }),
})));

/** Files and pixels, some of them no good; enough work for Workers to come up. */
async function* mixed(count: number): AsyncGenerator<Entry<AnyImage>> {
  for (let i = 0; i < count; i++) {
    const path = `${i}.png`, entry = SQUARES[i % 50]!;
    if (i % 500 === 77) yield failure(path);
    else if (i % 3 === 0) yield { ...entry, path };
    else {
      const whole = PNGS[i % 50]![i % 700 === 1 ? "tall" : "square"];
      const bytes = i % 900 === 2 ? whole.subarray(0, i % 1800 === 2 ? 60 : 0) : whole;
      yield { path, fields: { i }, image: { bytes, options: { name: path } } };
    }
  }
}

/** A result as text: bits, errors and all. */
function tell(entry: ScoredEntry): string {
  const said = "error" in entry
    ? { code: entry.error.code, message: entry.error.message, hint: entry.error.hint }
    : { verdict: entry.verdict, notes: entry.notes };
  return JSON.stringify({ ...entry, error: undefined, ...said });
}

/** All that scoring says, with Workers from the first batch on. */
async function run(
  detector: Detector,
  entries: AsyncIterable<Entry<AnyImage>>,
  { workers, entry = WORKER }: { workers: number; entry?: WorkerEntry },
): Promise<{ told: string[]; warnings: string[] }> {
  const told: string[] = [], warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const pool = new ScoringPool(detector, { workers, entry, onWarning });
  try {
    await pool.start();
    for await (const batch of scoreBatches(pool, entries, detector)) {
      told.push(...batch.map(tell));
    }
  } finally {
    await pool.close();
  }
  return { told, warnings };
}

Deno.test("any number of Workers gives the same records, in order, failures in place", async () => {
  const detector = await makeDetector();
  const { told: alone } = await run(detector, mixed(2000), { workers: 1 });
  assert.equal(alone.length, 2000);
  assert.match(alone[77]!, /"code":"decode","message":"Cannot decode \\"77.png\\"/);
  assert.match(alone[701]!, /"code":"shape".*size must be 8 x 8: current value is 4 x 16/);
  assert.match(alone[2]!, /"fields":\{"i":2\},.*"code":"decode","message":"Cannot decode \\"2.png/);
  assert.match(alone[902]!, /"code":"empty"/);
  for (const workers of [2, 3]) {
    const { told, warnings } = await run(detector, mixed(2000), { workers });
    assert.deepEqual(told, alone);
    assert.deepEqual(warnings, []);
  }
  detector.dispose();
});

Deno.test("Workers come up by themselves in a long run, and nothing changes", async () => {
  const detector = await makeDetector();
  const { told: alone } = await run(detector, mixed(9000), { workers: 1 });
  const told: string[] = [];
  const onWarning = (message: string) => assert.fail(message);
  for await (const batch of scoreEntries(mixed(9000), detector, { workers: 2, onWarning })) {
    told.push(...batch.map(tell));
  }
  assert.deepEqual(told, alone);
  detector.dispose();
});

Deno.test("no entry, one entry and only failures need no Worker", async () => {
  const detector = await makeDetector();
  for (const count of [0, 1]) {
    let outcomes = 0;
    for await (const batch of scoreEntries(mixed(count), detector, { workers: 3 })) {
      outcomes += batch.length;
    }
    assert.equal(outcomes, count);
  }
  const failures = Array.from({ length: 700 }, (_, i) => failure(`${i}`));
  let count = 0;
  for await (const batch of scoreEntries(stream(failures), detector, { workers: 2 })) {
    for (const entry of batch) assert.equal(entry.path, `${count++}`);
  }
  assert.equal(count, 700);
  detector.dispose();
});

Deno.test("a consumer that stops early leaves no Worker, and closes the source", async () => {
  const detector = await makeDetector();
  let closed = false;
  async function* source(): AsyncGenerator<Entry<AnyImage>> {
    try {
      yield* mixed(1e9);
    } finally {
      closed = true;
    }
  }
  let count = 0;
  for await (const batch of scoreEntries(source(), detector, { workers: 3 })) {
    if ((count += batch.length) > 4000) break;
  }
  assert.ok(closed);
  detector.dispose();
});

Deno.test("an abort is passed on at once", async () => {
  const detector = await makeDetector();
  const reason = new Error("enough");
  async function* source(): AsyncGenerator<Entry<AnyImage>> {
    yield* mixed(3000);
    throw reason;
  }
  await assert.rejects(async () => {
    for await (const _ of scoreEntries(source(), detector, { workers: 2 }));
  }, reason);
  detector.dispose();
});

Deno.test("where Workers cannot be had, or fail, this thread does all, and says so once", async () => {
  const detector = await makeDetector();
  const { told: alone } = await run(detector, mixed(1500), { workers: 1 });
  const modules = [
    [new URL("./no_such_worker.ts", import.meta.url).href, /there is no file:.*no_such_worker.ts$/],
    ["data:application/javascript,nonsense(", /Workers failed: \S/],
    ["data:application/javascript,throw new Error('no luck')", /Workers failed: no luck$/],
    [new URL("./_failing_worker.ts", import.meta.url).href, /Workers failed: out of luck$/],
  ] as const;
  for (const [module, message] of modules) {
    const { told, warnings } = await run(detector, mixed(1500), { workers: 3, entry: { module } });
    assert.deepEqual(told, alone);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, message);
  }
  detector.dispose();
});

Deno.test("for another backend, Workers prepare the images and this thread scores", async () => {
  const detector = await makeDetector("cpu");
  const { told } = await run(detector, mixed(300), { workers: 2 });
  assert.deepEqual(told, (await run(detector, mixed(300), { workers: 1 })).told);
  detector.dispose();
});

/** Whole, cut and senseless files of every format. */
async function* files(): AsyncGenerator<Entry<AnyImage>> {
  const fits = new TextEncoder().encode("SIMPLE  =                    T".padEnd(80));
  const contents: [string, Uint8Array][] = [
    ["garbage.png", new Uint8Array(400).fill(7)],
    ["header.fits", fits],
    ["array.npy", new TextEncoder().encode("\x93NUMPY, not one image")],
  ];
  for (
    const name of [
      "grey_8.bmp",
      "rgb.png",
      "grey.jpg",
      "palette.gif",
      "long.tif",
      "lossy.webp",
      "float32.tif",
      "animated.webp",
    ]
  ) {
    const bytes = readFixture(name);
    contents.push([name, bytes], [`cut_${name}`, bytes.subarray(0, bytes.length >> 1)]);
  }
  for (let round = 0; round < 16; round++) {
    for (const [path, bytes] of contents) yield { path, image: { bytes, options: { name: path } } };
  }
  yield { path: "nameless", image: { bytes: new Uint8Array(400).fill(7), options: {} } };
}

Deno.test("a file of any format that cannot be decoded fails alike in every thread", async () => {
  const detector = await makeDetector();
  const { told: here } = await run(detector, files(), { workers: 1 });
  assert.match(
    here[0]!,
    /"code":"format","message":"Cannot decode \\"garbage.png\\" as its content/,
  );
  assert.match(here.at(-1)!, /"code":"format","message":"Cannot decode the image as its content/);
  for (const name of ["cut_rgb.png", "cut_grey.jpg", "cut_palette.gif", "cut_long.tif"]) {
    assert.ok(
      here.some((line) => line.includes(`"code":"decode","message":"Cannot decode \\"${name}`)),
    );
  }
  for (const workers of [2, 3]) {
    assert.deepEqual((await run(detector, files(), { workers })).told, here);
  }
  detector.dispose();
});

Deno.test("a Worker's reply is final: this thread decodes no file again", async () => {
  const detector = await makeDetector();
  const module = new URL("./_refusing_worker.ts", import.meta.url).href;
  const { told, warnings } = await run(detector, mixed(1500), { workers: 2, entry: { module } });
  assert.deepEqual(warnings, []);
  // Good files, of which this thread would have made scores.
  const refused = told.filter((line) => line.includes('"message":"no","hint":"try another"'));
  assert.ok(refused.length > 100, `${refused.length} refused`);
  detector.dispose();
});
