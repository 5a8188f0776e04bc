/** From pixel values to the scores of a lens. */

import { backgroundVariance, cameraOf, gridOf, rangeOf } from "../recipe/make_image.ts";
import { ParameterReader } from "../recipe/_parameter_reader.ts";
import { type Stretch, stretchImage, unstretch } from "../recipe/stretch.ts";
import type { LensFamily } from "./lens_family.ts";
import { type LensFit, LensFitter } from "./lens_fitter.ts";
import { AT, LENS_NUMBERS } from "./lens_vector.ts";
import { type MassMap, massMap } from "./mass_map.ts";
import type { SoughtMass } from "./mass_templates.ts";
import { type MatrixMultiplier, PLAIN_PRODUCTS } from "./matrix_multiplier.ts";
import { POINT_GRID, SMOOTH_GRID } from "./mass_grids.ts";
import { type ObservedLens, StabilisedImage } from "./stabilised_image.ts";
import {
  bestPoint,
  estimateMasses,
  excessPower,
  freedomOf,
  logRatioOfAny,
  logRatioOfMasses,
  logRatioOfOne,
  logSumExp,
  project,
  type Projection,
} from "./substructure_statistics.ts";

/** Names of the scores of a fitted lens. */
export const LENS_SCORES = ["z", "mass", "substructure", "point", "chi2", "max_error"] as const;

/** The name of a score of a fitted lens. */
export type LensScoreName = typeof LENS_SCORES[number];

/** A fitted image. */
export interface InspectedLens {
  /** The fit; undefined where too few pixels count. */
  readonly fit: LensFit | undefined;
  /** Exposure time, s: the camera's, or estimated. */
  readonly exposure: number;
  /** Computes a score of the fit, infinite without one; valid until the next image. */
  score(name: LensScoreName): number;
  /** The smooth lens, as the recipe's stretch makes values; undefined without a fit, valid until the next image. */
  smoothImage(): Float32Array | undefined;
  /** Maps the mass that the residuals speak for; undefined without a fit, valid until the next image. */
  massMap(): MassMap | undefined;
}

const SCORES: Readonly<Record<LensScoreName, (state: Inspection) => number>> = {
  z: ({ smooth, fit }) => smooth().rank > 0 ? excessPower(smooth()) : excessOf(fit),
  mass: ({ smooth, fit }) => smooth().rank > 0 ? logRatioOfAny(smooth()) : excessOf(fit),
  substructure: ({ points, lines, family: { substructure } }) => {
    const { mean, variance, lineMass, oneMass = false } = substructure;
    return logSumExp([
      logRatioOfMasses(points(), Float64Array.from(mean), Float64Array.from(variance)),
      logRatioOfOne(lines(), lineMass),
      // One subhalo often has most of the mass, which normal priors do not expect.
      ...oneMass ? [logRatioOfAny(points())] : [],
    ]);
  },
  point: ({ points }) => bestPoint(points()),
  chi2: ({ fit: { chiSquare, degreesOfFreedom } }) => chiSquare / degreesOfFreedom,
  max_error: ({ fit: { residuals } }) =>
    residuals.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
};

/** Excess of chi-square: all that can be strange of an image that no mass could change. */
function excessOf({ chiSquare, degreesOfFreedom }: LensFit): number {
  return (chiSquare - degreesOfFreedom) / Math.sqrt(2 * degreesOfFreedom);
}

/** A fit with projections that are computed once. */
interface Inspection {
  readonly family: LensFamily;
  readonly fit: LensFit;
  readonly smooth: () => Projection;
  readonly points: () => Projection;
  readonly lines: () => Projection;
}

/** Factors of the mean Einstein radius, and places of the source in Einstein radii, to start from in turn. */
const STARTS = [
  ...[[0.75, 0, 0], [1.25, 0, 0], [1, -1, 0], [1, 0, 1], [0.5, 0, 0], [1, 1, 0], [1, 0, -1]],
] as const;
/** Distance of these places from the mean of the population, over its Einstein radius. */
const SOURCE_STEP = 0.15;
/** Information on points that may be left out, in inverse fourth powers of the Einstein radius. */
const POINTS_LEFT_OUT = 1.6e7;
/** Least share of the pixels that must count. */
const LEAST_PIXELS = 1 / 2;
/** Rounds in which an exposure that varies is estimated. */
const EXPOSURE_ROUNDS = 2;
/** Depths of integer samples whose steps are known from their values. */
const DEPTHS = [255, 65535];

/**
 * Fits the lenses of a family to images, and looks for substructure in the residuals.
 *
 * One object works on one image at a time.
 */
export class LensInspector {
  /** The family. */
  readonly family: LensFamily;
  readonly #fitter: LensFitter;
  readonly #products: MatrixMultiplier;
  readonly #stretch: Stretch;
  readonly #range: readonly [number, number];

