/** From brightness to numbers that a model or a screen takes. */

/** How brightness between black and white becomes a number from 0 to 1. */
export type Stretch = "linear" | "sqrt" | "asinh" | "none";

/** Black over the softening of `asinh`: it is linear up to about the noise. */
const SOFTENING = 1 / 5;

/**
 * Brightness from black to white as 0 to 1; the rest is cut.
 *
 * - `linear`
 * - `sqrt`: where photons are counted, noise is then alike in bright and dark parts
 * - `asinh`: linear up to about the background's noise, then as the logarithm (Lupton et al. 1999,
 *   AJ 118, 1406)
 * - `none`: the numbers as they are
 *
 * Black and white are those of the recipe, the same for images of all classes: nothing is taken from
 * the image itself.
 *
 * @param image Electron/s a pixel.
 * @param range Black and white, in the same unit.
 * @param stretch How.
 * @returns float32, in [0, 1] unless `none`.
 *
 * @example
 * ```ts
 * import { stretchImage } from "./stretch.ts";
 *
 * const values = stretchImage(Float64Array.of(-9, 0, 1, 99), [0, 4], "sqrt");
 * if (values.join() !== "0,0,0.5,1") throw new Error("unexpected values");
 * ```
 */
export function stretchImage(
  image: Float64Array,
  [black, white]: readonly [number, number],
  stretch: Stretch,
): Float32Array<ArrayBuffer> {
  if (stretch === "none") return Float32Array.from(image);
  const values = new Float32Array(image.length), span = white - black;
  const soft = Math.max(-black, 1e-6 * span) * SOFTENING, top = Math.asinh(span / soft);
  for (let i = 0; i < image.length; i++) {
    const level = image[i]! - black;
    if (level <= 0) continue;
    if (level >= span) values[i] = 1;
    else if (stretch === "linear") values[i] = level / span;
    else if (stretch === "sqrt") values[i] = Math.sqrt(level / span);
    else values[i] = Math.asinh(level / soft) / top;
  }
  return values;
}
