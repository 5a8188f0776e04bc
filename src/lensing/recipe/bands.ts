/** The bands of a colour image. */

import type { LensParameters } from "./draw_parameters.ts";
import type { LensImage } from "./make_image.ts";
import { ParameterReader } from "./_parameter_reader.ts";

/** Magnitude shift in red, green and blue, in units of the colour. */
const SHIFTS = [-0.5, 0, 0.5];

/**
 * The parameters of each band: one band for grey images; red, green and blue for colour images.
 *
 * Lens and source have one colour each, the magnitude in blue minus that in red; green has the
 * brightness of the parameters. The camera is the same in all bands.
 *
 * @param parameters Parameters of an image.
 * @returns Parameters of one or three bands, which differ in brightness.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 *
 * @example
 * ```ts
 * import { bandsOf, changeRecipe, drawParameters, RECIPES } from "../mod.ts";
 *
 * const recipe = changeRecipe(RECIPES["deeplense-4"], { "source.colour": 1 }, "the example");
 * const bands = bandsOf(drawParameters(recipe, { seed: 1, lensClass: "no_sub", index: 0 }));
 * const [red, , blue] = bands.map((band) => band["source.magnitude"] as number);
 * if (bands.length !== 3 || Math.abs(blue! - red! - 1) > 1e-12) throw new Error("unexpected colour");
 * ```
 */
export function bandsOf(parameters: LensParameters): LensParameters[] {
  const values = new ParameterReader(parameters);
  if (values.word("image.colour") === "grey") return [parameters];
  return SHIFTS.map((factor) => {
    const band: Record<string, LensParameters[keyof LensParameters]> = { ...parameters };
    for (const galaxy of ["lens_light", "source"] as const) {
      const shift = factor * values.number(`${galaxy}.colour`);
      if (values.has(`${galaxy}.magnitude`)) {
        band[`${galaxy}.magnitude`] = values.number(`${galaxy}.magnitude`) + shift;
      } else {
        band[`${galaxy}.intensity`] = values.number(`${galaxy}.intensity`) * 10 ** (-0.4 * shift);
      }
    }
    return band;
  });
}

/**
 * Merges bands into one image, channels last.
 *
 * @param bands Images of equal size, at least one.
 * @returns The image; signal-to-noise ratios add in quadrature, `max` is the largest of the bands,
 *   and `rms` the root mean square over them.
 */
export function mergeBands(bands: readonly LensImage[]): LensImage {
  const [first] = bands;
  if (bands.length === 1) return first!;
  const merge = (which: "noisy" | "clean") => {
    const merged = new Float64Array(first![which].length * bands.length);
    for (const [c, band] of bands.entries()) {
      for (let i = 0; i < band[which].length; i++) merged[i * bands.length + c] = band[which][i]!;
    }
    return merged;
  };
  const residuals = bands.map(({ residual }) => residual);
  return {
    ...first!,
    noisy: merge("noisy"),
    clean: merge("clean"),
    signalToNoise: Math.hypot(...bands.map((band) => band.signalToNoise)),
    residual: {
      max: Math.max(...residuals.map(({ max }) => max)),
      rms: Math.hypot(...residuals.map(({ rms }) => rms)) / Math.sqrt(bands.length),
      signal_to_noise: Math.hypot(...residuals.map((residual) => residual.signal_to_noise)),
    },
  };
}
