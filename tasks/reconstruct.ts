/** `reconstruct`: originals over reconstructions over differences, as one PNG. */

import { type CommandContext, defineCommand, type ExitCode, usageError } from "../src/cli/mod.ts";
import { encodePng, type ModelInput } from "../src/images/mod.ts";
import { psnr, roundedAccuracy, ssim } from "../src/metrics/mod.ts";
import { contactSheet, valueRange } from "../src/report/mod.ts";
import { checkWritable, writeFileAtomically } from "../src/write_file.ts";
import { MODEL_FLAGS, nothingRead, readBatches, warnFailed } from "./_image_batches.ts";
import { TableBuilder } from "./_image_table.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { openDetector } from "./_open_detector.ts";
import { sixDigits } from "./_record_fields.ts";
import { SOURCE_OPERANDS } from "./_source_flags.ts";
import { countOf } from "../src/count_of.ts";

const RECONSTRUCT_FLAGS = [...MODEL_FLAGS, "count", "max-errors", "out"] as const;

type Context = CommandContext<typeof RECONSTRUCT_FLAGS[number]>;

/** `reconstruct`. */
export const command = defineCommand({
  name: "reconstruct",
  operands: SOURCE_OPERANDS,
  flags: RECONSTRUCT_FLAGS,
  help: {
    count: "number of images to draw, the first of SRC (default 10)",
    limit: "number of images to measure (default: --count)",
    out: "the PNG file",
  },
  notes: [
    "Black is no difference, white the largest possible one. Prints one JSON object with means over " +
    "the measured images: mse; rounded_accuracy, the share of pixels that agree when rounded to 0 or " +
    "1; psnr in dB; ssim, for images of at least 11 x 11 pixels. For a model trained with --scale " +
    "none only mse is given.",
  ],
  examples: [
    "reconstruct --model m.safetensors --out sheet.png photos",
    "reconstruct --model m.safetensors --count 5 --limit 1000 --out sheet.png t10k-images-idx3-ubyte.gz",
  ],
  run: reconstruct,
});

/** Columns of a sheet; further images start a new band of three rows. */
const COLUMNS = 20;

/** Means over images. */
class Means {
  readonly #input: ModelInput;
  #images = 0;
  #squares = 0;
  #rounded = 0;
  #similarity = 0;

  constructor(input: ModelInput) {
    this.#input = input;
  }

  add(image: Float32Array, reconstruction: Float32Array): void {
    const { width, height, channels } = this.#input;
    this.#images++;
    let squares = 0;
    for (let i = 0; i < image.length; i++) squares += (image[i]! - reconstruction[i]!) ** 2;
    this.#squares += squares / image.length;
    this.#rounded += roundedAccuracy(image, reconstruction);
    if (Math.min(width, height) >= 11) {
      this.#similarity += ssim(image, reconstruction, { width, channels });
    }
  }

  toJson(): Readonly<Record<string, number | null>> {
    const { width, height, scale } = this.#input;
    const mean = (sum: number) => sixDigits(sum / this.#images);
    const mse = this.#squares / this.#images;
    // 10 log10(1 / mse), by `psnr` of a single error; null for equal images.
    const decibels = mse > 0 ? psnr(Float64Array.of(Math.sqrt(mse)), Float64Array.of(0)) : null;
    const unit = scale.kind !== "none";
    return {
      n: this.#images,
      mse: sixDigits(mse),
      rounded_accuracy: unit ? mean(this.#rounded) : null,
      psnr: unit && decibels !== null ? sixDigits(decibels) : null,
      ssim: unit && Math.min(width, height) >= 11 ? mean(this.#similarity) : null,
    };
  }
}

async function reconstruct(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  const { out, count = 10 } = flags, endCode = readMaxErrors(flags["max-errors"]);
  if (out === undefined) {
    throw usageError("Cannot reconstruct as --out must be given", "add --out sheet.png");
  }
  await checkWritable(resolve(out));
  const { detector } = await openDetector(context, "reconstruct");
  const { input } = detector.model;
  const size = detector.inputSize;
  const means = new Means(input), table = new TableBuilder();
  const drawn: { image: Float32Array; reconstruction: Float32Array }[] = [];
  try {
    const batches = readBatches(context.arguments, context, detector, flags.limit ?? count);
    for await (const batch of batches) {
      table.add(batch.entries, new Float32Array(0));
      if (batch.count === 0) continue;
      const results = await detector.reconstruct(batch.values, batch.count);
      for (let i = 0; i < batch.count; i++) {
        const image = batch.values.slice(i * size, (i + 1) * size);
        const reconstruction = results.slice(i * size, (i + 1) * size);
        means.add(image, reconstruction);
        if (drawn.length < count) drawn.push({ image, reconstruction });
      }
      stderr.progress(`${countOf(table.names.length, "image")} reconstructed`);
    }
  } finally {
    detector.dispose();
    stderr.progress(undefined);
  }
  if (drawn.length === 0) throw nothingRead("reconstruct", table.failed);
  warnFailed(context, table.failed);
  await writeFileAtomically(resolve(out), await encodePng(sheetOf(drawn, input)));
  await stdout.write(JSON.stringify({ ...means.toJson(), failed: table.failed.length }));
  return endCode(table.failed.length, table.entries.length);
}

function sheetOf(
  drawn: readonly { readonly image: Float32Array; readonly reconstruction: Float32Array }[],
  { width, height, channels, scale }: ModelInput,
) {
  const range = scale.kind === "none"
    ? valueRange(drawn.map(({ image }) => image))
    : [0, 1] as const;
  const columns = Math.min(COLUMNS, drawn.length);
  const tiles: (Float32Array | undefined)[] = [];
  for (let start = 0; start < drawn.length; start += columns) {
    const band = Array.from({ length: columns }, (_, i) => drawn[start + i]);
    tiles.push(...band.map((pair) => pair?.image));
    tiles.push(...band.map((pair) => pair?.reconstruction));
    tiles.push(
      ...band.map((pair) =>
        pair?.image.map((value, i) => range[0] + Math.abs(value - pair.reconstruction[i]!))
      ),
    );
  }
  return contactSheet(tiles, { width, height, channels, columns, range });
}
