/** Exports to ONNX, beside the models, in ONNX Runtime. */

import assert from "node:assert/strict";
import { PbfReader } from "pbf";
import { Detector, recordDetector } from "../../src/detection/mod.ts";
import { readModelProto } from "../../src/export/_onnx.generated.ts";
import { generateOnnxModule, ONNX_MODULE } from "../../src/export/build.ts";
import { checkExport, exportDetector } from "../../src/export/mod.ts";
import { decodeModel } from "../../src/store/mod.ts";
import { runStray } from "../cli/_program.ts";
import { runTask, trainDigits, withFolder } from "../commands/_task.ts";
import { fixture, MODEL_FIXTURES, unpack } from "../safety/_fixtures.ts";
import { digits } from "./_digits.ts";
import { openOnnx } from "./_runtime.ts";

/** Largest difference of reconstructions, latents and maps, whose numbers are about 1. */
const NUMBERS = 1e-4;
const FACTS = { version: "test", metadata: { name: "a name" } };
/** Models that are no graph, and a word of the reason. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  patchcore: /patches/,
  "lens-fit": /fits a lens/,
};

/** Exports a model, checked, and opens the file in ONNX Runtime. */
async function exported(detector: Detector) {
  const options = { score: detector.scoreName, fpr: detector.fpr };
  const graph = await recordDetector(detector.model, options);
  const { files, agreement } = await exportDetector("onnx", {
    ...{ detector, facts: FACTS, model: new Uint8Array() },
    graph: () => Promise.resolve(graph),
  });
  const bytes = files.get("")!;
  assert.ok(agreement!.difference <= 1e-4);
  return { graph, bytes, evaluate: await openOnnx(bytes) };
}

