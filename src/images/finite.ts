/** Float images: samples that are not finite are replaced, with a note. */

import { StrayError } from "../errors.ts";

/**
 * Replaces NaN and -infinity by the least finite sample, +infinity by the greatest, in place.
 *
 * @param data The samples.
 * @param thing The image in messages: `the image`, or the quoted name of its file.
 * @returns Notes for the user; empty if all samples were finite.
 * @throws {StrayError} If no sample is finite (`value`).
 *
 * @example
 * ```ts
 * import { replaceNonFinite } from "./finite.ts";
 *
 * const data = Float32Array.of(1, NaN, -2);
 * replaceNonFinite(data, "the image");
 * if (data[1] !== -2) throw new Error("NaN must become the minimum");
 * ```
 */
export function replaceNonFinite(data: Float32Array, thing: string): string[] {
  let low = Infinity;
  let high = -Infinity;
  let bad = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value - value !== 0) bad++; // NaN or infinite
    else {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (bad === 0) return [];
  if (bad === data.length) {
    throw new StrayError(
      "value",
      `Cannot decode ${thing} as at least one sample must be finite: ` +
        "current number of finite samples is 0",
    );
  }
  let above = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value === Infinity) {
      data[i] = high;
      above++;
    } else if (value - value !== 0) data[i] = low;
  }
  const notes: string[] = [];
  if (bad > above) notes.push(`${bad - above} samples are not finite, replaced by the minimum`);
  if (above > 0) notes.push(`${above} samples are +infinity, replaced by the maximum`);
  return notes;
}
