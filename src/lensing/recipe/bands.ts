/** The bands of a colour image. */

import type { Parameters } from "./draw_parameters.ts";
import type { MadeImage } from "./make_image.ts";
import { Values } from "./_values.ts";

/** Magnitudes in red, green and blue less that of the parameters, in parts of the colour. */
const SHIFTS = [-0.5, 0, 0.5];

/**
 * The parameters of each band: one for a grey image; red, green and blue for one of colour.
 *
 * Lens and source have one colour each, the magnitude in blue less that in red; in green they are as
 * the parameters say. The camera is the same in all bands.
 *
 * @param parameters The parameters of an image.
 * @returns The same with other brightnesses, one or three times.
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
export function bandsOf(parameters: Parameters): Parameters[] {
  const values = new Values(parameters);
  if (values.word("image.colour") === "grey") return [parameters];
  return SHIFTS.map((part) => {
    const band: Record<string, Parameters[keyof Parameters]> = { ...parameters };
    for (const galaxy of ["lens_light", "source"] as const) {
      const shift = part * values.number(`${galaxy}.colour`);
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
 * Bands as one image, channels last.
 *
 * @param bands Images of one size, at least one.
 * @returns Their pixels side by side; signal-to-noise ratios added in squares, the greatest and the
 *   root mean square of the differences.
 */
export function mergeBands(bands: readonly MadeImage[]): MadeImage {
  const [first] = bands;
  if (bands.length === 1) return first!;
  const side = (which: "noisy" | "clean") => {
    const merged = new Float64Array(first![which].length * bands.length);
    for (const [c, band] of bands.entries()) {
      for (let i = 0; i < band[which].length; i++) merged[i * bands.length + c] = band[which][i]!;
    }
    return merged;
  };
  const residuals = bands.map(({ residual }) => residual);
  return {
    ...first!,
    noisy: side("noisy"),
    clean: side("clean"),
    signalToNoise: Math.hypot(...bands.map((band) => band.signalToNoise)),
    residual: {
      max: Math.max(...residuals.map(({ max }) => max)),
      rms: Math.hypot(...residuals.map(({ rms }) => rms)) / Math.sqrt(bands.length),
      signal_to_noise: Math.hypot(...residuals.map((residual) => residual.signal_to_noise)),
    },
  };
}