  /**
   * Makes an inspector.
   *
   * @param family The family.
   * @param products Multiplies matrices, most of the work of `z`. @default {plain loops, some ten times as slow}
   */
  constructor(family: LensFamily, products: MatrixMultiplier = PLAIN_PRODUCTS) {
    const { camera, mean, free, psf } = family, values = new ParameterReader(camera);
    const vector = Float64Array.from(mean, (value) => value ?? -Infinity);
    this.family = family;
    this.#products = products;
    this.#fitter = new LensFitter({
      camera: {
        grid: gridOf(camera),
        subPixels: values.number("image.subpixels"),
        psf: cameraOf(camera, psf).psf,
      },
      mean: vector,
      free: LENS_NUMBERS.flatMap((name, i) => free.includes(name) ? [i] : []),
      starts: STARTS.filter(([factor]) => factor === 1 || free.includes("einstein_radius"))
        .map((start) => startOf(vector, start)),
    });
    this.#stretch = values.word("image.stretch") as Stretch;
    this.#range = rangeOf(camera);
  }

  /**
   * Fits an image.
   *
   * @param values Pixel values as the recipe's stretch makes them, row-major; those that are not finite do not count.
   * @returns The fit and its scores.
   * @throws {RangeError} If the number of values is not that of the family's pixels.
   */
  inspect(values: Float32Array): InspectedLens {
    const { grid } = this.#fitter.lens.camera;
    if (values.length !== grid.count) {
      throw new RangeError(
        `Cannot fit an image as it must have ${grid.width} x ${grid.height} values: ` +
          `current number is ${values.length}`,
      );
    }
    const observed = this.#observe(values);
    const image = new StabilisedImage(observed), least = LEAST_PIXELS * values.length;
    if (image.pixels < Math.max(least, 2 * this.family.free.length)) {
      return {
        ...{ fit: undefined, exposure: observed.time },
        score: () => Infinity,
        smoothImage: () => undefined,
        massMap: () => undefined,
      };
    }
    const { fit, exposure } = this.#fit(observed, image);
    const freed = once(() => ({ ...fit, freedom: freedomOf(this.#fitter, fit) }));
    const seek = (masses: readonly SoughtMass[], leftOut?: number) =>
      project(this.#fitter, freed(), masses, this.#products, leftOut);
    const state: Inspection = {
      family: this.family,
      fit,
      smooth: once(() => seek(SMOOTH_GRID.masses)),
      points: once(() => seek(POINT_GRID.masses, POINTS_LEFT_OUT)),
      lines: once(() => seek(this.family.substructure.lines)),
    };
    return {
      ...{ fit, exposure },
      score: (name) => SCORES[name](state),
      smoothImage: () => {
        const { lens } = this.#fitter;
        lens.evaluate(fit.vector);
        return stretchImage(lens.image, this.#range, this.#stretch);
      },
      massMap: () => massMap(estimateMasses(state.smooth()), fit.vector, grid),
    };
  }

  /** Fits, and estimates the exposure where it varies. */
  #fit(
    observed: ObservedLens,
    image: StabilisedImage,
  ): { readonly fit: LensFit; readonly exposure: number } {
    let fit = this.#fitter.fit(image), exposure = observed.time;
    for (let round = 0; this.family.exposureVaries && round < EXPOSURE_ROUNDS; round++) {
      exposure = likeliestExposure(observed, this.#fitter.lens.image, exposure);
      const changed = { ...observed, ...this.#noise(exposure) };
      fit = this.#fitter.fit(new StabilisedImage(changed));
    }
    return { fit, exposure };
  }

  #noise(exposure: number): Pick<ObservedLens, "time" | "background"> {
    const camera = cameraOf({
      ...this.family.camera,
      "observation.exposure": exposure,
      // The noise has none, and it would be made for each image.
      "psf.kind": "none",
    });
    return { time: exposure, background: backgroundVariance(camera) };
  }

  #observe(values: Float32Array): ObservedLens {
    const stretch = this.#stretch, range = this.#range;
    const isClipped = (value: number) => stretch !== "none" && (value <= 0 || value >= 1);
    const brightness = (value: number) => unstretch(value, range, stretch);
    const flux = Float64Array.from(values, (value) => isClipped(value) ? NaN : brightness(value));
    const depth = depthOf(values);
    const rounding = depth === undefined || stretch === "none"
      ? undefined
      : Float64Array.from(values, (value) =>
        brightness(value + 0.5 / depth) - brightness(value - 0.5 / depth));
    const exposure = Number(this.family.camera["observation.exposure"]);
    return { flux, rounding, ...this.#noise(exposure) };
  }
}

/** Numbers to start from. */
function startOf(mean: Float64Array, [factor, right, up]: readonly number[]): Float64Array {
  const ring = mean[AT.einstein_radius]!, step = SOURCE_STEP * ring, start = mean.slice();
  start[AT.einstein_radius] = factor! * ring;
  start[AT.source_x]! += right! * step;
  start[AT.source_y]! += up! * step;
  return start;
}

/** The greatest whole number that stands for 1, if all values are such numbers over it. */
function depthOf(values: Float32Array): number | undefined {
  return DEPTHS.find((depth) =>
    values.every((value) =>
      Number.isNaN(value) || Math.abs(value * depth - Math.round(value * depth)) < 1e-6 * depth
    )
  );
}

/**
 * The exposure under which residuals are likeliest, by golden section in its logarithm.
 *
 * @param observed The image; the share of its background that the exposure changes counts as none.
 * @param model Brightness of the fit, counts/s per pixel.
 * @param start First guess.
 */
function likeliestExposure(
  { flux, background }: ObservedLens,
  model: Float64Array,
  start: number,
): number {
  const constant = Number(background);
  const cost = (logTime: number) => {
    const time = Math.exp(logTime);
    let sum = 0;
    for (let i = 0; i < model.length; i++) {
      if (!Number.isFinite(flux[i]!)) continue;
      const variance = Math.max(model[i]!, 0) / time + constant;
      sum += (flux[i]! - model[i]!) ** 2 / variance + Math.log(variance);
    }
    return sum;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(start) - 2, high = Math.log(start) + 2;
  for (let step = 0; step < 24; step++) {
    const left = high - ratio * (high - low), right = low + ratio * (high - low);
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => value ??= compute();
}
