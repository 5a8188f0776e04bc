/**
 * FITS images that are compressed by tiles, in a binary table: RICE_1, GZIP_1 and GZIP_2, floats
 * quantised or not (FITS standard 4.0, section 10).
 */

import { gunzipSync } from "node:zlib";
import { type Dithering, ditherNumbers, unquantise } from "./_fits_dither.ts";
import { type Hdu, physicalValue, readText } from "./_fits_header.ts";
import { type FitsColumn, readTable } from "./_fits_table.ts";
import { checkSize, damaged, type DecoderContext, oversized, refused } from "./_limits.ts";
import { unpackRice } from "./_rice.ts";
import { numberReader } from "./number_reader.ts";

/** The layout of the tiles, and the columns that hold them. */
interface Tiles {
  readonly hdu: Hdu;
  readonly compression: string;
  /** Length of a tile along each axis. */
  readonly lengths: readonly number[];
  readonly columns: ReadonlyMap<string, FitsColumn>;
  readonly dithering: Dithering;
  readonly numbers: Float32Array;
  readonly context: DecoderContext;
}

/** The part of a tile that lies in the image. */
interface Tile {
  /** Row in the table. */
  readonly row: number;
  /** First index and number of samples along each axis. */
  readonly starts: readonly number[];
  readonly sides: readonly number[];
}

/** Physical values of a plane, the last row first. */
export function readTiles(
  bytes: Uint8Array,
  hdu: Hdu,
  plane: number,
  context: DecoderContext,
): Float32Array {
  const [width = 0, height = 0] = hdu.axes;
  const { columns, rows } = readTable(bytes, hdu, context);
  const lengths = hdu.axes.map((axis, i) => {
    const length = hdu.integer(`ZTILE${i + 1}`, i === 0 ? axis : 1);
    if (length >= 1) return Math.min(length, axis);
    throw damaged(context, `ZTILE${i + 1} must be at least 1: current value is ${length}`);
  });
  const counts = hdu.axes.map((axis, i) => Math.ceil(axis / (lengths[i] as number)));
  const wanted = counts.reduce((a, b) => a * b, 1);
  if (rows !== wanted) throw damaged(context, `it must have ${wanted} tiles: it has ${rows}`);
  checkSize(lengths[0] as number, lengths.slice(1).reduce((a, b) => a * b, 1), context);
  if (width * height > bytes.length * 4096) throw oversized(context);
  const quantised = readText(hdu.keywords.get("ZQUANTIZ"));
  const method = Number(/^SUBTRACTIVE_DITHER_([12])$/.exec(quantised)?.[1] ?? 0);
  const tiles: Tiles = {
    hdu,
    compression: readText(hdu.keywords.get("ZCMPTYPE")),
    lengths,
    columns,
    dithering: { method, seed: hdu.integer("ZDITHER0", 1) },
    numbers: method === 0 ? new Float32Array(0) : ditherNumbers(),
    context,
  };
  const values = new Float32Array(width * height);
  for (const tile of tilesOf(hdu.axes, lengths, counts, plane)) {
    const samples = readTile(tiles, tile);
    const [x0 = 0, y0 = 0] = tile.starts;
    const [columnsOf = 0, rowsOf = 0] = tile.sides;
    let from = offsetInTile(hdu.axes, tile, plane);
    for (let y = 0; y < rowsOf; y++) {
      let to = (height - 1 - y0 - y) * width + x0;
      for (let x = 0; x < columnsOf; x++) values[to++] = samples[from++] as number;
    }
  }
  return values;
}

/** Yields the tiles that hold a part of the plane. */
function* tilesOf(
  axes: readonly number[],
  lengths: readonly number[],
  counts: readonly number[],
  plane: number,
): Generator<Tile> {
  const [across = 0, down = 0] = counts;
  const position = positionOf(axes, plane);
  let base = 0;
  for (let i = 0, step = across * down; i < position.length; step *= counts[2 + i++] as number) {
    base += Math.floor((position[i] as number) / (lengths[2 + i] as number)) * step;
  }
  for (let i = 0; i < across * down; i++) {
    const at = [
      i % across,
      Math.floor(i / across),
      ...position.map((index, k) => Math.floor(index / (lengths[2 + k] as number))),
    ];
    const starts = at.map((index, k) => index * (lengths[k] as number));
    const sides = starts.map((start, k) =>
      Math.min(lengths[k] as number, (axes[k] as number) - start)
    );
    yield { row: base + i, starts, sides };
  }
}

/** Index along each axis beyond the second. */
function positionOf(axes: readonly number[], plane: number): number[] {
  let left = plane;
  return axes.slice(2).map((axis) => {
    const index = left % axis;
    left = Math.floor(left / axis);
    return index;
  });
}

/** Index of the plane's first sample in a tile. */
function offsetInTile(axes: readonly number[], { starts, sides }: Tile, plane: number): number {
  let step = (sides[0] as number) * (sides[1] as number);
  let offset = 0;
  positionOf(axes, plane).forEach((index, k) => {
    offset += (index - (starts[2 + k] as number)) * step;
    step *= sides[2 + k] as number;
  });
  return offset;
}

