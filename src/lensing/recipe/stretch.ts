/** Mapping of brightness to pixel values. */

/** The function that maps brightness between black and white to [0, 1]. */
export type Stretch = "linear" | "sqrt" | "asinh" | "none";

/** Softening of `asinh` over the black level; linear up to about the noise. */
const SOFTENING = 1 / 5;

/**
 * Maps brightness from black to white to [0, 1], and clips the rest.
 *
 * - `linear`
 * - `sqrt`: makes photon noise equal in bright and dark areas
 * - `asinh`: linear up to about the background noise, logarithmic above (Lupton et al. 1999,
 *   AJ 118, 1406)
 * - `none`: values unchanged
 *
 * Black and white come from the recipe and are the same for all classes; the image itself has no
 * influence on them.
 *
 * @param image Brightness, electron/s per pixel.
 * @param range Black and white, in the same unit.
 * @param stretch Mapping.
 * @returns float32 values, in [0, 1] unless `none`.
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
  const { soft, top } = asinhScale(black, span);
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

/**
 * The brightness of a pixel value: the inverse of {@linkcode stretchImage}.
 *
 * @param value A value, in [0, 1] unless `none`.
 * @param range Black and white.
 * @param stretch Mapping.
 * @returns Brightness, in the unit of the range.
 *
 * @example
 * ```ts
 * import { unstretch } from "./stretch.ts";
 *
 * if (unstretch(0.5, [0, 4], "sqrt") !== 1) throw new Error("unexpected brightness");
 * ```
 */
export function unstretch(
  value: number,
  [black, white]: readonly [number, number],
  stretch: Stretch,
): number {
  if (stretch === "none") return value;
  const span = white - black;
  if (stretch === "linear") return value * span + black;
  if (stretch === "sqrt") return value * value * span + black;
  const { soft, top } = asinhScale(black, span);
  return Math.sinh(value * top) * soft + black;
}

/** Softening of `asinh`, and its value at white. */
function asinhScale(black: number, span: number): { readonly soft: number; readonly top: number } {
  const soft = Math.max(-black, 1e-6 * span) * SOFTENING;
  return { soft, top: Math.asinh(span / soft) };
}
