/** The input of `fit`: an image with its noise, PSF and mask, ready for a fit. */

import { gunzipSync } from "node:zlib";
import { type CommandContext, usageError } from "../src/cli/mod.ts";
import { splitName } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import { containsRegion, type FitsMap, insideOf, readFitsMap } from "../src/images/mod.ts";
import {
  kernelPsf,
  type NoiseMapKind,
  type ObservedMaps,
  observeMaps,
  type Psf,
} from "../src/lensing/mod.ts";
import { readPsf } from "./_input_images.ts";
import { readUserFile } from "./_read_file.ts";
import { readRegion } from "./_region.ts";

/** The flags of an observed image. */
export const OBSERVED_FLAGS = [
  ...["noise", "noise-kind", "psf", "mask", "annulus", "pixel-scale"] as const,
] as const;

type Context = CommandContext<typeof OBSERVED_FLAGS[number]>;

/** An observed image. */
export interface ObservedImage extends ObservedMaps {
  /** The whole image. */
  readonly map: FitsMap;
  /** The PSF; undefined for an image without blur. */
  readonly psf: Psf | undefined;
  /** The value of the noise map. */
  readonly noiseKind: NoiseMapKind;
}

/** Names of HDUs that say the value of a noise map. */
const NOISE_KINDS: readonly (readonly [RegExp, NoiseMapKind])[] = [
  [/^(WHT|WEIGHT|IVAR|IVM|INVVAR)/i, "inverse-variance"],
  [/^VAR/i, "variance"],
];
/** Pixels that share the greatest value, from which they are taken to be saturated. */
const PLATEAU = 4;
/** Sides of a PSF that is never cut, and the share of its light that is kept of a larger one. */
const SMALL_PSF = 21, PSF_SHARE = 0.95;
/** Difference of pixel scales that is no rounding. */
const SCALE_DIFFERS = 0.02;
/** Pixels that a fit needs. */
const LEAST_PIXELS = 100;

/**
 * Reads an image and its maps.
 *
 * @param path The image.
 * @param context Flags and folders. A file of a flag that begins with # is an HDU of the image's file.
 * @returns The image.
 * @throws {StrayError} If a map is missing or does not fit the image.
 */
export async function readObservedImage(path: string, context: Context): Promise<ObservedImage> {
  const { flags, stderr } = context;
  if (flags.noise === undefined) {
    throw usageError(
      `Cannot fit "${path}" as --noise must be given: without it no residual is large or small`,
      "add --noise FILE, or --noise '#WHT' for an HDU of the image's file",
    );
  }
  if (flags.psf === undefined) {
    throw usageError(
      `Cannot fit "${path}" as --psf must be given`,
      "add --psf FILE, or --psf none for an image without blur",
    );
  }
  const map = await readMap(path, context);
  const { file = path } = await splitName(context.directory, path) ?? {};
  const sameFile = (name: string) => name.startsWith("#") ? `${file}${name}` : name;
  const noise = await readMap(sameFile(flags.noise), context);
  requireSize(noise, map, flags.noise);
  const noiseKind = flags["noise-kind"] ??
    NOISE_KINDS.find(([name]) => name.test(noise.hdu))?.[1] ?? "deviation";
  const pixelScale = pixelScaleOf(path, map, context);
  const mask = flags.mask === undefined ? undefined : await maskOf(
    sameFile(flags.mask),
    map,
    context,
  );
  const { inner = 0, outer } = flags.annulus === undefined ? {} : parseAnnulus(flags.annulus);
  const { flux, saturated } = unsaturated(map);
  const centre = { x: 0, y: 0 };
  const maps = observeMaps({
    ...{ width: map.width, pixelScale, flux, noise: noise.values, noiseKind, mask },
    ...outer !== undefined && { inside: { ...centre, radius: outer } },
    ...inner > 0 && { outside: [{ ...centre, radius: inner }] },
  });
  const pixels = maps.observed.flux.filter(Number.isFinite).length;
  if (pixels < LEAST_PIXELS) {
    throw new StrayError(
      "value",
      `Cannot fit "${path}" as at least ${LEAST_PIXELS} pixels must count: current number is ${pixels}`,
      { hint: "check --mask and --annulus, and that the noise map has values above 0" },
    );
  }
  const missing = map.values.filter((value) => !Number.isFinite(value)).length;
  const notes = [
    ...missing > 0 ? [`${missing} without a value`] : [],
    ...saturated > 0 ? [`${saturated} saturated`] : [],
  ];
  if (notes.length > 0) stderr.warn(`${path}: pixels do not count: ${notes.join(", ")}`);
  const psf = flags.psf === "none" ? undefined : await psfOf(sameFile(flags.psf), context);
  return { ...maps, map, psf, noiseKind };
}

