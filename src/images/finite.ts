/** Float images: samples that are not finite are replaced, with a note. */

import { countOf } from "../count_of.ts";
import { StrayError } from "../errors.ts";
import type { Image } from "./image.ts";

/**
 * Replaces NaN and -infinity by the least finite sample, +infinity by the greatest, in place.
 *
 * @param data The samples.
 * @param thing The image in messages: `the image`, or the quoted name of its file.
 * @returns Notes for the user, and the places of the samples; empty if all were finite.
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
export function replaceNonFinite(
  data: Float32Array,
  thing: string,
): Pick<Image, "notes" | "missing"> {
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
  if (bad === 0) return {};
  if (bad === data.length) {
    throw new StrayError(
      "value",
      `Cannot decode ${thing} as at least one sample must be finite, up to 3.4e38 in magnitude: ` +
        "current number of finite samples is 0",
    );
  }
  const missing = new Uint8Array(data.length);
  let above = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value - value === 0) continue;
    missing[i] = 1;
    if (value === Infinity) above++;
    data[i] = value === Infinity ? high : low;
  }
  const notes: string[] = [];
  const samples = (count: number) => countOf(count, "sample is", "samples are");
  const unless = "unless the model leaves them out";
  if (bad > above) {
    notes.push(`${samples(bad - above)} not finite, replaced by the minimum ${unless}`);
  }
  if (above > 0) notes.push(`${samples(above)} +infinity, replaced by the maximum ${unless}`);
  return { notes, missing };
}
