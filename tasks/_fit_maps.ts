/** The files that `fit` writes: maps of a fitted lens as FITS, and a sheet of them. */

import { basename } from "../src/path.ts";
import { encodePng } from "../src/images/mod.ts";
import { type FittedObservedLens, fittedSource } from "../src/lensing/mod.ts";
import { contactSheet, drawHeatmap } from "../src/report/mod.ts";
import { encodeFits } from "../src/simulation/mod.ts";
import { writeFileAtomically } from "../src/write_file.ts";
import { shownMass } from "./_mass_maps.ts";
import type { ObservedImage } from "./_observed_maps.ts";

/** Pixels of a picture of the sheet, about. */
const PICTURE = 240;
/** Residuals drawn black and white, standard deviations. */
const RESIDUALS = [-5, 5] as const;
/** Brightness from which pictures are logarithmic, over the noise. */
const SOFTENING = 3;
/** Share of the pixels that pictures may show as white. */
const WHITE = 0.002;

/**
 * Writes the maps of a fitted lens.
 *
 * @param stem Name of the files, absolute, without their endings.
 * @param observed The image.
 * @param lens The fit.
 * @returns Endings of the files by what they show.
 * @throws {StrayError} `write` If the disk is full or the folder is not writable.
 */
export async function writeFitMaps(
  stem: string,
  observed: ObservedImage,
  lens: FittedObservedLens,
): Promise<Record<string, string>> {
  const { grid, corner: [left, top], map } = observed, { width, height, pixelScale } = grid;
  const image = new Float32Array(grid.count), { flux } = observed.observed;
  for (let row = 0; row < height; row++) {
    const from = (top + row) * map.width + left;
    image.set(map.values.subarray(from, from + width), row * width);
  }
  const residual = Float32Array.from(
    lens.fit.residuals,
    (value, i) => Number.isFinite(flux[i]!) ? value : NaN,
  );
  const fit = Float32Array.from(lens.image), light = Float32Array.from(lens.lensLight);
  const source = fittedSource(lens.fit), { convergence, significance } = lens.massMap;
  // Rows of FITS count from the bottom.
  const below = map.height - top - height;
  const wcs = map.wcs.map(([key, value]) =>
    [
      key,
      key === "CRPIX1" ? Number(value) - left : key === "CRPIX2" ? Number(value) - below : value,
    ] as const
  );
  const shape = { width, height, pixelScale, wcs };
  const perArcsec = map.unit === "" ? "" : `${map.unit}/arcsec2`;
  const files: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
    "image.fits": encodeFits(image, { ...shape, unit: map.unit }),
    "fit.fits": encodeFits(fit, { ...shape, unit: map.unit }),
    "lens_light.fits": encodeFits(light, { ...shape, unit: map.unit }),
    "residual.fits": encodeFits(residual, { ...shape, unit: "" }),
    "convergence.fits": encodeFits(convergence, { ...shape, unit: "" }),
    "significance.fits": encodeFits(significance, { ...shape, unit: "" }),
    "source.fits": encodeFits(source.brightness, {
      ...{ width: source.grid.width, height: source.grid.height },
      ...{ pixelScale: source.grid.pixelScale, unit: perArcsec },
    }),
    png: await encodePng(
      sheetOf({ image, fit, light, residual, significance, source: source.brightness }, {
        ...{ width, height, sourceSize: source.grid.width, noise: noiseOf(observed) },
      }),
    ),
  };
  const endings: Record<string, string> = {};
  for (const [ending, bytes] of Object.entries(files)) {
    await writeFileAtomically(`${stem}.${ending}`, bytes);
    endings[ending === "png" ? "picture" : ending.split(".")[0]!] = ending;
  }
  return endings;
}

/** Maps that the sheet shows. */
interface Shown {
  readonly image: Float32Array;
  readonly fit: Float32Array;
  readonly light: Float32Array;
  readonly residual: Float32Array;
  readonly significance: Float32Array;
  readonly source: Float32Array;
}

/** The image, the fit and the residuals; below them the image without the lens, the source and the mass. */
function sheetOf(
  { image, fit, light, residual, significance, source }: Shown,
  { width, height, sourceSize, noise }: {
    readonly width: number;
    readonly height: number;
    readonly sourceSize: number;
    readonly noise: number;
  },
) {
  const arcs = image.map((value, i) => value - light[i]!),
    shape = { width, height, channels: 1 } as const;
  const whole = stretched([image, fit], noise), [arc] = stretched([arcs], noise);
  const scaled = Float32Array.from(image, (_, i) => {
    const column = Math.floor((i % width + 0.5) / width * sourceSize);
    const row = Math.floor((Math.floor(i / width) + 0.5) / height * sourceSize);
    return source[row * sourceSize + column]!;
  });
  const [bright] = stretched([scaled], rms(scaled) / SOFTENING);
  const [low, high] = RESIDUALS;
  const grey = [
    ...whole,
    residual.map((value) => (value - low) / (high - low)),
    ...[arc!, bright!],
  ].map((tile) => tile.map((value) => Number.isFinite(value) ? value : 0));
  const mass = drawHeatmap(grey[0]!, shownMass(significance), shape);
  const tiles = [
    ...grey.map((tile) =>
      Float32Array.from({ length: 3 * tile.length }, (_, i) => tile[i / 3 | 0]!)
    ),
    Float32Array.from(mass.data, (value) => value / mass.white),
  ];
  const zoom = Math.max(1, Math.round(PICTURE / Math.max(width, height)));
  return contactSheet(tiles, { width, height, channels: 3, columns: 3, zoom });
}

/** Brightness as asinh, from 0 to the brightest of the first map but a few. */
function stretched(maps: readonly Float32Array[], noise: number): Float32Array[] {
  const compress = (value: number) => Math.asinh(value / (SOFTENING * noise));
  const sorted = maps[0]!.filter(Number.isFinite).sort();
  const white = compress(sorted[Math.floor((1 - WHITE) * (sorted.length - 1))] ?? 1);
  return maps.map((map) => map.map((value) => compress(value) / white));
}

function rms(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1;
}

/** The median noise of the pixels that count. */
function noiseOf({ observed: { background } }: ObservedImage): number {
  const variances = (background as Float64Array).filter((value) => value > 0).sort();
  return Math.sqrt(variances[variances.length >> 1] ?? 1);
}

/**
 * Names for the files of images: their own, without folder and ending.
 *
 * @param paths The images as the user named them.
 * @returns Names of which no two are the same.
 */
export function fileStems(paths: readonly string[]): string[] {
  const stems = paths.map(stemOf);
  return stems.map((stem, i) => stems.indexOf(stem) === i ? stem : `${stem}-${i + 1}`);
}

function stemOf(path: string): string {
  const name = basename(path).replace(/\.(fits?|fts)(\.gz|\.fz)?(?=#|$)/i, "");
  return name.replace(/[^\w.-]+/g, "_").slice(0, 80) || "lens";
}