/** Physical values of a tile. */
function readTile(tiles: Tiles, { row, sides }: Tile): ArrayLike<number> {
  const { hdu, columns, compression, context, dithering, numbers } = tiles;
  const count = sides.reduce((a, b) => a * b, 1);
  const isFloat = hdu.bitpix < 0;
  const packed = columns.get("COMPRESSED_DATA")?.array(row) ?? new Uint8Array(0);
  const toPhysical = isFloat ? (value: number) => value : physicalValue(hdu, blankKey(hdu));
  const valueOf = (name: string, otherwise: number) =>
    columns.get(name)?.number(row) ?? hdu.number(name, otherwise);
  if (packed.length === 0) {
    const gzipped = columns.get("GZIP_COMPRESSED_DATA")?.array(row);
    const plain = columns.get("UNCOMPRESSED_DATA")?.array(row);
    const raw = gzipped && gzipped.length > 0 ? gunzip(gzipped, count, context) : plain;
    if (raw === undefined) throw damaged(context, `tile ${row} is empty`);
    return numbersOf(raw, count, isFloat, false, context).map(toPhysical);
  }
  const isQuantised = isFloat && (columns.has("ZSCALE") || hdu.keywords.has("ZSCALE"));
  const integers = unpack(packed, count, isFloat && !isQuantised, compression, tiles);
  if (!isFloat) return Float64Array.from(integers, toPhysical);
  if (!isQuantised) return integers;
  const blank = valueOf("ZBLANK", NaN);
  const scale = valueOf("ZSCALE", 1), zero = valueOf("ZZERO", 0);
  return unquantise(integers, row, scale, zero, blank, dithering, numbers);
}

function blankKey(hdu: Hdu): string {
  return hdu.keywords.has("ZBLANK") ? "ZBLANK" : "BLANK";
}

/** Undoes the compression of a tile. */
function unpack(
  packed: Uint8Array,
  count: number,
  isFloat: boolean,
  compression: string,
  { hdu, context }: Tiles,
): Int32Array | Float64Array {
  if (compression === "GZIP_1" || compression === "GZIP_2") {
    const raw = gunzip(packed, count, context);
    return numbersOf(raw, count, isFloat, compression === "GZIP_2", context);
  }
  if ((compression !== "RICE_1" && compression !== "RICE_ONE") || isFloat) {
    throw refused(
      context,
      "a compressed FITS image must use RICE_1, GZIP_1 or GZIP_2: current compression is " +
        (compression || "missing"),
      "decompress it first (funpack)",
    );
  }
  const blockSize = readParameter(hdu, "BLOCKSIZE", 32);
  const size = readParameter(hdu, "BYTEPIX", 4);
  if (!(blockSize >= 1) || (size !== 1 && size !== 2 && size !== 4)) {
    throw damaged(context, `its Rice parameters are impossible: ${blockSize}, ${size}`);
  }
  const integers = unpackRice(packed, count, size, blockSize);
  if (integers === undefined) throw damaged(context, "it is truncated: a tile ends early");
  return integers;
}

/** An algorithm's parameter: ZNAMEn and ZVALn. */
function readParameter(hdu: Hdu, name: string, otherwise: number): number {
  for (let i = 1; hdu.keywords.has(`ZNAME${i}`); i++) {
    if (readText(hdu.keywords.get(`ZNAME${i}`)) === name) return hdu.integer(`ZVAL${i}`, otherwise);
  }
  return otherwise;
}

function gunzip(packed: Uint8Array, count: number, context: DecoderContext): Uint8Array {
  try {
    const raw = gunzipSync(packed, { maxOutputLength: count * 8 });
    return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  } catch (error) {
    const reason = (error as Error).message || "unknown error";
    throw damaged(context, `a tile's gzip data are damaged: ${reason}`, error);
  }
}

/** Big-endian numbers, as wide as their bytes allow; `shuffled` has all first bytes first. */
function numbersOf(
  raw: Uint8Array,
  count: number,
  isFloat: boolean,
  shuffled: boolean,
  context: DecoderContext,
): Float64Array {
  const size = raw.length / count;
  const read = numberReader(size === 1 && !isFloat ? "u1" : `${isFloat ? "f" : "i"}${size}`, false);
  if (!read) {
    throw damaged(context, `a tile must hold ${count} numbers: it has ${raw.length} bytes`);
  }
  const bytes = shuffled ? unshuffle(raw, count, size) : raw;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => read(view, i * size));
}

function unshuffle(raw: Uint8Array, count: number, size: number): Uint8Array {
  const bytes = new Uint8Array(raw.length);
  for (let i = 0, to = 0; i < count; i++) {
    for (let k = 0; k < size; k++) bytes[to++] = raw[k * count + i] as number;
  }
  return bytes;
}
