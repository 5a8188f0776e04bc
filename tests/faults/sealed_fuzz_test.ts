import assert from "node:assert/strict";
import { brotliDecompressSync } from "node:zlib";
import { Detector, trainDetector, type TrainOptions } from "../../src/detection/mod.ts";
import { escape } from "../../src/cli/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { modelTypeOf } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { decodeSafetensors } from "../../src/store/safetensors.ts";
import { encodeSealed } from "../../src/store/sealed.ts";
import { runTask, trainDigits, withFolder } from "../commands/_task.ts";
import { squares, stream } from "../detection/_entries.ts";
import { doWithin, runTimed } from "./_processor_time.ts";
import { mutateSealed } from "./_mutate.ts";

const MODELS = new URL("../safety/fixtures/models/", import.meta.url);
/** Bounds of a refusal; the seconds are processor time. */
const MOST = { seconds: 2, bytes: 500e6, characters: 1000 };

/** Asserts that a file is taken, or refused by a short error of some codes, fast and in little memory. */
async function isSafe(
  name: string,
  codes: readonly string[],
  open: () => Promise<unknown>,
): Promise<boolean> {
  const before = Deno.memoryUsage().rss;
  const taken = await doWithin(MOST.seconds, name, async () => {
    try {
      await open();
      return true;
    } catch (error) {
      isRefusal(error, name, codes);
      return false;
    }
  });
  assert.ok(Deno.memoryUsage().rss - before < MOST.bytes, name);
  return taken;
}

/** Asserts that an error is a short one of some codes. */
function isRefusal(error: unknown, name: string, codes: readonly string[]): void {
  assert.ok(error instanceof StrayError, `${name}: ${(error as Error).stack}`);
  assert.ok(codes.includes(error.code), `${name}: ${error.code}: ${error.message}`);
  assert.ok(
    error.message.length < MOST.characters,
    `${name}: ${error.message.length} characters`,
  );
}

/** Opens a model file and does with it what commands do. */
async function useModel(bytes: Uint8Array): Promise<void> {
  const model = decodeModel(bytes, "m"), type = modelTypeOf(model.spec);
  type.describe(model.spec);
  type.scores(model.spec);
  type.layers?.(model.spec);
  const detector = await Detector.open(model, { backend: "wasm" });
  try {
    const image = new Float32Array(detector.inputSize).fill(0.3);
    const details = new Float32Array(detector.detailNames.length);
    const none = new Float32Array(0), classes = Int32Array.of(0);
    await detector.inspect(image, 1, {
      ...{ classes, details, errors: none, convergence: none, significance: none },
    });
  } finally {
    detector.dispose();
  }
}

Deno.test("a sealed model with one wrong value is used or refused: 6900 files", async () => {
  let taken = 0, all = 0;
  for (const { name } of [...Deno.readDirSync(MODELS)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const bytes = brotliDecompressSync(await Deno.readFile(new URL(name, MODELS)));
    for (let seed = 0; seed < 300; seed++, all++) {
      const mutated = mutateSealed(bytes, new Random(1000 * seed + 7));
      if (await isSafe(`${name}, seed ${seed}`, ["model"], () => useModel(mutated))) taken++;
    }
  }
  assert.ok(taken > 0.05 * all && taken < 0.5 * all, `${taken} of ${all} taken`);
});

Deno.test("a sealed checkpoint with one wrong value is resumed or refused: 150 files", async () => {
  const options: TrainOptions = {
    ...{ architecture: "small", backend: "wasm", epochs: 2, batch: 16, workers: 1 },
    ...{ learningRate: 3e-3, seed: 1, calibrate: "split", version: "0" },
  };
  let checkpoint: Uint8Array = new Uint8Array(0);
  await trainDetector(stream(squares(40)), {
    ...options,
    onEpoch: async ({ epoch }, make) => {
      if (epoch === 1) checkpoint = await make();
    },
  });
  let taken = 0;
  for (let seed = 0; seed < 150; seed++) {
    const bytes = mutateSealed(checkpoint, new Random(977 * seed + 3));
    const resume = () =>
      trainDetector(stream(squares(40)), { ...options, resume: { bytes, name: "c" } });
    if (await isSafe(`seed ${seed}`, ["model", "usage"], resume)) taken++;
  }
  assert.ok(taken > 0 && taken < 75, `${taken} of 150 taken`);
});

/** A trained model with parts of its metadata replaced. */
function resealed(
  bytes: Uint8Array,
  change: (metadata: Record<string, string>) => void,
): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes, "m");
  const { checksum: _, ...rest } = metadata;
  change(rest);
  return encodeSealed({ tensors, metadata: rest });
}

