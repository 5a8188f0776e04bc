/** `fit`: observed lenses in, one record per lens out, and maps of each fit. */

import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  type JsonObject,
  usageError,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import type { FittedObservedLens, LensNumberName } from "../src/lensing/mod.ts";
import { join } from "../src/path.ts";
import { makeFolder } from "../src/write_file.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { OBSERVED_FLAGS, type ObservedImage } from "./_observed_maps.ts";
import { errorField, sixDigits } from "./_record_fields.ts";

const FIT_FLAGS = [...OBSERVED_FLAGS, "source", "free", "set", "max-errors", "out"] as const;

type Context = CommandContext<typeof FIT_FLAGS[number]>;

/** `fit`. */
export const command = defineCommand({
  name: "fit",
  operands: {
    name: "IMAGE",
    help: "FITS files, FILE#HDU, with the lens in the middle",
    least: 1,
    path: "reads",
  },
  flags: FIT_FLAGS,
  help: {
    psf: "the point spread function on the pixels of the image, a square with odd sides, or none",
    mask:
      "the part of the image that counts: X,Y,WxH in pixels, or an image that is not black there",
    source:
      "grid (cubic B-splines, in minutes) or sersic (a Sersic profile, in seconds; default grid)",
    free: "numbers to fit, by name, or halo, shear, lens_light, source (default: all)",
    set: "NAME=VALUE: a number to start from, or to keep where --free does not name it",
    out: "folder for maps of the fit: FITS with the image's WCS, and a PNG",
  },
  notes: [
    "The lens is an isothermal ellipsoid with shear, in front of a source of any shape, with Sersic light of " +
    "its own. The record has its numbers with standard deviations, and chi2, chi-square per degree of " +
    "freedom: the pixels that count, less the numbers that they determine.",
    "A file that begins with # is an HDU of the image's file. A PSF of more than 21 pixels is cut to the part " +
    "that holds 95 % of its light. Pixels without a value, without noise or saturated do not count.",
    "The PNG shows image, fit and residuals (black and white at -5 and 5 standard deviations); below the image " +
    "without the light of the lens, the source, and the mass that the smooth lens lacks, orange above 3 " +
    "standard deviations of the noise.",
  ],
  examples: [
    "fit --noise lens.fits#WHT --psf psf.fits --annulus 0.3,2.5 --out maps lens.fits#SCI",
    "fit --noise rms.fits --psf psf.fits --source sersic --free halo,lens_light,source lens.fits",
  ],
  run: fit,
});

/** Chi-square per degree of freedom that is doubtful. */
const DOUBTFUL = [0.5, 2] as const;
/** Rays along the side of a pixel. */
const SUB_PIXELS = 2;
/** Standard deviation from which the image says nothing of a number. */
const UNKNOWN = 1e4;

async function fit(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve, signal } = context;
  const { out } = flags, source = sourceKind(flags.source);
  const endCode = readMaxErrors(flags["max-errors"]);
  const { fitObservedLens, LENS_BOUNDS, LENS_NUMBERS, placesToFree } = await import(
    "../src/lensing/mod.ts"
  );
  const { readObservedImage } = await import("./_observed_maps.ts");
  const { fileStems, writeFitMaps } = await import("./_fit_maps.ts");
  const free = flags.free === undefined ? undefined : placesToFree(flags.free);
  const start = Object.fromEntries(
    flags.set.map((text) => parseStart(text, LENS_NUMBERS, LENS_BOUNDS)),
  );
  if (out !== undefined) await makeFolder(resolve(out));
  const products = await (await import("../src/compute/mod.ts")).matrixProducts();
  const paths = context.arguments, stems = fileStems(paths);

  async function recordOf(path: string, stem: string): Promise<JsonObject> {
    const observed = await readObservedImage(path, context);
    const { grid, psf } = observed;
    const lens = await fitObservedLens(observed.observed, { grid, psf, subPixels: SUB_PIXELS }, {
      ...{ products, source, free, start, signal },
      onFit: (done, all) => stderr.progress(`${path}: ${done} of ${all} fits`),
    }).catch((cause) => {
      throw cause instanceof RangeError ? unsolvable(path, cause) : cause;
    });
    stderr.progress(undefined);
    warnOfFit(path, lens, context);
    const record = { path, ...fitFields(observed, lens, LENS_NUMBERS) };
    if (out === undefined) return record;
    const endings = await writeFitMaps(join(resolve(out), stem), observed, lens);
    const files = Object.entries(endings)
      .map(([name, ending]) => [name, join(out, `${stem}.${ending}`)]);
    return { ...record, maps: Object.fromEntries(files) };
  }

  let failures = 0;
  for (const [i, path] of paths.entries()) {
    let record: JsonObject;
    try {
      record = await recordOf(path, stems[i]!);
    } catch (error) {
      const isOfImage = error instanceof StrayError && !["usage", "write"].includes(error.code);
      if (!isOfImage) throw error;
      failures++;
      record = { path, ...errorField(error) };
    } finally {
      stderr.progress(undefined);
    }
    await stdout.write(JSON.stringify(record));
    await stdout.flush();
  }
  if (failures > 0) stderr.warn(`${failures} of ${paths.length} images could not be fitted`);
  return endCode(failures, paths.length);
}

