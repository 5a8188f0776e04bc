/** JPEG markers: size, coding, orientation, and completeness (ITU-T T.81, annex B). */

import { readOrientation } from "./_exif.ts";
import {
  checkSize,
  damaged,
  type DecoderContext,
  oversized,
  refused,
  unsupported,
} from "./_limits.ts";

/** The checked markers. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: 1 | 3 | 4;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
}

/** Real files have about ten scans; each costs a pass over the whole image. */
const MAX_SCANS = 100;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;

/** Walks all markers to the end of the image, without decoding. */
export function readJpegHeader(bytes: Uint8Array, context: DecoderContext): JpegHeader {
  let frame: Omit<JpegHeader, "orientation"> | undefined;
  let orientation = 1;
  let scans = 0;
  let at = 2;
  for (;;) {
    // A marker is one or more 0xff, then a byte other than 0 and 0xff; inside a scan 0xff 0 is data
    // and markers d0 to d7 are restarts.
    at = bytes.indexOf(0xff, at);
    if (at < 0) throw truncated(bytes, context);
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined) throw truncated(bytes, context);
    if (marker === EOI) break;
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= SOI)) continue; // no length follows
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + length > bytes.length || at + 2 > bytes.length) throw truncated(bytes, context);
    if (length < 2) throw damaged(context, `a JPEG segment at byte ${at} has no length`);
    const body = bytes.subarray(at + 2, at + length);
    at += length;
    if (isFrame(marker)) {
      if (frame !== undefined) throw damaged(context, "it has more than one JPEG frame");
      frame = readFrame(marker, body, bytes.length, context);
    } else if (marker === APP1 && frame === undefined) {
      orientation = readOrientation(body) ?? orientation;
    } else if (marker === SOS && ++scans > MAX_SCANS) {
      throw refused(context, `it must have at most ${MAX_SCANS} scans: it has more`);
    }
  }
  if (frame === undefined || scans === 0) throw damaged(context, "it has no image data");
  return { ...frame, orientation };
}

/** SOF0 to SOF15: c0 to cf, without the tables c4 and cc and the extension c8. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(
  marker: number,
  body: Uint8Array,
  fileSize: number,
  context: DecoderContext,
): Omit<JpegHeader, "orientation"> {
  const [depth = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = body;
  if (body.length < 6 + 3 * components) throw damaged(context, "its JPEG frame header is damaged");
  const width = (w1 << 8) | w0;
  const height = (h1 << 8) | h0;
  checkSize(width, height, context, 16);
  if (marker > 0xc2) {
    throw unsupported(
      context,
      "JPEG must be baseline or progressive with Huffman coding: " +
        `current coding is SOF${marker - 0xc0}`,
      "save it with another program as baseline JPEG or as PNG",
    );
  }
  if (depth !== 8) {
    throw unsupported(
      context,
      `JPEG samples must have 8 bits: current depth is ${depth}`,
      "save it as 16-bit PNG or TIFF",
    );
  }
  if (components !== 1 && components !== 3 && components !== 4) {
    throw refused(context, `JPEG must have 1, 3 or 4 components: it has ${components}`);
  }
  // Each block of 64 pixels takes at least one bit.
  if (width * height > 512 * fileSize + 4096) throw oversized(context);
  return { width, height, components };
}

function truncated(bytes: Uint8Array, context: DecoderContext): Error {
  return damaged(context, `it is truncated: ${bytes.length} bytes without an end-of-image marker`);
}
