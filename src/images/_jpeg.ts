/**
 * JPEG: markers are parsed here, pixels decoded by libjpeg-turbo in WebAssembly.
 *
 * Milliseconds for a photo of 640 x 480 (36 KB, 4:2:0) on one core of a 2-core cloud machine, the
 * best of many runs, Deno 2.9.6. Pillow 9.4.0 has libjpeg-turbo with AVX2; its second row includes
 * the copy to an array of its own, as all rows above do:
 *
 * | decoder                  | whole | half | quarter | eighth |
 * | ------------------------ | ----- | ---- | ------- | ------ |
 * | @cwasm/jpeg-turbo 0.1.3  | 2.5   | 1.23 | 0.82    | 0.58   |
 * | @jsquash/jpeg 1.6.0      | 2.5   |      |         |        |
 * | codec-libjpeg-turbo-8bit | 2.7   |      |         |        |
 * | imagescript 1.3.1        | 5.0   |      |         |        |
 * | jpeg-js 0.4.4            | 8.8   |      |         |        |
 * | Pillow, decoded          | 0.7   | 0.48 | 0.46    | 0.36   |
 * | Pillow, to numpy         | 1.8   | 0.62 | 0.48    | 0.38   |
 *
 * @cwasm's is the smallest of the three fastest and exports libjpeg's functions: smaller sizes, and
 * warnings, by which libjpeg reports damaged data that it fills with grey.
 */

import { WASM } from "./_jpeg_wasm.generated.ts";
import { type JpegHeader, readJpegHeader } from "./_jpeg_header.ts";
import { damaged, type DecoderContext } from "./_limits.ts";
import { orient } from "./_orient.ts";
import { allocate, type CodecExports, never, runOn, WasmCodec } from "./_wasm.ts";
import type { Image } from "./image.ts";
import type { Size } from "./resize.ts";

interface TurboJpeg extends CodecExports {
  readonly tjInitDecompress: () => number;
  readonly tjDestroy: (handle: number) => number;
  readonly tjDecompress2: (
    handle: number,
    bytes: number,
    length: number,
    out: number,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ) => number;
}

/** TJPF_GRAY, TJPF_RGB and TJPF_CMYK, by the number of components. */
const PIXEL_FORMATS = { 1: 6, 3: 0, 4: 11 } as const;

/** TJFLAG_STOPONWARNING: libjpeg fills unreadable data with grey, with only a warning. */
const FLAGS = 8192;

const CODEC = new WasmCodec<TurboJpeg>(WASM, {
  env: { setjmp: () => 0, longjmp: never("longjmp") },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: never("environ_get"),
    proc_exit: never("proc_exit"),
    fd_close: never("fd_close"),
    fd_seek: never("fd_seek"),
    fd_write: never("fd_write"),
  },
});

/** Harmless padding, in libjpeg's words. */
const PADDING = /^Corrupt JPEG data: (\d+) extraneous bytes before marker 0x([0-9a-f]{2})$/;
const MAX_PADDING = 4096;
const MAX_REPAIRS = 8;

/** Decodes a JPEG, at an eighth, a quarter or half its size if that is at least `atLeast`. */
export function decodeJpeg(bytes: Uint8Array, context: DecoderContext): Image {
  const { atLeast } = context;
  const header = readJpegHeader(bytes, context);
  const divisor = atLeast === undefined ? 1 : pickDivisor(header, atLeast);
  const width = Math.ceil(header.width / divisor);
  const height = Math.ceil(header.height / divisor);
  const { components } = header;
  const { samples, padding } = decodePadded(bytes, width, height, components, context);
  const channels = components === 4 ? 3 : components;
  const data = components === 4 ? rgbOfCmyk(samples) : samples;
  const notes = [`${padding} bytes of padding inside its JPEG data are ignored`];
  const image = {
    width,
    height,
    channels,
    data,
    white: 255,
    ...(padding > 0 && { notes }),
  } as const;
  return orient(image, header.orientation);
}

/**
 * Samples as stored, without the padding that some cameras write before markers.
 *
 * libjpeg reports it as it reports damage. Bytes that are all equal are taken for padding, others
 * may be the rest of damaged data.
 */
