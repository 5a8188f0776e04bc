/** Bytes of image files and containers, made on the spot; and a folder to put them in. */

import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { type Entry, isFailed, readSources, type SourceOptions } from "../../src/datasets/mod.ts";
import { encodePng, type Image } from "../../src/images/mod.ts";

/** A file's content, or a folder's. */
export interface Tree {
  readonly [name: string]: string | Uint8Array | Tree;
}

/** A test that fails if it leaves a file or an operation open. */
export function test(name: string, fn: () => Promise<void>, ignore = false): void {
  Deno.test({ name, fn, ignore, sanitizeOps: true, sanitizeResources: true });
}

/** Calls `use` with a new folder that holds `tree`, and removes it. */
export async function withFolder(
  tree: Tree,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeTree(folder, tree);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [name, content] of Object.entries(tree)) {
    const path = `${folder}/${name}`;
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else if (content instanceof Uint8Array) await Deno.writeFile(path, content);
    else {
      await Deno.mkdir(path);
      await writeTree(path, content);
    }
  }
}

/** All entries of sources. */
export async function readAll(
  sources: readonly string[],
  options: SourceOptions = {},
): Promise<Entry[]> {
  return await Array.fromAsync(readSources(sources, options));
}

/** `path`, `path=label`, or `path!code` for a failed sample. */
export function describe(entry: Entry): string {
  const label = entry.label === undefined ? "" : `=${entry.label}`;
  return entry.path + label + (isFailed(entry) ? `!${entry.error.code}` : "");
}

/** The image of an entry; throws what it failed with. */
export function imageOf(entry: Entry | undefined): Image {
  if (entry === undefined) throw new Error("there is no entry");
  if (isFailed(entry)) throw entry.error;
  return entry.image;
}

/** A PNG of one pixel. */
export function pixel(value: number): Promise<Uint8Array> {
  const data = Uint8Array.of(value);
  return encodePng({ width: 1, height: 1, channels: 1, data, white: 255 });
}

/** Text as a stream, in chunks of `size` bytes. */
export function streamOf(text: string | Uint8Array, size = Infinity): ReadableStream<Uint8Array> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

/** The bytes of numbers, in one of NumPy's types. */
export function elements(type: string, values: readonly number[]): Uint8Array {
  const size = Number(type.slice(2));
  const view = new DataView(new ArrayBuffer(size * values.length));
  const little = type[0] !== ">";
  values.forEach((value, i) => {
    const at = i * size;
    switch (type.slice(1)) {
      case "i1":
        return view.setInt8(at, value);
      case "u2":
        return view.setUint16(at, value, little);
      case "i2":
        return view.setInt16(at, value, little);
      case "u4":
        return view.setUint32(at, value, little);
      case "i4":
        return view.setInt32(at, value, little);
      case "u8":
      case "i8":
        return view.setBigInt64(at, BigInt(value), little);
      case "f2":
        return view.setFloat16(at, value, little);
      case "f4":
        return view.setFloat32(at, value, little);
      case "f8":
        return view.setFloat64(at, value, little);
      default:
        return view.setUint8(at, value);
    }
  });
  return new Uint8Array(view.buffer);
}

/** A `.npy` file. */
export function npy(
  type: string,
  shape: readonly number[],
  data: readonly number[] | Uint8Array,
  options: { readonly fortran?: boolean; readonly version?: number } = {},
): Uint8Array {
  const version = options.version ?? 1;
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = options.fortran ? "True" : "False";
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${axes}), }`;
  const before = version === 1 ? 10 : 12;
  const header = text.padEnd(Math.ceil((before + text.length + 1) / 64) * 64 - before - 1) + "\n";
  const size = header.length;
  const sized = version === 1
    ? [size & 255, size >> 8]
    : [size & 255, (size >> 8) & 255, size >> 16, 0];
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...sized);
  const bytes = data instanceof Uint8Array ? data : elements(type, data);
  return concat(start, new TextEncoder().encode(header), bytes);
}

/** An IDX file; `code` 8 for bytes. */
export function idx(
  shape: readonly number[],
  data: readonly number[] | Uint8Array,
  code = 8,
): Uint8Array {
  const lengths = elements(">u4", shape);
  return concat(Uint8Array.of(0, 0, code, shape.length), lengths, Uint8Array.from(data));
}

/** `count` numbers from 0 up, modulo 256. */
export function ramp(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i & 255);
}

/** Bytes that do not pack, the same each time (xorshift32). */
export function noise(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  });
}

/** How a zip file is written. */
export interface ZipOptions {
  readonly deflate?: boolean;
  /** `local`: as numpy.savez does it; `all`: the directory too. */
  readonly zip64?: "local" | "all";
}

/** A zip file; as `.npz` if the names end in `.npy`. */
export function zip(
  members: Readonly<Record<string, Uint8Array>>,
  options: ZipOptions = {},
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const packed = options.deflate ? deflateRawSync(content) : content;
    const encoded = new TextEncoder().encode(name);
    const local64 = options.zip64 !== undefined;
    const central64 = options.zip64 === "all";
    const local = concat(
      elements("<u4", [0x04034b50]),
      common(local64, options.deflate === true, content, packed, encoded.length, 20 * +local64),
      encoded,
      local64 ? extra64([content.length, packed.length]) : new Uint8Array(),
      packed,
    );
    directory.push(concat(
      elements("<u4", [0x02014b50]),
      elements("<u2", [45]),
      common(central64, options.deflate === true, content, packed, encoded.length, 28 * +central64),
      elements("<u2", [0, 0, 0, 0, 0]),
      elements("<u4", [central64 ? 0xffffffff : at]),
      encoded,
      central64 ? extra64([content.length, packed.length, at]) : new Uint8Array(),
    ));
    parts.push(local);
    at += local.length;
  }
  const central = concat(...directory);
  const count = directory.length;
  const end = concat(
    elements("<u4", [0x06054b50]),
    elements("<u2", [0, 0, count, count]),
    elements("<u4", [central.length, at]),
    elements("<u2", [0]),
  );
  return concat(...parts, central, end);
}

function common(
  wide: boolean,
  deflate: boolean,
  content: Uint8Array,
  packed: Uint8Array,
  nameLength: number,
  extraLength: number,
): Uint8Array {
  return concat(
    elements("<u2", [45, 0x800, deflate ? 8 : 0, 0, 0]),
    elements("<u4", [
      crc32(content),
      wide ? 0xffffffff : packed.length,
      wide ? 0xffffffff : content.length,
    ]),
    elements("<u2", [nameLength, extraLength]),
  );
}

function extra64(values: readonly number[]): Uint8Array {
  return concat(elements("<u2", [1, 8 * values.length]), elements("<u8", values));
}

/** The bytes packed by gzip. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** Bytes one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
