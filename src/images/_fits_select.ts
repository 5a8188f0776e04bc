/** The HDU and plane of a FITS file that `FILE#PART` names. */

import { StrayError } from "../errors.ts";
import { type Hdu, readHdus, readText } from "./_fits_header.ts";
import { type DecoderContext, refused } from "./_limits.ts";

/** A 2-D image in a FITS file. */
interface FitsPlane {
  readonly hdu: Hdu;
  /** Index of the plane in a cube; 0 in an image. */
  readonly plane: number;
}

/** The parts of `NAME`, `NAME,VERSION` or `INDEX`, each with `[PLANE]` or without. */
const PART = /^([^[\]]*?)(?:\[([\d, ]+)\])?$/s;

/**
 * Finds the requested image; without a request the first HDU with an image.
 *
 * Axes beyond the second must have length 1, or the part must give a plane: from 0, the last axis
 * first, as in numpy.
 */
export function selectImage(bytes: Uint8Array, context: DecoderContext): FitsPlane {
  const { part = "" } = context;
  const [, wanted = "", planes] = PART.exec(part) ?? [, part];
  const found: string[] = [];
  for (const hdu of readHdus(bytes, context)) {
    const index = found.length;
    found.push(describe(hdu, index));
    const isImage = hdu.isImage && hdu.axes.length >= 2;
    if (wanted === "" ? !isImage : !isNamed(hdu, index, wanted)) continue;
    if (isImage) return { hdu, plane: readPlane(hdu, index, planes, context) };
    throw new StrayError(
      "shape",
      `Cannot decode ${context.thing} as HDU ${index} must hold a 2-D image: current axes are ` +
        (hdu.isImage ? hdu.axes.join(" x ") || "none" : "those of a table"),
      { hint: "omit the HDU to take the first one with an image" },
    );
  }
  if (wanted === "") throw refused(context, "none of its HDUs holds a 2-D image");
  throw new StrayError(
    "value",
    `Cannot decode ${context.thing} as ` +
      (/^\d+$/.test(wanted)
        ? `the HDU must be less than ${found.length}: current value is ${wanted}`
        : `the HDU must be one of ${found.join(", ")}: current value is ${JSON.stringify(wanted)}`),
  );
}

/** The name and version of an HDU, or its index. */
function describe(hdu: Hdu, index: number): string {
  const name = readText(hdu.keywords.get("EXTNAME"));
  const version = hdu.number("EXTVER", 1);
  return name === "" ? String(index) : version === 1 ? name : `${name},${version}`;
}

/** Whether an HDU has the index, or the name in any case; a name without version is any of them. */
function isNamed(hdu: Hdu, index: number, wanted: string): boolean {
  if (/^\d+$/.test(wanted)) return index === Number(wanted);
  const [, name = "", version] = /^(.*?)(?:,\s*(\d+))?$/s.exec(wanted) ?? [];
  return readText(hdu.keywords.get("EXTNAME")).toUpperCase() === name.trim().toUpperCase() &&
    (version === undefined || hdu.number("EXTVER", 1) === Number(version));
}

/** The number of the plane that indices such as `3` or `0,3` name. */
function readPlane(
  hdu: Hdu,
  index: number,
  text: string | undefined,
  context: DecoderContext,
): number {
  const all = hdu.axes.slice(2).reverse();
  const long = all.filter((length) => length > 1);
  const indices = text?.split(",").map((part) => Number(part)) ?? [];
  const lengths = indices.length === long.length ? long : all;
  const fits = indices.length === lengths.length &&
    indices.every((at, i) => Number.isInteger(at) && at < (lengths[i] as number));
  if (fits) return indices.reduce((plane, at, i) => plane * (lengths[i] as number) + at, 0);
  const ranges = lengths.map((length) => `0 to ${length - 1}`).join(", ") || "none";
  throw new StrayError(
    "shape",
    `Cannot decode ${context.thing} as HDU ${index} has axes ${
      hdu.axes.join(" x ")
    }: its plane must ` +
      `be ${ranges}, current value is ${text ?? "missing"}`,
    {
      hint: lengths.length === 0
        ? `name no plane: FILE#${index}`
        : `name a plane, such as FILE#${index}[${lengths.map(() => 0).join(",")}]`,
    },
  );
}
