/** `photos`: how well models find damage in photographs, and how many normal ones they flag. */

import { cpuUsage } from "node:process";
import { parseArgs } from "node:util";
import { Detector, Random, readSources, trainDetector } from "../../mod.ts";
import { type Entry, isFailed, type Sample, sourceExists } from "../../src/datasets/mod.ts";
import { type Image, mapToSource, toChannels, writeModelInput } from "../../src/images/mod.ts";
import { auroc, aurocInterval, PixelMetrics, rank } from "../../src/metrics/mod.ts";
import { type Features, findModel } from "../../src/models/mod.ts";
import { basename, join } from "../../src/path.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const PHOTOS_HELP = `deno task bench:quality photos FOLDER... [flags]

Trains on FOLDER/train/normal, scores FOLDER/test/normal and FOLDER/test/anomaly, and prints the AUROC with its
95 % interval by the bootstrap, the share of normal and anomalous images with p <= 0.05, the AUPRO up to a false
positive rate of 0.3 where there are FOLDER/masks, and processor time. Models of pixels see 64 x 64 pixels.

  --models A,B       (default patchcore,vae,knn,pca)
  --features A,B     features of patchcore: network, hog, auto (default network)
  --side N           root of the pixels of the median image of patchcore (default 320)
  --divisions N      instead, train on a random part of all normal images, as many as there are in train, and
                     score the others, N times: prints the mean share with p <= 0.05
  --seed N           seed of the divisions and of the bootstrap (default 1)
`;

/** Width and height of the images that models of pixels see. */
const SMALL = { width: 64, height: 64 };
const FPR = 0.05;

interface Settings {
  readonly model: string;
  readonly features: Features | undefined;
  readonly side: number | undefined;
  readonly seed: number;
}

interface Folder {
  readonly train: readonly Sample[];
  readonly normal: readonly Sample[];
  readonly anomalies: readonly Sample[];
  readonly masks: ReadonlyMap<string, Image>;
}

async function readAll(folder: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const entry of readSources([folder])) {
    if (isFailed(entry)) throw entry.error;
    samples.push(entry);
  }
  return samples;
}

function stem(path: string): string {
  return basename(path).replace(/\.[^.]*$/, "").replace(/_mask$/, "");
}

async function readFolder(folder: string): Promise<Folder> {
  const hasMasks = await sourceExists(undefined, join(folder, "masks"));
  const masks = hasMasks ? await readAll(join(folder, "masks")) : [];
  return {
    train: await readAll(join(folder, "train/normal")),
    normal: await readAll(join(folder, "test/normal")),
    anomalies: await readAll(join(folder, "test/anomaly")),
    masks: new Map(masks.map(({ path, image }) => [stem(path), image])),
  };
}

async function* entriesOf(samples: readonly Sample[]): AsyncGenerator<Entry> {
  yield* samples;
}

/** Trains a model; returns its detector and the processor time, seconds. */
async function train(
  samples: readonly Sample[],
  { model: architecture, features, side, seed }: Settings,
): Promise<{ readonly detector: Detector; readonly seconds: number }> {
  const before = cpuUsage(), isPatches = findModel(architecture)?.side !== undefined;
  const { model } = await trainDetector(entriesOf(samples), {
    ...{ architecture, seed, version: "benchmark" },
    ...isPatches ? { features, side } : { size: SMALL },
  });
  const detector = await Detector.open(model, { fpr: FPR });
  return { detector, seconds: secondsSince(before) };
}

function secondsSince(before: ReturnType<typeof cpuUsage>): number {
  const { user, system } = cpuUsage(before);
  return (user + system) / 1e6;
}

/** Area under the per-region overlap of the maps of all test images that are normal or have a mask. */
async function auproOf(detector: Detector, { normal, anomalies, masks }: Folder) {
  const { spec, input } = detector.model, metrics = new PixelMetrics();
  if (masks.size === 0 || spec.kind !== "patchcore") return "";
  for (const { path, image } of [...normal, ...anomalies]) {
    const mask = masks.get(stem(path));
    if (!mask && anomalies.some((anomaly) => anomaly.path === path)) continue;
    const values = new Float32Array(detector.inputSize);
    writeModelInput(image, input, values, 0);
    const map = mapToSource(await detector.errorMaps(values, 1), input, image);
    const isNormal = normal.some((other) => other.path === path);
    metrics.add({
      map,
      width: image.width,
      mask: isNormal ? undefined : toChannels(mask!, 1).data,
    });
  }
  return metrics.evaluate().aupro.toFixed(3);
}

async function measure(folder: Folder, settings: Settings): Promise<string[]> {
  const { detector, seconds } = await train(folder.train, settings), before = cpuUsage();
  const imagesOf = (samples: readonly Sample[]) => samples.map(({ image }) => image);
  const normal = await detector.detect(imagesOf(folder.normal));
  const anomalous = await detector.detect(imagesOf(folder.anomalies));
  const scoring = secondsSince(before) * 1000 / (normal.length + anomalous.length);
  const all = [...normal, ...anomalous];
  const ranking = rank(
    Float64Array.from(all, ({ score }) => score),
    Uint8Array.from(all, (_, i) => i < normal.length ? 0 : 1),
  );
  const [low, high] = aurocInterval(ranking, new Random(settings.seed));
  const aupro = await auproOf(detector, folder);
  const share = (verdicts: typeof normal) =>
    (verdicts.filter(({ anomaly }) => anomaly).length / verdicts.length).toFixed(2);
  detector.dispose();
  return [
    `${auroc(ranking).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
    aupro,
    share(normal),
    share(anomalous),
    seconds.toFixed(1),
    scoring.toFixed(0),
  ];
}

