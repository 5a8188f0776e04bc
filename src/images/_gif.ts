/**
 * GIF: the first frame on its canvas. Blocks are parsed here; the Rust crate gif, in WebAssembly,
 * decodes the frame.
 *
 * Transparent and uncovered pixels have alpha 0; without them there is no alpha channel.
 *
 * Milliseconds for 640 x 480 on one core of a 2-core cloud machine, the best of many runs, Deno
 * 2.9.6, and the result for truncated data:
 *
 * | decoder                   | ms  | truncated             |
 * | ------------------------- | --- | --------------------- |
 * | imagescript 1.3.1 (crate) | 2.3 | an error              |
 * | the same, as pixels here  | 4.6 | an error              |
 * | @cwasm/nsgif 0.1.2        | 2.1 | read as if whole      |
 * | omggif 1.0.10             | 2.8 | a line on the console |
 * | gifuct-js 2.1.2           | 6.5 | index 0 for the rest  |
 * | Pillow 9.4.0, to numpy    | 2.2 | an error              |
 *
 * imagescript's own loader needs an environment variable, hence the .wasm file as text.
 */

import { paletteSize, simplifyGif, TRAILER } from "./_gif_simplify.ts";
import { WASM } from "./_gif_wasm.generated.ts";
import {
  checkSize,
  damaged,
  type DecoderContext,
  oversized,
  readPartIndex,
  unsupported,
} from "./_limits.ts";
import { WasmCodec } from "./_wasm.ts";
import type { Image } from "./image.ts";

interface GifCodec extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly walloc: (size: number) => number;
  /** Length of the last returned buffer. */
  readonly wlen: () => number;
  /** Takes ownership of the bytes; 0 if they are not a GIF. */
  readonly decoder_new: (bytes: number, length: number, limit: number) => number;
  readonly decoder_free: (decoder: number) => void;
  /** The next frame; 0 if it is damaged, 1 if there is none. */
  readonly decoder_frame: (decoder: number) => number;
  readonly decoder_frame_buffer: (frame: number) => number;
  readonly decoder_frame_free: (frame: number) => void;
}

const CODEC = new WasmCodec<GifCodec>(WASM, { env: { push_to_stream: () => {} } });

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;

/** Decodes the first frame of a GIF to RGB, or RGB + alpha if any pixel is transparent. */
export function decodeGif(bytes: Uint8Array, context: DecoderContext): Image {
  if (bytes.length < 13) throw truncated(bytes, context);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint16(at, true);
  const [width, height] = [word(6), word(8)];
  checkSize(width, height, context);
  const { at, control, transparent, frames } = findFirstFrame(bytes, context);
  const frame = readPartIndex(context, "frames", frames) ?? 0;
  if (frame > 0) throw unsupported(context, "frames behind the first need its predecessors");
  const [left, top, columns, rows] = [word(at), word(at + 2), word(at + 4), word(at + 6)];
  checkSize(columns, rows, context);
  if (left + columns > width || top + rows > height) {
    throw damaged(context, "its first frame exceeds the canvas");
  }
  // An LZW code has at least 3 bits and encodes fewer than 4096 pixels.
  if (columns * rows > ((bytes.length * 8) / 3) * 4096) throw oversized(context);
  const rgba = decodeFrame(bytes, columns * rows) ??
    decodeFrame(simplifyGif(bytes, at, control), columns * rows);
  if (rgba === undefined) throw damaged(context, "its GIF data are damaged or truncated");
  let clear = false;
  for (let i = 3; !clear && i < rgba.length; i += 4) clear = rgba[i] === 0;
  if (clear && !transparent) throw damaged(context, "a pixel has a colour beyond its palette");
  const channels = clear || columns < width || rows < height ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, from = 0; y < rows; y++) {
    let to = ((top + y) * width + left) * channels;
    for (let x = 0; x < columns; x++, from += 4) {
      if (rgba[from + 3] === 0) to += channels;
      else for (let c = 0; c < channels; c++) data[to++] = rgba[from + c] as number;
    }
  }
  const image = { width, height, channels, data, white: 255 } as const;
  if (frames === 1 || context.part !== undefined) return image;
  return { ...image, notes: [`it is animated: the first of ${frames} frames is read`] };
}

interface FirstFrame {
  /** Offset of its descriptor, behind the byte that introduces it. */
  readonly at: number;
  /** Offset of its graphic control extension. */
  readonly control: number | undefined;
  readonly transparent: boolean;
  /** Number of frames in the file. */
  readonly frames: number;
}

/** Walks all blocks, so that the file is complete, and finds the first frame. */
function findFirstFrame(bytes: Uint8Array, context: DecoderContext): FirstFrame {
  const byte = (at: number) => {
    const value = bytes[at];
    if (value === undefined) throw truncated(bytes, context);
    return value;
  };
  let first: number | undefined;
  let control: number | undefined;
  let frames = 0;
  let transparent = false;
  for (let at = 13 + paletteSize(byte(10));;) {
    const kind = byte(at++);
    if (kind === TRAILER && first !== undefined) return { at: first, control, transparent, frames };
    if (kind === IMAGE) {
      first ??= at;
      frames++;
      at += 10 + paletteSize(byte(at + 8));
    } else if (kind === EXTENSION) {
      const label = byte(at++);
      if (label === GRAPHIC_CONTROL && first === undefined) {
        control = at - 2;
        transparent = (byte(at + 1) & 1) === 1;
      }
    } else {
      throw damaged(
        context,
        `a GIF block must be an extension, a frame or the trailer: it is ${kind}`,
      );
    }
    for (let size = byte(at++); size > 0; size = byte(at++)) at += size;
  }
}

function truncated(bytes: Uint8Array, context: DecoderContext): Error {
  return damaged(context, `it is truncated at byte ${bytes.length}`);
}

/** RGBA of the first frame; undefined if the crate cannot decode it. */
function decodeFrame(bytes: Uint8Array, pixels: number): Uint8Array | undefined {
  try {
    return CODEC.run((codec) => {
      const pointer = codec.walloc(bytes.length);
      new Uint8Array(codec.memory.buffer).set(bytes, pointer);
      const decoder = codec.decoder_new(pointer, bytes.length, 0);
      const frame = decoder === 0 ? 0 : codec.decoder_frame(decoder);
      if (frame < 2) throw new Error("the decoder found no frame");
      const start = codec.decoder_frame_buffer(frame);
      const rgba = new Uint8Array(codec.memory.buffer, start, codec.wlen()).slice();
      codec.decoder_frame_free(frame);
      codec.decoder_free(decoder);
      if (rgba.length !== pixels * 4) throw new Error("the frame has another size");
      return rgba;
    });
  } catch {
    return undefined;
  }
}
