/** `onnx`: differences between models and their exports in ONNX Runtime. */

import { parseArgs } from "node:util";
import { Detector, readSources, StrayError, trainDetector } from "../../mod.ts";
import { recordDetector } from "../../src/detection/mod.ts";
import { exportDetector } from "../../src/export/mod.ts";
import { decodeModel, type ModelFile } from "../../src/store/mod.ts";
import { digits, TEST_DIGITS } from "../export/_digits.ts";
import { openOnnx } from "../export/_runtime.ts";
import { fixture, imagesOf, MODEL_FIXTURES, unpackBytes } from "../safety/_fixtures.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const ONNX_HELP = `deno task bench:quality onnx [flags]

Exports the model files of tests/safety, one per type, and models trained here on the shipped digits, and
compares ONNX Runtime with stray on images that did not train. A difference of scores is relative to the
score or to the range of the calibration scores, the larger of the two; differences of pictures are relative
to their largest value, if that is above 1.

  --models A,B   trained on the digits but 0, for 2 epochs where they learn (default knn)
`;

/** Images per model. */
const IMAGES = 60;

/** A model, and images that it has not seen. */
interface Case {
  readonly name: string;
  readonly model: ModelFile;
  readonly images: string;
}

async function* cases(trained: readonly string[]): AsyncGenerator<Case> {
  for (const { name, side } of MODEL_FIXTURES) {
    const bytes = await unpackBytes(fixture(`models/${name}.br`));
    yield { name, model: decodeModel(bytes, name), images: imagesOf("fresh", side) };
  }
  const data = TEST_DIGITS.replace("test", "train");
  for (const architecture of trained) {
    const learns = !["knn", "pca"].includes(architecture);
    const { model } = await trainDetector(readSources([data]), {
      ...{ architecture, holdOut: ["0"], backend: "wasm", seed: 1, version: "benchmark" },
      ...learns && { epochs: 2 },
    });
    yield { name: `${architecture}, digits`, model, images: TEST_DIGITS };
  }
}

/** Largest difference of two lists, relative to the larger of 1 and the largest value. */
function differenceOf(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let most = found.length === wanted.length ? 0 : Infinity, scale = 1;
  for (let i = 0; i < wanted.length; i++) {
    most = Math.max(most, Math.abs(found[i]! - wanted[i]!));
    scale = Math.max(scale, Math.abs(wanted[i]!));
  }
  return most / scale;
}

/** The row of a model: its score, and what ONNX Runtime finds different; else why there is no export. */
async function compare({ name, model, images }: Case): Promise<readonly string[]> {
  const detector = await Detector.open(model, { backend: "wasm", fpr: 0.1 });
  const { scoreName: score, fpr } = detector;
  try {
    const { files } = await exportDetector("onnx", {
      ...{ detector, facts: { version: "benchmark", metadata: {} }, model: new Uint8Array() },
      graph: () => recordDetector(detector.model, { score, fpr }),
    });
    const evaluate = await openOnnx(files.get("")!);
    const { raw, x, count } = await digits(model, IMAGES, images);
    const { width, height, channels } = model.input;
    const found = await evaluate(raw, [count, height, width, channels]);
    const wanted = await detector.scores(x, count);
    const all = detector.calibrationScores, range = all.at(-1)! - all[0]!;
    let scores = 0, ranks = 0, verdicts = 0;
    wanted.forEach((value, i) => {
      const { p, anomaly } = detector.judge(value);
      const apart = Math.abs(found.get("score")![i]! - value);
      scores = Math.max(scores, apart / Math.max(Math.abs(value), range));
      ranks = Math.max(ranks, Math.abs(found.get("p")![i]! - p));
      if (Boolean(found.get("anomaly")![i]) !== anomaly) verdicts++;
    });
    const pictures = [
      found.has("error_map") && ["error_map", await detector.errorMaps(x, count)] as const,
      detector.can("errors") && ["reconstruction", await detector.reconstruct(x, count)] as const,
      detector.can("encode") && ["latent", (await detector.encode(x, count)).values] as const,
    ].map((output) =>
      output ? differenceOf(found.get(output[0])!, output[1]).toExponential(1) : ""
    );
    const agreement = [scores, ranks].map((value) => value.toExponential(1));
    return [name, score, `${count}`, ...agreement, `${verdicts}`, ...pictures];
  } catch (error) {
    if (!(error instanceof StrayError) || error.code !== "usage") throw error;
    return [name, error.message, "", "", "", "", "", "", ""];
  } finally {
    detector.dispose();
  }
}

/**
 * Compares, and prints one line per model.
 *
 * @param args The flags.
 * @returns The exit code: 1 if a verdict differs.
 */
export async function onnx(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { models: { type: "string", default: "knn" } } });
  const heads = ["model", "score", "images", "of score", "of p", "verdicts that differ"];
  write(Deno.stdout, tableHead([...heads, "of error_map", "of reconstruction", "of latent"]));
  let differ = 0;
  for await (const each of cases(values.models.split(",").filter((name) => name !== ""))) {
    const row = await compare(each);
    differ += Number(row[5]);
    write(Deno.stdout, tableRow(row));
  }
  return differ > 0 ? 1 : 0;
}