/** Reads a FITS file, with its values as they are. */
async function readMap(name: string, { directory, resolve }: Context): Promise<FitsMap> {
  const { file, selector } = await splitName(directory, name) ?? { file: name, selector: "" };
  const bytes = await readUserFile(resolve(file), file, "image");
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readFitsMap(isPacked ? unpacked(bytes, file) : bytes, { name, part: selector });
}

function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new StrayError("decode", `Cannot decode "${name}" as its gzip is damaged: ${reason}`, {
      cause,
    });
  }
}

function requireSize(
  other: { readonly width: number; readonly height: number },
  { width, height }: FitsMap,
  name: string,
): void {
  if (other.width === width && other.height === height) return;
  throw new StrayError(
    "shape",
    `Cannot use "${name}" as it must have the size of the image, ${width} x ${height}: ` +
      `current size is ${other.width} x ${other.height}`,
    { hint: "cut both out by the same pixels" },
  );
}

/** Pixels that count, 1, and those that do not, 0. */
async function maskOf(name: string, map: FitsMap, context: Context): Promise<Float32Array> {
  const region = await readRegion(name, context), { x, y, width, height } = region;
  if (!containsRegion(map, region)) {
    requireSize(region.mask?.of ?? { width: x + width, height: y + height }, map, name);
  }
  const whole = new Float32Array(map.width * map.height), inside = insideOf(region);
  for (let row = 0; row < height; row++) {
    const to = (y + row) * map.width + x;
    if (inside) whole.set(inside.subarray(row * width, (row + 1) * width), to);
    else whole.fill(1, to, to + width);
  }
  return whole;
}

function parseAnnulus(text: string): { readonly inner: number; readonly outer: number } {
  const [inner = NaN, outer = NaN, ...more] = text.split(",").map((part) =>
    part.trim() === "" ? NaN : Number(part)
  );
  if (more.length === 0 && inner >= 0 && outer > inner && outer < Infinity) return { inner, outer };
  throw usageError(
    `Cannot use --annulus as it must be INNER,OUTER with 0 <= INNER < OUTER: current value is "${text}"`,
    "give radii around the centre of the image in arcsec, such as --annulus 0.3,2.5",
  );
}

function pixelScaleOf(path: string, { pixelScaleArcsec }: FitsMap, { flags, stderr }: Context) {
  const given = flags["pixel-scale"];
  if (given === undefined) {
    if (pixelScaleArcsec !== undefined) return pixelScaleArcsec;
    throw new StrayError(
      "value",
      `Cannot fit "${path}" as its header must have a WCS with the scale of a pixel: it has none`,
      { hint: "add --pixel-scale ARCSEC" },
    );
  }
  if (pixelScaleArcsec !== undefined && Math.abs(given / pixelScaleArcsec - 1) > SCALE_DIFFERS) {
    stderr.warn(`${path}: --pixel-scale ${given} is used; its WCS says ${pixelScaleArcsec} arcsec`);
  }
  return given;
}

/** Makes saturated pixels NaN: those from SATURATE on, or a plateau at the greatest value. */
function unsaturated(
  { values, saturation }: FitsMap,
): { readonly flux: Float32Array; readonly saturated: number } {
  let limit = saturation;
  if (limit === undefined) {
    const most = values.reduce((a, b) => b > a && b < Infinity ? b : a, -Infinity);
    const plateau = values.filter((value) => value === most).length;
    limit = plateau >= PLATEAU && plateau < values.length / 2 ? most : Infinity;
  }
  const flux = values.slice();
  let saturated = 0;
  values.forEach((value, i) => {
    if (!(value >= limit && value < Infinity)) return;
    flux[i] = NaN;
    saturated++;
  });
  return { flux, saturated };
}

/** Reads the PSF; a large one is cut, as the time of a fit grows with it. */
async function psfOf(name: string, context: Context): Promise<Psf> {
  const image = await readPsf(name, context), whole = kernelPsf(image), middle = whole.size >> 1;
  if (whole.size <= SMALL_PSF) return whole;
  for (let reach = 1; reach < middle; reach++) {
    const psf = kernelPsf(image, { size: 2 * reach + 1 });
    const share = whole.weights[middle * whole.size + middle]! /
      psf.weights[psf.weights.length >> 1]!;
    if (share < PSF_SHARE) continue;
    context.stderr.info(
      `the PSF is cut to its middle ${psf.size} x ${psf.size} pixels: ${
        Math.round(100 * share)
      } % of its light`,
    );
    return psf;
  }
  return whole;
}