/** Asserts that two lists of numbers are all but equal. */
function assertClose(found: ArrayLike<number>, wanted: Float32Array, name: string): void {
  assert.equal(found.length, wanted.length, name);
  const scale = Math.max(1, wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  wanted.forEach((value, i) => {
    assert.ok(
      Math.abs(found[i]! - value) <= NUMBERS * scale,
      `${name}: ${found[i]} is not ${value}`,
    );
  });
}

/** Compares all outputs of an export with the detector, on images as the files have them. */
async function compare(detector: Detector, raw: Float32Array, x: Float32Array, count: number) {
  const { graph, evaluate } = await exported(detector);
  const { width, height, channels } = detector.model.input;
  const found = await evaluate(raw, [count, height, width, channels]);
  assert.deepEqual([...found.keys()].toSorted(), [...graph.outputs.keys()].toSorted());
  const calibration = detector.calibrationScores, range = calibration.at(-1)! - calibration[0]!;
  (await detector.scores(x, count)).forEach((score, i) => {
    const got = found.get("score")![i]!;
    assert.ok(Math.abs(got - score) <= 1e-4 * Math.max(Math.abs(score), range), `${got}, ${score}`);
    const { p, anomaly } = detector.judge(got); // of the very score: ranks are exact
    assert.ok(Math.abs(found.get("p")![i]! - p) < 1e-6, `${found.get("p")![i]} is not ${p}`);
    assert.equal(Boolean(found.get("anomaly")![i]), anomaly);
  });
  if (found.has("error_map")) {
    assertClose(found.get("error_map")!, await detector.errorMaps(x, count), "error_map");
  }
  if (detector.can("errors")) {
    assertClose(
      found.get("reconstruction")!,
      await detector.reconstruct(x, count),
      "reconstruction",
    );
  }
  if (detector.can("encode")) {
    assertClose(found.get("latent")!, (await detector.encode(x, count)).values, "latent");
  }
  return found;
}

for (const { name } of MODEL_FIXTURES) {
  Deno.test(`a file of ${name} gives the same in ONNX Runtime, or says why it cannot`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/model`;
      await unpack(fixture(`models/${name}.br`), path);
      const detector = await Detector.open(await Deno.readFile(path), {
        backend: "wasm",
        fpr: 0.1,
      });
      try {
        const refused = REFUSED[name];
        if (refused) return await assert.rejects(recordDetector(detector.model), refused);
        const size = detector.inputSize, count = 5;
        const x = Float32Array.from({ length: count * size }, (_, i) => (i * 7919 % 1000) / 1000);
        await compare(detector, x, x, count);
      } finally {
        detector.dispose();
      }
    });
  });
}

const TRAININGS: Readonly<Record<string, readonly string[]>> = {
  "a combined score": ["--model=vae", "--epochs=1"],
  "neighbours by edges": ["--model=knn"],
  "neighbours by pixels": ["--model=knn", "--features=pixels", "--metric=euclidean"],
  "a scale by range": ["--model=dense", "--epochs=1", "--scale=0,200"],
  "a scale by percentiles": ["--model=dense", "--epochs=1", "--scale=percentile"],
};

for (const [what, flags] of Object.entries(TRAININGS)) {
  Deno.test(`the verdicts on digits are the same in ONNX Runtime: ${what}`, async () => {
    await withFolder(async (folder) => {
      const file = await trainDigits(folder, flags);
      const detector = await Detector.open(await Deno.readFile(file), { backend: "wasm" });
      try {
        const { raw, x, count } = await digits(detector.model, 60);
        const found = await compare(detector, raw, x, count);
        assert.ok(new Set(Array.from(found.get("p")!)).size > 10, "many different ranks");
      } finally {
        detector.dispose();
      }
    });
  });
}

Deno.test("pixels outside a region's mask do not count in ONNX Runtime either", async () => {
  await withFolder(async (folder) => {
    const file = await trainDigits(folder, ["--model=dense", "--epochs=1"]);
    const whole = decodeModel(await Deno.readFile(file), file);
    const mask = { of: { width: 8, height: 8 }, runs: [16, 20, 9, 19] };
    const region = { x: 0, y: 0, width: 8, height: 8, mask };
    const detector = await Detector.open({ ...whole, input: { ...whole.input, region } }, {
      backend: "wasm",
    });
    try {
      const { raw, x, count } = await digits(detector.model, 20);
      const found = await compare(detector, raw, x, count);
      assert.ok(Array.from(found.get("error_map")!).slice(0, 16).every((error) => error === 0));
    } finally {
      detector.dispose();
    }
  });
});

Deno.test("an image scores the same in batches of any size; ties have the rank of stray", async () => {
  await withFolder(async (folder) => {
    const file = await trainDigits(folder, ["--model=vae", "--epochs=1"]);
    const detector = await Detector.open(await Deno.readFile(file), { backend: "wasm" });
    try {
      const { evaluate, bytes } = await exported(detector);
      const { raw } = await digits(detector.model, 7), size = detector.inputSize;
      const all = (await evaluate(raw, [7, 8, 8, 1])).get("score")!;
      for (const i of [0, 3, 6]) {
        const one = (await evaluate(raw.slice(i * size, (i + 1) * size), [1, 8, 8, 1])).get(
          "score",
        )!;
        assert.ok(Math.abs(one[0]! - all[i]!) <= 1e-6 * Math.max(1, Math.abs(all[i]!)));
      }
      const { metadata_props, opset_import, graph } = readModelProto(new PbfReader(bytes));
      assert.deepEqual(metadata_props, [{ key: "name", value: "a name" }]);
      assert.deepEqual(opset_import, [{ domain: "", version: 17 }]);
      assert.equal(graph.input[0].type.tensor_type.shape.dim[0].dim_param, "batch");
    } finally {
      detector.dispose();
    }
  });
});

Deno.test("an export that differs is refused", async () => {
  await withFolder(async (folder) => {
    const file = await trainDigits(folder, ["--model=dense", "--epochs=1"]);
    const detector = await Detector.open(await Deno.readFile(file), { backend: "wasm" });
    try {
      const { evaluate } = await exported(detector);
      const { difference } = await checkExport(detector, evaluate);
      assert.ok(difference < 1e-5);
      const changed = (name: string, change: (value: number) => number) =>
        checkExport(detector, async (x, shape) => {
          const found = new Map(await evaluate(x, shape));
          return found.set(name, Array.from(found.get(name)!, change));
        });
      const range = detector.calibrationScores.at(-1)! - detector.calibrationScores[0]!;
      await assert.rejects(changed("score", (score) => score + range), /its "score"/);
      await assert.rejects(changed("score", () => NaN), /its "score"/);
      await assert.rejects(changed("anomaly", (anomaly) => 1 - anomaly), /its "anomaly"/);
    } finally {
      detector.dispose();
    }
  });
});

Deno.test("export writes a file, or nothing with the reason", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=cvae", "--epochs=1"]);
    const out = `${folder}/m.onnx`, before = [...Deno.readDirSync(folder)].length;
    const failed = await runTask("export", [model, "--score=mse-label", `--out=${out}`]);
    assert.equal(failed.code, 2, failed.stderr);
    assert.match(
      failed.stderr,
      /Cannot export "cvae" as the score mse-label takes the image's label/,
    );
    assert.equal([...Deno.readDirSync(folder)].length, before);
    const { code, stderr } = await runTask("export", [model, "--format=onnx", `--out=${out}`]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /warning/);
    assert.match(
      stderr,
      /wrote .*m\.onnx: \d+ kB; scores of 8 made images differ by at most \S+e-\d+/,
    );
    const { metadata_props } = readModelProto(new PbfReader(await Deno.readFile(out)));
    const facts = Object.fromEntries(
      metadata_props.map(({ key, value }: { key: string; value: string }) => [key, value]),
    );
    assert.equal(facts.name, "cvae");
    assert.match(facts.model, /^sha256:[0-9a-f]{64}$/);
    assert.equal(facts.fpr, "0.05");
    assert.equal(facts.score, decodeModel(await Deno.readFile(model), "").score);
    assert.ok(Number(facts.threshold) && Number(facts.calibration) > 100);
    assert.deepEqual(JSON.parse(facts.scale), { kind: "depth" });
    const rare = await runTask("export", [model, "--fpr=0.0001", `--out=${out}`]);
    assert.equal(rare.code, 0, rare.stderr);
    assert.match(
      rare.stderr,
      /^warning: the model was calibrated on too few images for --fpr 0.0001/m,
    );
  });
});

Deno.test("the ending of --out, or the folder, decides the format; --format may not contradict", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=knn"]);
    const run = (...args: string[]) =>
      runStray(["export", model, ...args], { deno: ["-P=export"], folder });
    await Deno.mkdir(`${folder}/there`);
    const before = [...Deno.readDirSync(folder)].length;
    const refused: [string[], RegExp][] = [
      [
        ["--out=page.html", "--format=onnx"],
        /"page.html" as --format must be html by the ending .html: current value is onnx\nhint: omit/,
      ],
      [["--out=m.onnx", "--format=html"], /--format must be onnx by the ending .onnx/],
      [["--out=m.ONNX", "--format=tfjs"], /--format must be onnx by the ending .onnx/],
      [["--out=web/model.json", "--format=onnx"], /--format must be tfjs by the ending .json/],
      [["--out=m.json"], /--out must be a folder, or model.json in it: current value is "m.json"/],
      [["--out=m.bin"], /--out must end in .onnx or .html, or --format must be given/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    assert.equal([...Deno.readDirSync(folder)].length, before);
    const formats: [string, string, RegExp][] = [
      ["M.Onnx", "M.Onnx", /name/],
      ["web/model.json", "web/model.json", /"generatedBy":"stray /],
      ["other/", "other/model.json", /"generatedBy":"stray /],
      ["there", "there/model.json", /"generatedBy":"stray /],
    ];
    for (const [out, file, content] of formats) {
      const { code, stderr } = await run(`--out=${out}`);
      assert.equal(code, 0, stderr);
      assert.match(await Deno.readTextFile(`${folder}/${file}`), content);
    }
    // The parts of a graph model are outputs, however it is named.
    await Deno.copyFile(model, `${folder}/web/weights.bin`);
    const { code, stderr } = await runStray(
      ["export", "web/weights.bin", "--out=web/model.json"],
      { deno: ["-P=export"], folder },
    );
    assert.equal(code, 2);
    assert.match(stderr, /another file than MODEL/);
  });
});

Deno.test("the generated module is that of onnx.proto", async () => {
  assert.equal(generateOnnxModule(), await Deno.readTextFile(ONNX_MODULE));
});
