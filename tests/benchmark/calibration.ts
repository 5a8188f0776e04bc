/** `calibration`: false positives of models calibrated on few images, over many random divisions. */

import { parseArgs } from "node:util";
import {
  type CalibrationChoice,
  Detector,
  type Entry,
  type Image,
  isFailed,
  Random,
  readSources,
  ShiftTest,
  trainDetector,
} from "../../mod.ts";
import { type ModelInput, writeModelInput } from "../../src/images/mod.ts";
import { tableHead, tableRow, write } from "./write.ts";
import { atCaller } from "./zoo.ts";

/** Text of `--help`. */
export const CALIBRATION_HELP = `deno task bench:quality calibration --data SRC [flags]

Divides normal images at random, again and again: N train and calibrate, others are scored. Prints the
share of the others that is flagged at --fpr 0.05 and 0.01, and the limit of 1.96 standard errors above
it: each division has its own share, from a beta distribution.

  --data SRC         a source of normal images
  --size N           width and height in pixels, grey (default 16)
  --models A,B       (default knn,pca)
  --counts N,M       training images (default 20,30,60,100,1000, as far as there are images)
  --calibrate HOW    split, cross, cross:K or loo (default: by size)
  --divisions N      (default 100)
  --test N           images scored per division, at most (default 200)
  --limit N          images read (default: all)
  --seed N           (default 1)
`;

const RATES = [0.05, 0.01] as const;

/** Settings of a row. */
interface Setting {
  readonly model: string;
  readonly count: number;
  readonly divisions: number;
  readonly test: number;
  readonly calibrate: Exclude<CalibrationChoice, AsyncIterable<Entry>> | undefined;
  readonly random: Random;
}

/** The images of a source, grey and small. */
async function readAll(source: string, size: number, limit: number | undefined): Promise<Image[]> {
  const input: ModelInput = {
    ...{ width: size, height: size, channels: 1, fit: "stretch" },
    ...{ scale: { kind: "depth" }, resizes: true, converts: true },
  };
  const images: Image[] = [];
  for await (const entry of readSources([source], limit === undefined ? {} : { limit })) {
    if (isFailed(entry)) throw entry.error;
    const data = new Float32Array(size * size);
    writeModelInput(entry.image, input, data, 0);
    images.push({ width: size, height: size, channels: 1, data, white: 1 });
  }
  return images;
}

async function* entriesOf(images: readonly Image[]): AsyncGenerator<Entry> {
  for (const [i, image] of images.entries()) yield { path: String(i), image };
}

/** Results of a row. */
interface Measured {
  readonly method: string;
  readonly calibration: number;
  /** Share of images flagged, per rate. */
  readonly flagged: readonly number[];
  /** Divisions in which images were said to be unlike the calibration. */
  readonly alarms: number;
}

async function measure(images: readonly Image[], setting: Setting): Promise<Measured> {
  const { model: architecture, count, divisions, test, calibrate, random } = setting;
  const flagged = RATES.map(() => 0);
  let method = "", calibration = 0, alarms = 0, scored = 0;
  for (let i = 0; i < divisions; i++) {
    const order = [...random.permutation(images.length)].map((index) => images[index]!);
    const fresh = order.slice(count, count + test);
    const { model } = await trainDetector(entriesOf(order.slice(0, count)), {
      ...{ architecture, calibrate, backend: "wasm", seed: i, version: "benchmark" },
    });
    const detector = await Detector.open(model, { backend: "wasm" });
    const shift = new ShiftTest(detector.calibrationImages);
    let alarmed = false;
    for (const { p } of await detector.detect(fresh)) {
      scored++;
      RATES.forEach((rate, j) => flagged[j]! += p <= rate + 1e-12 ? 1 : 0);
      if (shift.add(p)) alarmed = true;
    }
    if (alarmed) alarms++;
    calibration = detector.calibrationImages;
    const { method: name = "split", folds } = model.calibration ?? {};
    method = folds === undefined ? name : `${name}:${folds}`;
    detector.dispose();
  }
  return { method, calibration, flagged: flagged.map((sum) => sum / scored), alarms };
}

/** The limit of a mean share: 1.96 standard errors of a beta-binomial share above the rate. */
function limitOf(rate: number, calibration: number, test: number, divisions: number): number {
  const variance = rate * (1 - rate) * (1 / (calibration + 2) + 1 / test) / divisions;
  return rate + 1.96 * Math.sqrt(variance);
}

/**
 * Measures and prints one line per model and number of images.
 *
 * @param args The flags.
 * @returns The exit code.
 */
export async function calibration(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string" },
      size: { type: "string", default: "16" },
      models: { type: "string", default: "knn,pca" },
      counts: { type: "string", default: "20,30,60,100,1000" },
      calibrate: { type: "string" },
      divisions: { type: "string", default: "100" },
      test: { type: "string", default: "200" },
      limit: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  if (values.data === undefined) {
    write(Deno.stderr, CALIBRATION_HELP);
    return 2;
  }
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  const images = await readAll(atCaller(values.data), Number(values.size), limit);
  const rates = RATES.flatMap((rate) => [`flagged at ${rate}`, "limit"]);
  write(
    Deno.stdout,
    tableHead(["model", "images", "calibration", "smallest p", ...rates, "alarms"]),
  );
  const divisions = Number(values.divisions);
  for (const model of values.models.split(",")) {
    for (const count of values.counts.split(",").map(Number)) {
      const test = Math.min(Number(values.test), images.length - count);
      if (test < 10) continue;
      const setting = {
        ...{ model, count, divisions, test, random: new Random(Number(values.seed)) },
        calibrate: values.calibrate as Setting["calibrate"],
      };
      const { method, calibration, flagged, alarms } = await measure(images, setting);
      const cells = RATES.flatMap((rate, i) => [
        flagged[i]!.toFixed(4),
        limitOf(rate, calibration, test, divisions).toFixed(4),
      ]);
      write(
        Deno.stdout,
        tableRow([
          ...[`\`${model}\``, `${count}`, `${method}, ${calibration} images`],
          ...[(1 / (calibration + 1)).toPrecision(2), ...cells, `${alarms}`],
        ]),
      );
    }
  }
  return 0;
}
