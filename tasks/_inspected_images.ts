/** Images of score records, read again, and what a model makes of them. */

import type { FailedSample } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { type Image, type ModelInput, resize } from "../src/images/mod.ts";
import { drawHeatmap, toBytes, valueRange } from "../src/report/mod.ts";
import { shownMass } from "./_mass_maps.ts";
import { type ImageBatch, type ModelContext, readBatches } from "./_image_batches.ts";
import { countOf } from "../src/count_of.ts";

/** An image and what the model makes of it, as far as it was wanted. */
export interface InspectedImage {
  /** The image as the model sees it, 8 bits. */
  readonly image: Image;
  readonly reconstruction?: Image;
  readonly heatmap?: Image;
  /** The mass that a lens has beside its smooth one. */
  readonly mass?: Image;
  readonly latent?: Float32Array;
  /** Samples of the image and of its reconstruction, as numbers. */
  readonly samples?: {
    readonly image: Float32Array;
    readonly reconstruction: Float32Array | undefined;
  };
}

/** Rows of the records, by what is wanted of their images. */
export interface WantedImages {
  /** The picture alone. */
  readonly thumbnails: Iterable<number>;
  /** Reconstruction and heatmap, where the model has them. */
  readonly inspected: Iterable<number>;
  /** The latent, where the model has one. */
  readonly latents: Iterable<number>;
  /** The samples, and those of the reconstruction. */
  readonly samples: Iterable<number>;
}

/** Images that could be read again. */
export interface InspectedImages {
  readonly images: ReadonlyMap<number, InspectedImage>;
  /** Images that could not be read, or do not fit the model. */
  readonly failed: readonly FailedSample[];
  /** Number of wanted images that are not in `images`. */
  readonly missing: number;
  /** The reason why there are no heatmaps, if they were wanted. */
  readonly noHeatmaps?: string | undefined;
}

/** Largest width or height of a picture, pixels. */
const LARGEST = 112;

/** The context of a command that reads images again. */
export type InspectContext = Omit<ModelContext, "flags"> & {
  readonly flags: Pick<ModelContext["flags"], "backend" | "max-pixels" | "max-memory" | "vectors">;
  /** Changes an image before anything is made of it; its samples, in place. */
  readonly change?: ((image: Float32Array) => void) | undefined;
};

/**
 * Reads images by the paths of their records and computes on them.
 *
 * @param paths Paths of all records.
 * @param wanted Rows.
 * @param detector The model.
 * @returns The images by row; those that cannot be read are counted.
 */
export async function inspectImages(
  paths: readonly string[],
  wanted: WantedImages,
  detector: Detector,
  context: InspectContext,
): Promise<InspectedImages> {
  const { thumbnails, inspected, latents, samples } = wanted;
  const rows = [...new Set([...thumbnails, ...inspected, ...latents, ...samples])]
    .sort((a, b) => a - b);
  if (rows.length === 0) return { images: new Map(), failed: [], missing: 0 };
  const list = listContext(context, { paths, rows });
  const result = await inspect(readBatches(["-"], list, detector), wanted, detector, context);
  return { ...result, missing: rows.length - result.images.size };
}

/** The first images of sources, and their labels, both by row. */
export interface InspectedSources extends InspectedImages {
  readonly labels: ReadonlyMap<number, string>;
}

/**
 * Reads the first images of sources and computes on them.
 *
 * @param sources The sources.
 * @param count Most images to read.
 * @param kinds Results that are wanted of all of them.
 * @param detector The model.
 */
export async function inspectSources(
  sources: readonly string[],
  count: number,
  kinds: readonly (keyof WantedImages)[],
  detector: Detector,
  context: InspectContext,
): Promise<InspectedSources> {
  const rows = Array.from({ length: count }, (_, i) => i);
  const of = (kind: keyof WantedImages) => kinds.includes(kind) ? rows : [];
  const wanted = {
    thumbnails: of("thumbnails"),
    inspected: of("inspected"),
    latents: of("latents"),
    samples: of("samples"),
  };
  const labels = new Map<number, string>();
  let next = 0;
  async function* numbered(): AsyncGenerator<ImageBatch> {
    for await (const batch of readBatches(sources, listContext(context), detector, count)) {
      const entries = batch.entries.map((entry) => {
        if ("error" in entry) return entry;
        if (entry.label !== undefined) labels.set(next, entry.label);
        return { ...entry, fields: { row: next++ } };
      });
      yield { ...batch, entries };
    }
  }
  const result = await inspect(numbered(), wanted, detector, context);
  return { ...result, missing: result.failed.length, labels };
}

