/**
 * PBM, PGM, PPM, PAM and PFM (the formats of netpbm), as text or binary, in plain TypeScript.
 *
 * Samples of up to 8 bits are scaled to 0..255, of up to 16 bits to 0..65535; PFM is float32.
 */

import { checkSize, damaged, type DecoderContext } from "./_limits.ts";
import { replaceNonFinite } from "./finite.ts";
import type { Image, Samples } from "./image.ts";

/** The header, read token by token. */
interface PnmHeader {
  /** Digit or letter behind the P. */
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** The sample of white; for PFM the scale, negative for little-endian. */
  readonly most: number;
  /** Offset of the samples. */
  readonly dataAt: number;
}

const HASH = 0x23;
const NEWLINE = 0x0a;
const LATIN1 = new TextDecoder("latin1");

/** Decodes the first image of a file. */
export function decodePnm(bytes: Uint8Array, context: DecoderContext): Image {
  const header = readHeader(bytes, context);
  const { width, height, channels, most } = header;
  checkSize(width, height, context);
  if (!(most !== 0 && Math.abs(most) <= 65535) && !/[Ff]/.test(header.kind)) {
    throw damaged(context, `its greatest sample must be 1 to 65535: current value is ${most}`);
  }
  if (/[Ff]/.test(header.kind)) return readFloats(bytes, header, context);
  const white = most < 256 ? 255 : 65535;
  const needed = neededBytes(header);
  if (header.dataAt + needed > bytes.length) {
    throw damaged(
      context,
      `it is truncated: its samples end at byte ${
        header.dataAt + needed
      }, the file at byte ${bytes.length}`,
    );
  }
  const count = width * height * channels;
  const data = white === 255 ? new Uint8Array(count) : new Uint16Array(count);
  if (/[123]/.test(header.kind)) readText(bytes, header, data, context);
  else if (header.kind === "4") readBits(bytes, header, data);
  else readBinary(bytes, header, data);
  for (let i = 0; most !== white && i < count; i++) {
    data[i] = Math.round((Math.min(data[i] as number, most) * white) / most);
  }
  if (/[14]/.test(header.kind)) data.forEach((ink, i) => data[i] = 255 - ink);
  return { width, height, channels, data, white };
}

function readHeader(bytes: Uint8Array, context: DecoderContext): PnmHeader {
  const kind = String.fromCharCode(bytes[1] ?? 0);
  if (kind === "7") return readPamHeader(bytes, context);
  const isBits = kind === "1" || kind === "4";
  const numbers: number[] = [];
  let at = 2;
  while (numbers.length < (isBits ? 2 : 3)) {
    at = skipSpace(bytes, at);
    const start = at;
    while (at < bytes.length && !isSpace(bytes[at])) at++;
    const value = Number(LATIN1.decode(bytes.subarray(start, Math.min(at, start + 32))));
    const isScale = /[Ff]/.test(kind) && numbers.length === 2;
    if (
      start === at || !(isScale ? Number.isFinite(value) : Number.isInteger(value) && value >= 0)
    ) {
      throw damaged(context, `its PNM header must hold ${isBits ? 2 : 3} numbers`);
    }
    numbers.push(value);
  }
  const [width = 0, height = 0, most = 1] = numbers;
  const channels = kind === "3" || kind === "6" || kind === "F" ? 3 : 1;
  return { kind, width, height, channels, most, dataAt: at + 1 };
}

/** PAM: lines of a word and its value, until ENDHDR. */
function readPamHeader(bytes: Uint8Array, context: DecoderContext): PnmHeader {
  const text = LATIN1.decode(bytes.subarray(0, 4096));
  const end = /^ENDHDR[^\S\n]*\n/m.exec(text);
  const number = (key: string) => Number(new RegExp(`^${key}\\s+(\\d+)\\s*$`, "m").exec(text)?.[1]);
  const channels = number("DEPTH");
  const [width, height, most] = [number("WIDTH"), number("HEIGHT"), number("MAXVAL")];
  if (end === null || ![1, 2, 3, 4].includes(channels) || Number.isNaN(width + height + most)) {
    throw damaged(context, "its PAM header must give WIDTH, HEIGHT, DEPTH (1 to 4) and MAXVAL");
  }
  return {
    kind: "7",
    width,
    height,
    channels: channels as 1 | 2 | 3 | 4,
    most,
    dataAt: end.index + end[0].length,
  };
}

/** The least number of bytes of the samples. */
function neededBytes({ kind, width, height, channels, most }: PnmHeader): number {
  const count = width * height * channels;
  if (kind === "1") return count;
  if (kind === "2" || kind === "3") return 2 * count - 1;
  if (kind === "4") return Math.ceil(width / 8) * height;
  return count * (most < 256 ? 1 : 2);
}

function readText(
  bytes: Uint8Array,
  { kind, dataAt }: PnmHeader,
  data: Samples,
  context: DecoderContext,
) {
  let at = dataAt - 1;
  for (let i = 0; i < data.length; i++) {
    at = skipSpace(bytes, at);
    let value = 0;
    const start = at;
    for (; at < bytes.length; at++) {
      const digit = (bytes[at] as number) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = Math.min(value * 10 + digit, 65535);
      if (kind === "1") {
        at++;
        break;
      }
    }
    if (at === start) {
      throw damaged(context, `it is truncated: it holds ${i} of ${data.length} samples`);
    }
    data[i] = value;
  }
}

function readBits(bytes: Uint8Array, { width, height, dataAt }: PnmHeader, data: Samples): void {
  const rowBytes = Math.ceil(width / 8);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = bytes[dataAt + y * rowBytes + (x >> 3)] as number;
      data[to++] = (byte >> (7 - (x & 7))) & 1;
    }
  }
}

function readBinary(bytes: Uint8Array, { dataAt, most }: PnmHeader, data: Samples): void {
  if (most < 256) return data.set(bytes.subarray(dataAt, dataAt + data.length));
  for (let i = 0, at = dataAt; i < data.length; i++, at += 2) {
    data[i] = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }
}

/** PFM: float32, the last row first; the sign of the scale gives the byte order. */
function readFloats(bytes: Uint8Array, header: PnmHeader, context: DecoderContext): Image {
  const { width, height, channels, most, dataAt } = header;
  const row = width * channels;
  if (dataAt + 4 * row * height > bytes.length) {
    throw damaged(context, `it is truncated: its samples need ${4 * row * height} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataAt);
  const data = new Float32Array(row * height);
  for (let y = 0, to = 0; y < height; y++) {
    let at = 4 * row * (height - 1 - y);
    for (let x = 0; x < row; x++, at += 4) data[to++] = view.getFloat32(at, most < 0);
  }
  return { width, height, channels, data, white: 1, ...replaceNonFinite(data, context.thing) };
}

/** The next byte that is neither white space nor in a comment. */
function skipSpace(bytes: Uint8Array, at: number): number {
  for (; at < bytes.length; at++) {
    if (bytes[at] === HASH) {
      at = bytes.indexOf(NEWLINE, at) < 0 ? bytes.length : bytes.indexOf(NEWLINE, at);
    } else if (!isSpace(bytes[at])) break;
  }
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
