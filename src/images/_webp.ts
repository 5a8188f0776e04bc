/**
 * WebP: the container is parsed here, pixels decoded by libwebp in WebAssembly.
 *
 * Source: RFC 9649, for the RIFF container and the headers of both bit streams.
 */

import { readExifOrientation } from "./_exif.ts";
import { checkSize, damaged, type DecoderContext, readPartIndex, unsupported } from "./_limits.ts";
import { orient } from "./_orient.ts";
import { allocate, type CodecExports, never, runOn, WasmCodec } from "./_wasm.ts";
import { WASM } from "./_webp_wasm.generated.ts";
import type { Image } from "./image.ts";

interface LibWebp extends CodecExports {
  readonly WebPDecodeRGBA: (
    bytes: number,
    length: number,
    width: number,
    height: number,
  ) => number;
}

const CODEC = new WasmCodec<LibWebp>(WASM, {
  wasi_snapshot_preview1: {
    fd_close: never("fd_close"),
    fd_seek: never("fd_seek"),
    fd_write: never("fd_write"),
  },
});

/** Decodes a WebP, lossy or lossless, turned upright, with alpha if the header has it. */
export function decodeWebp(bytes: Uint8Array, context: DecoderContext): Image {
  if (context.part !== undefined) readPartIndex(context, "frames", undefined);
  const { width, height, alpha, orientation } = readHeader(bytes, context);
  const pixels = width * height;
  let rgba: Uint8Array | undefined;
  try {
    rgba = runOn(CODEC, bytes, (codec, pointer) => {
      const size = allocate(codec, 8);
      const out = codec.WebPDecodeRGBA(pointer, bytes.length, size, size + 4) >>> 0;
      const [w, h] = new Uint32Array(codec.memory.buffer, size, 2);
      const read = out !== 0 && w === width && h === height
        ? new Uint8Array(codec.memory.buffer, out, pixels * 4).slice()
        : undefined;
      codec.free(out);
      codec.free(size);
      return read;
    });
  } catch (error) {
    throw damaged(context, "its WebP data are damaged", error);
  }
  if (rgba === undefined) throw damaged(context, "its WebP data are damaged or truncated");
  if (alpha) return orient({ width, height, channels: 4, data: rgba, white: 255 }, orientation);
  const data = new Uint8Array(pixels * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    data[to++] = rgba[from] as number;
    data[to++] = rgba[from + 1] as number;
    data[to++] = rgba[from + 2] as number;
  }
  return orient({ width, height, channels: 3, data, white: 255 }, orientation);
}

interface WebpHeader extends Pick<Image, "width" | "height"> {
  readonly alpha: boolean;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
}

/** Walks the chunks, and checks the size in every header. */
function readHeader(bytes: Uint8Array, context: DecoderContext): WebpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20) throw damaged(context, `it is truncated at byte ${bytes.length}`);
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) {
    throw damaged(context, `it is truncated: it needs ${end} bytes, but has ${bytes.length}`);
  }
  let alpha = false;
  let orientation = 1;
  let image: Omit<WebpHeader, "orientation"> | undefined;
  for (let at = 12; at + 8 <= end;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (body + length > end) {
      if (image !== undefined) break;
      throw damaged(context, "it is truncated inside a chunk");
    }
    at = body + length + (length & 1);
    if (name === "VP8X" && length >= 10) {
      const flags = view.getUint8(body);
      const width = 1 + (view.getUint32(body + 4, true) & 0xffffff);
      const height = 1 + (view.getUint32(body + 6, true) >>> 8);
      checkSize(width, height, context);
      alpha ||= (flags & 0x10) !== 0;
      if ((flags & 0x02) === 0) continue;
      throw unsupported(context, "it is an animated WebP", "save one frame as PNG");
    }
    if (name === "EXIF") {
      orientation = readExifOrientation(bytes.subarray(body, body + length)) ?? orientation;
    }
    if (image !== undefined) continue;
    if (name === "VP8 " && length >= 10) {
      const [width, height] = [view.getUint16(body + 6, true), view.getUint16(body + 8, true)];
      const size = { width: width & 0x3fff, height: height & 0x3fff };
      checkSize(size.width, size.height, context);
      image = { ...size, alpha };
    }
    if (name === "VP8L" && length >= 5) {
      const bits = view.getUint32(body + 1, true);
      const size = { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
      checkSize(size.width, size.height, context);
      image = { ...size, alpha: (bits & 0x10000000) !== 0 };
    }
  }
  if (image === undefined) throw damaged(context, "it has no image data");
  return { ...image, orientation };
}
