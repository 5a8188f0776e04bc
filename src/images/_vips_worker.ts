/** A Worker that decodes by libvips: files in, pixels out, in order. */

import type { WorkerService } from "../workers/mod.ts";
import { replaceNonFinite } from "./finite.ts";
import { checkSize, damaged, type DecoderContext, NeedsMemory, refused } from "./_limits.ts";
import { vipsLibrary } from "./_vips_library.ts";
import { orient } from "./_orient.ts";
import type { Image, Samples } from "./image.ts";

/** Parts of the library that are loaded. */
export interface VipsTask {
  readonly libraries: readonly ("vips-heif.wasm" | "vips-jxl.wasm")[];
}

/** One image. */
export interface VipsJob {
  readonly bytes: Uint8Array;
  /** The page, as an option of libvips; empty for the first image. */
  readonly select: string;
  /** Name of the format, for messages. */
  readonly title: string;
  readonly context: DecoderContext;
}

/** An image, or the memory that decoding it takes, bytes, if the context does not allow as much. */
export type VipsReply = Image | { readonly needed: number };

/** An image of libvips, as far as it is used here. */
interface VipsImage {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly format: string;
  readonly interpretation: string;
  getTypeof(name: string): number;
  getInt(name: string): number;
  colourspace(space: string): VipsImage;
  writeToMemory(): ArrayLike<number> & ArrayBufferView;
  delete(): void;
}

/** The module of wasm-vips, as far as it is used here. */
interface Vips {
  readonly Image: { newFromBuffer(bytes: Uint8Array, options: string): VipsImage };
  readonly Cache: { max(count: number): void };
  blockUntrusted(state: boolean): void;
  operationBlock(name: string, state: boolean): void;
}

/** Interpretations whose samples are taken as they are. */
const PLAIN: ReadonlySet<string> = new Set(["b-w", "grey16", "srgb", "rgb", "rgb16", "multiband"]);

const HEVC = "convert it with heif-convert to PNG; iPhones save JPEG with Formats: Most Compatible";

/** Starts the web build, which needs no more than the permission to read its files. */
async function start({ libraries }: VipsTask): Promise<Vips> {
  const wasm = await vipsLibrary();
  const { default: open } = await import(new URL("./vips-es6.js", wasm).href);
  const vips: Vips = await open({
    wasmBinary: await Deno.readFile(wasm),
    dynamicLibraries: libraries,
    locateFile: (name: string) => new URL(name, wasm).href,
    print: () => {},
    printErr: () => {},
  });
  vips.Cache.max(0);
  vips.blockUntrusted(true);
  if (libraries.includes("vips-jxl.wasm")) vips.operationBlock("VipsForeignLoadJxl", false);
  return vips;
}

function decode(vips: Vips, { bytes, select, title, context }: VipsJob): VipsReply {
  let opened: VipsImage | undefined;
  try {
    opened = vips.Image.newFromBuffer(bytes, `[fail_on=error${select && `,${select}`}]`);
    checkSize(opened.width, opened.height, context, bytesPerPixel(opened));
    return readPixels(opened, select, context);
  } catch (error) {
    if (error instanceof NeedsMemory) return { needed: error.bytes };
    const words = wordsOf(error);
    if (words === undefined) throw error;
    if (/HEVC/.test(words)) {
      throw refused(context, "it is HEIC, whose codec HEVC is patented", HEVC);
    }
    if (
      /not in a known format|unsupported|not supported|not been built in|not implemented|not configured|omitted at compile/i
        .test(
          words,
        )
    ) {
      throw refused(context, `its kind of ${title} is not supported: libvips says "${words}"`);
    }
    // A file that is cut short may give numbers alone.
    throw damaged(
      context,
      /[a-z]/i.test(words)
        ? `its ${title} data are damaged: libvips says "${words}"`
        : `its ${title} data are damaged or cut short`,
    );
  } finally {
    opened?.delete();
  }
}

/** Memory per pixel, of the codec, of the library, and of the result: measured, with a margin. */
function bytesPerPixel({ bands, format }: VipsImage): number {
  return 12 + 6 * bands * (format === "uchar" ? 1 : format === "ushort" ? 2 : 4);
}

/** The last line of a C++ exception; undefined if it is another error. */
function wordsOf(error: unknown): string | undefined {
  if (!(error instanceof Object) || !("message" in error)) return undefined;
  const { message } = error;
  if (!Array.isArray(message)) return undefined;
  return String(message[1]).trim().split("\n").at(-1);
}

function readPixels(opened: VipsImage, select: string, context: DecoderContext): Image {
  const isKept = PLAIN.has(opened.interpretation) || opened.interpretation === "cmyk";
  const image = isKept ? opened : opened.colourspace("srgb");
  const { width, height, bands, format, interpretation } = image;
  const number = (name: string) => image.getTypeof(name) === 0 ? 1 : image.getInt(name);
  const pages = number("n-pages");
  const orientation = number("orientation"), bits = number("heif-bitdepth");
  const notes = pages > 1 && select === "" ? [`the first of its ${pages} images is read`] : [];
  if (bands > 4) throw refused(context, `a pixel must have 1 to 4 samples: it has ${bands}`);
  const raw = image.writeToMemory();
  if (image !== opened) image.delete();
  const white = format === "uchar" ? 255 : format === "ushort" ? 65535 : 1;
  const all = white === 1 ? Float32Array.from(raw) : raw as Samples;
  // libvips shifts 10 and 12 bits up, so that white is less than 65535.
  if (white === 65535 && bits > 8) {
    const most = 2 ** bits - 1;
    all.forEach((value, i) => all[i] = Math.round(((value >> (16 - bits)) * white) / most));
  }
  const replaced = all instanceof Float32Array ? replaceNonFinite(all, context.thing) : {};
  notes.push(...replaced.notes ?? []);
  const isInk = interpretation === "cmyk" && bands === 4;
  const data = isInk ? rgbOfInk(all, white) : all;
  const channels = (isInk ? 3 : bands) as 1 | 2 | 3 | 4;
  return orient(
    { width, height, channels, data, white, ...replaced, ...(notes.length > 0 && { notes }) },
    orientation,
  );
}

/** RGB of CMYK, where 0 is no ink. */
function rgbOfInk(ink: Samples, white: number): Samples {
  const rgb = ink.slice(0, (ink.length / 4) * 3);
  const half = white === 1 ? 0 : 0.5;
  for (let from = 0, to = 0; from < ink.length; from += 4) {
    const light = white - (ink[from + 3] as number);
    for (let c = 0; c < 3; c++) {
      rgb[to++] = ((white - (ink[from + c] as number)) * light) / white + half;
    }
  }
  return rgb;
}

/** The service. */
export const VIPS_SERVICE: WorkerService<VipsTask, VipsJob, VipsReply> = {
  start: async (task) => {
    const vips = await start(task);
    return (job) => Promise.resolve(decode(vips, job));
  },
  transferOf: (reply) => "data" in reply ? [reply.data.buffer as ArrayBuffer] : [],
};