/** The mean share of normal images that are flagged, with the standard error over divisions. */
async function flagged(
  { train: kept, normal }: Folder,
  settings: Settings,
  divisions: number,
): Promise<string[]> {
  const all = [...kept, ...normal], random = new Random(settings.seed);
  const shares: number[] = [];
  for (let i = 0; i < divisions; i++) {
    const order = random.permutation(all.length);
    const pick = (indices: Uint32Array) => Array.from(indices, (index) => all[index]!);
    const { detector } = await train(pick(order.subarray(0, kept.length)), settings);
    const verdicts = await detector.detect(
      pick(order.subarray(kept.length)).map(({ image }) => image),
    );
    shares.push(verdicts.filter(({ anomaly }) => anomaly).length / verdicts.length);
    detector.dispose();
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / divisions;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (divisions - 1);
  return [mean.toFixed(3), Math.sqrt(variance / divisions).toFixed(3), String(divisions)];
}

/** `photos`. */
export async function photos(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      models: { type: "string", default: "patchcore,vae,knn,pca" },
      features: { type: "string", default: "network" },
      side: { type: "string" },
      divisions: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const divisions = values.divisions === undefined ? undefined : Number(values.divisions);
  const head = divisions === undefined
    ? ["AUROC", "AUPRO", "normal flagged", "anomalies flagged", "training s", "scoring ms"]
    : ["normal flagged", "standard error", "divisions"];
  write(Deno.stdout, tableHead(["set", "train / test", "model", ...head]));
  for (const name of positionals) {
    const folder = await readFolder(name), { train, normal, anomalies } = folder;
    for (const model of values.models.split(",")) {
      const isPatches = findModel(model)?.side !== undefined;
      for (const features of isPatches ? values.features.split(",") as Features[] : [undefined]) {
        const settings = {
          ...{ model, features, seed: Number(values.seed) },
          side: values.side === undefined ? undefined : Number(values.side),
        };
        const cells = divisions === undefined
          ? await measure(folder, settings)
          : await flagged(folder, settings, divisions);
        write(
          Deno.stdout,
          tableRow([
            basename(name),
            divisions === undefined
              ? `${train.length} / ${normal.length} + ${anomalies.length}`
              : `${train.length} / ${normal.length}`,
            features && features !== "network" ? `${model}, ${features}` : model,
            ...cells,
          ]),
        );
      }
    }
  }
  return 0;
}