Deno.test("a model that claims more than it holds is refused before memory is taken", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const bytes = await Deno.readFile(model);
    const claims: [string, (metadata: Record<string, string>) => void, RegExp][] = [
      // Both took minutes and gigabytes.
      [
        "units",
        (metadata) =>
          metadata["architecture"] = metadata["architecture"]!.replace(
            /"units":\d+/,
            '"units":16777216',
          ),
        /the shape of its weight .* must be \[\d+,16777216\]: current shape is/,
      ],
      [
        "input",
        (metadata) => metadata["input"] = metadata["input"]!.replace('"width":8', '"width":1'),
        /the shape of its input must be \[8,8,1\], its architecture's: current shape is \[8,1,1\]/,
      ],
    ];
    for (const [name, change, message] of claims) {
      await Deno.writeFile(`${folder}/${name}`, resealed(bytes, change));
      for (const command of ["info", "score"]) {
        const args = command === "info"
          ? [`${folder}/${name}`]
          : [`--model=${folder}/${name}`, folder];
        const { code, stderr, seconds } = await runTimed([command, ...args]);
        assert.equal(code, 1, stderr);
        assert.match(stderr, message);
        assert.doesNotMatch(stderr, /^ +at /m);
        assert.ok(seconds < 5, `${seconds} s`);
      }
    }
  });
});

Deno.test("no text of a file reaches a terminal unescaped, or without a bound", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=knn"].slice(1));
    const bytes = await Deno.readFile(model), evil = "\x1b[2J\x1b[31mEVIL\nerror: fake\u202e\u009b";
    const file = decodeSafetensors(bytes, "m"), { checksum: _, ...metadata } = file.metadata;
    const labels = JSON.stringify([evil, "b"]);
    const spec = JSON.parse(metadata["architecture"]!);
    const history = JSON.stringify(
      Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [i, 1])),
    );
    const tensors = new Map([...file.tensors, [`tensor ${evil}`, {
      shape: [1],
      data: new Float32Array(1),
    }]]);
    const variants: Record<string, Record<string, string>> = {
      labels: { ...metadata, labels },
      version: { ...metadata, version: evil },
      name: { ...metadata, architecture: JSON.stringify({ ...spec, name: evil }) },
      score: { ...metadata, score: evil },
      format: { ...metadata, format: evil },
      key: { ...metadata, architecture: JSON.stringify({ ...spec, [evil]: 1 }) },
      history: { ...metadata, history },
      long: { ...metadata, format: "x".repeat(1e6) },
    };
    for (const [name, changed] of Object.entries(variants)) {
      const path = `${folder}/${name}`;
      await Deno.writeFile(path, encodeSealed({ tensors, metadata: changed }));
      for (const command of ["info", "summary", "score"]) {
        const args = command === "score" ? [`--model=${path}`, folder] : [path];
        const { stdout, stderr } = await runTask(command, args);
        const lines = (stdout + stderr).split("\n");
        for (const line of lines) assert.equal(escape(line), line, `${command} ${name}`);
        assert.doesNotMatch(stdout + stderr, /^error: fake/m, `${command} ${name}`);
        assert.ok(stderr.length < 10_000, `${command} ${name}: ${stderr.length} characters`);
      }
    }
  });
});