/** Computes on images; the field `row` of their entries is their number. */
async function inspect(
  batches: AsyncIterable<ImageBatch>,
  wanted: WantedImages,
  detector: Detector,
  { stderr, change }: Pick<InspectContext, "stderr" | "change">,
): Promise<Omit<InspectedImages, "missing">> {
  const [inspected, latents, samples] = [wanted.inspected, wanted.latents, wanted.samples]
    .map((rows) => new Set(rows)) as [Set<number>, Set<number>, Set<number>];
  const images = new Map<number, InspectedImage>(), failed: FailedSample[] = [];
  const { input } = detector.model, size = detector.inputSize;
  const canEncode = detector.can("encode"), canReconstruct = detector.can("errors");
  let canMap = detector.can("errorMaps"), noHeatmaps: string | undefined;
  let done = 0;
  for await (const batch of batches) {
    const found: number[] = [];
    for (const entry of batch.entries) {
      if ("error" in entry) failed.push(entry as FailedSample);
      else found.push(entry.fields?.["row"] as number);
    }
    /** The values of some images of the batch, one after the other. */
    const take = (chosen: (row: number) => boolean) => {
      const places = found.flatMap((row, i) => chosen(row) && found.indexOf(row) === i ? [i] : []);
      const values = new Float32Array(places.length * size);
      places.forEach((from, to) =>
        values.set(batch.values.subarray(from * size, (from + 1) * size), to * size)
      );
      return { rows: places.map((i) => found[i]!), values };
    };
    const made = new Map<number, { -readonly [K in keyof InspectedImage]: InspectedImage[K] }>();
    for (const [i, row] of found.entries()) {
      const values = batch.values.subarray(i * size, (i + 1) * size);
      change?.(values);
      made.set(row, { image: pictureOf(values, input) });
    }
    if (canEncode) {
      const { rows, values } = take((row) => latents.has(row));
      if (rows.length > 0) {
        const codes = await detector.encode(values, rows.length);
        rows.forEach((row, i) => {
          made.get(row)!.latent = codes.values.slice(i * codes.size, (i + 1) * codes.size);
        });
      }
    }
    const { rows: close, values } = take((row) => inspected.has(row) || samples.has(row));
    if (close.length > 0) {
      const results = canReconstruct ? await detector.reconstruct(values, close.length) : undefined;
      close.forEach((row, i) => {
        const image = values.slice(i * size, (i + 1) * size);
        const reconstruction = results?.slice(i * size, (i + 1) * size);
        if (samples.has(row)) made.get(row)!.samples = { image, reconstruction };
        if (!reconstruction || !inspected.has(row)) return;
        made.get(row)!.reconstruction = pictureOf(reconstruction, input, rangeOf(image, input));
      });
    }
    const strange = take((row) => inspected.has(row));
    if (canMap && strange.rows.length > 0) {
      try {
        const maps = await detector.errorMaps(strange.values, strange.rows.length);
        const area = input.width * input.height;
        strange.rows.forEach((row, i) => {
          const pixels = strange.values.subarray(i * size, (i + 1) * size);
          const errors = maps.subarray(i * area, (i + 1) * area);
          made.get(row)!.heatmap = shrink(
            drawHeatmap(pixels, errors, { ...input, range: rangeOf(pixels, input) }),
          );
        });
      } catch (error) {
        if (!(error instanceof StrayError)) throw error;
        canMap = false;
        noHeatmaps = error.message;
      }
    }
    if (detector.can("inspect") && strange.rows.length > 0) {
      const masses = await findMasses(strange.values, strange.rows.length, detector);
      strange.rows.forEach((row, i) => made.get(row)!.mass = masses[i]!);
    }
    for (const [row, image] of made) images.set(row, image);
    done += batch.entries.length;
    stderr.progress(`${countOf(done, "image")} read`);
  }
  stderr.progress(undefined);
  return { images, failed, noHeatmaps };
}

/** Draws the mass that lenses have beside their smooth ones, over the images. */
async function findMasses(
  values: Float32Array,
  count: number,
  detector: Detector,
): Promise<Image[]> {
  const { input } = detector.model, area = input.width * input.height;
  const [convergence, significance] = [0, 0].map(() => new Float32Array(count * area)) as [
    Float32Array,
    Float32Array,
  ];
  const none = new Float32Array(0);
  await detector.inspect(values, count, {
    ...{ details: none, errors: none, convergence, significance },
  });
  return Array.from({ length: count }, (_, i) => {
    const pixels = values.subarray(i * detector.inputSize, (i + 1) * detector.inputSize);
    const mass = shownMass(significance.subarray(i * area, (i + 1) * area));
    return shrink(drawHeatmap(pixels, mass, { ...input, range: rangeOf(pixels, input) }));
  });
}

/** A context of sources; with rows its stdin lists images as records with the number of their row. */
function listContext(
  context: InspectContext,
  { paths, rows }: { readonly paths: readonly string[]; readonly rows: readonly number[] } = {
    paths: [],
    rows: [],
  },
): ModelContext {
  const lines = rows.map((row) => `${JSON.stringify({ path: paths[row], row })}\n`).join("");
  const { stdout, stderr, signal, resolve, directory, flags, files } = context;
  return {
    ...{ stdout, stderr, signal, resolve, directory, arguments: [], ...files && { files } },
    stdin: rows.length > 0 ? new Blob([lines]).stream() : context.stdin,
    flags: {
      ...flags,
      ...{ model: undefined, limit: undefined, null: false, md5: undefined, sha256: undefined },
    },
  };
}

/** Samples drawn black and white. */
function rangeOf(values: Float32Array, { scale }: ModelInput): readonly [number, number] {
  return scale.kind === "none" ? valueRange([values]) : [0, 1];
}

/**
 * Values of a model as a picture of at most 112 pixels across.
 *
 * @param values As the model sees them.
 * @param input Their shape.
 * @param range Samples drawn black and white.
 */
export function pictureOf(
  values: Float32Array,
  input: ModelInput,
  range: readonly [number, number] = rangeOf(values, input),
): Image {
  const { width, height, channels } = input;
  return shrink({ width, height, channels, data: toBytes(values, range), white: 255 });
}

/**
 * Makes a picture smaller, if it is larger.
 *
 * @param image The picture.
 * @param most Largest width or height, pixels.
 */
export function shrink(image: Image, most = LARGEST): Image {
  const share = most / Math.max(image.width, image.height);
  if (share >= 1) return image;
  const size = (length: number) => Math.max(1, Math.round(length * share));
  return resize(image, { width: size(image.width), height: size(image.height) });
}