/** The error of an image whose linear problem has no solution in floating point. */
function unsolvable(path: string, cause: RangeError): StrayError {
  return new StrayError(
    "value",
    `Cannot fit "${path}" as brightness and noise must be in proportion: ${cause.message}`,
    { hint: "check the noise map and --noise-kind", cause },
  );
}

function sourceKind(name = "grid"): "grid" | "sersic" {
  if (name === "grid" || name === "sersic") return name;
  throw usageError(
    `Cannot use --source as it must be grid or sersic: current value is "${name}"`,
    "omit it for a source on a grid",
  );
}

/** A number to start from. */
function parseStart(
  text: string,
  names: readonly LensNumberName[],
  bounds: readonly (readonly [number, number])[],
): readonly [LensNumberName, number] {
  const [name = "", value = ""] = text.split("=", 2).map((part) => part.trim());
  const number = value === "" ? NaN : Number(value), at = names.findIndex((own) => own === name);
  if (at >= 0 && Number.isFinite(number)) {
    const [low, high] = bounds[at]!;
    if (number >= low && number <= high) return [names[at]!, number];
    throw usageError(
      `Cannot use --set as ${name} must be from ${sixDigits(low)} to ${sixDigits(high)}: ` +
        `current value is ${value}`,
      "radii, indices and amplitudes are natural logarithms",
    );
  }
  throw usageError(
    `Cannot use --set as it must be NAME=VALUE, a number of a lens: current value is "${text}"`,
    `for instance --set einstein_radius=1.2; names are ${names.join(", ")}`,
  );
}

function warnOfFit(path: string, { fit }: FittedObservedLens, { stderr }: Context): void {
  const chi2 = fit.chiSquare / fit.degreesOfFreedom, [low, high] = DOUBTFUL;
  if (!fit.converged) stderr.warn(`${path}: the fit did not end at an optimum`);
  if (chi2 >= low && chi2 <= high) return;
  stderr.warn(
    `${path}: chi-square per degree of freedom is ${chi2.toPrecision(3)}: ` +
      (chi2 > high
        ? "the lens is not of this kind, a neighbour counts, or the noise map is too small"
        : "the noise map is too large") +
      "; see --mask, --annulus and --noise-kind",
  );
}

/** The fields of a record that say how a lens was fitted. */
function fitFields(
  { grid, observed, noiseKind }: ObservedImage,
  { fit }: FittedObservedLens,
  names: readonly LensNumberName[],
): JsonObject {
  const parameters = names.flatMap((name, i) => {
    const value = [name, sixDigits(fit.vector[i]!)] as const, error = fit.errors[i]!;
    return error > 0 && error < UNKNOWN
      ? [value, [`${name}_error`, sixDigits(error)] as const]
      : [value];
  });
  return {
    parameters: Object.fromEntries(parameters),
    chi2: sixDigits(fit.chiSquare / fit.degreesOfFreedom),
    chi_square: sixDigits(fit.chiSquare),
    degrees_of_freedom: sixDigits(fit.degreesOfFreedom),
    pixels: observed.flux.filter(Number.isFinite).length,
    pixel_scale: sixDigits(grid.pixelScale),
    noise: noiseKind,
    source: "coefficients" in fit ? "grid" : "sersic",
    ...("logEvidence" in fit && { log_evidence: sixDigits(fit.logEvidence) }),
    steps: fit.steps,
    converged: fit.converged,
  };
}