function decodePadded(
  bytes: Uint8Array,
  width: number,
  height: number,
  components: 1 | 3 | 4,
  context: DecoderContext,
): { readonly samples: Uint8Array; readonly padding: number } {
  let current = bytes;
  let repairs = 0;
  for (;;) {
    const samples = decodeTurbo(current, width, height, components);
    if (typeof samples !== "string") return { samples, padding: bytes.length - current.length };
    const [, count, marker] = PADDING.exec(samples) ?? [];
    const shorter = count === undefined || ++repairs > MAX_REPAIRS
      ? undefined
      : withoutPadding(current, Number(count), parseInt(marker as string, 16));
    if (shorter === undefined) {
      const words = samples === "" ? "" : `: libjpeg says "${samples}"`;
      throw damaged(context, `its JPEG data are damaged or truncated${words}`);
    }
    current = shorter;
  }
}

/** The file without `count` equal bytes before a marker; undefined if there are none. */
function withoutPadding(bytes: Uint8Array, count: number, marker: number): Uint8Array | undefined {
  if (count > MAX_PADDING) return undefined;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] !== marker || at < count) continue;
    const padding = bytes.subarray(at - count, at);
    if (padding.some((byte) => byte !== padding[0])) continue;
    const shorter = new Uint8Array(bytes.length - count);
    shorter.set(bytes.subarray(0, at - count));
    shorter.set(bytes.subarray(at), at - count);
    return shorter;
  }
  return undefined;
}

/** Samples as stored; if libjpeg cannot decode them, its words. */
function decodeTurbo(
  bytes: Uint8Array,
  width: number,
  height: number,
  components: 1 | 3 | 4,
): Uint8Array | string {
  let words = "";
  try {
    return runOn(CODEC, bytes, (codec, pointer) => {
      try {
        const pitch = width * components;
        const out = allocate(codec, pitch * height);
        const handle = codec.tjInitDecompress();
        const format = PIXEL_FORMATS[components];
        const { length } = bytes;
        // deno-fmt-ignore
        const status = codec.tjDecompress2(handle, pointer, length, out, width, pitch, height, format, FLAGS);
        if (status !== 0) throw new Error("libjpeg failed");
        const samples = new Uint8Array(codec.memory.buffer, out, pitch * height).slice();
        codec.tjDestroy(handle);
        codec.free(out);
        return samples;
      } catch (error) {
        words = readWords(codec.memory);
        throw error;
      }
    });
  } catch {
    return words;
  }
}

/** The last error of libjpeg, whose place in memory is found by the text that it holds at first. */
function readWords(memory: WebAssembly.Memory): string {
  const none = new TextEncoder().encode("No error\0");
  const now = new Uint8Array(memory.buffer);
  return CODEC.run((fresh) => {
    const first = new Uint8Array(fresh.memory.buffer);
    for (let at = first.indexOf(none[0]!); at >= 0; at = first.indexOf(none[0]!, at + 1)) {
      if (none.some((byte, i) => first[at + i] !== byte)) continue;
      if (none.every((byte, i) => now[at + i] === byte)) continue;
      return new TextDecoder().decode(now.subarray(at, now.indexOf(0, at)));
    }
    return "";
  });
}

/** The largest allowed divisor of the size: 8, 4, 2 or 1. */
function pickDivisor(header: JpegHeader, atLeast: Size): number {
  const turned = header.orientation >= 5;
  const [width, height] = turned
    ? [atLeast.height, atLeast.width]
    : [atLeast.width, atLeast.height];
  for (const divisor of [8, 4, 2]) {
    const fits = Math.ceil(header.width / divisor) >= width &&
      Math.ceil(header.height / divisor) >= height;
    if (fits) return divisor;
  }
  return 1;
}

/** RGB of inverted CMYK, the convention of Adobe and all others. */
function rgbOfCmyk(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4) {
    const key = cmyk[from + 3] as number;
    for (let c = 0; c < 3; c++) rgb[to++] = ((cmyk[from + c] as number) * key) / 255 + 0.5;
  }
  return rgb;
}
