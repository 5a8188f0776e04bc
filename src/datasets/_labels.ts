/** Labels of the images in a container. */

import { basename, dirname, join } from "../path.ts";
import { readArrayHeader } from "./_array_header.ts";
import { ByteReader } from "./_byte_reader.ts";
import { cannotRead, readFailure } from "./_errors.ts";
import { formatShape } from "./_layout.ts";

/** The label of an image, by index. */
export type LabelOf = (index: number) => string;

/** Maximum size of all labels, in bytes. */
export const MAX_LABEL_BYTES = 1 << 30;

/** Reads one label per image from an npy or IDX array of shape `(N,)` or `(N, 1)`. */
export async function readLabels(
  reader: ByteReader,
  name: string,
  count: number,
): Promise<LabelOf> {
  const header = await readArrayHeader(reader, name);
  const { shape, typeName, type } = header;
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    const current = formatShape(shape);
    const reason = `the shape of labels must be (N,) or (N, 1): current value is ${current}`;
    throw cannotRead("shape", name, reason);
  }
  if (shape[0] !== count) {
    const reason = `it must have ${count} labels, one per image: current number is ${shape[0]}`;
    throw cannotRead("shape", name, reason);
  }
  const [, endian, kind, length] = /^([<>|=]?)([US])(\d+)$/.exec(typeName) ?? [];
  const size = kind === undefined ? type?.size : Number(length) * (kind === "U" ? 4 : 1);
  if (size === undefined) {
    const reason = `the type of labels must be numbers or strings: current value is ${typeName}`;
    throw cannotRead("format", name, reason);
  }
  const bytes = count * size > MAX_LABEL_BYTES ? undefined : await reader.read(count * size);
  if (bytes?.length !== count * size) {
    const whole = Math.floor((bytes?.length ?? 0) / size);
    const reason = `it must hold ${count} labels: current number of whole labels is ${whole}`;
    throw cannotRead(bytes === undefined ? "too_large" : "decode", name, reason);
  }
  const view = new DataView(bytes.buffer);
  if (kind === "U") return (i) => readUtf32(view, i * size, size / 4, endian !== ">");
  if (kind === "S") return (i) => readUtf8(bytes.subarray(i * size, (i + 1) * size));
  if (size === 8 && /^[<>|=]?[iu]/.test(typeName)) {
    const little = !typeName.startsWith(">"), signed = typeName.includes("i");
    // Numbers would round identifiers above 2^53.
    return (i) => {
      const at = i * size;
      return `${signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little)}`;
    };
  }
  return (i) => String(type?.read(view, i * size));
}

function readUtf32(view: DataView, at: number, length: number, little: boolean): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const point = view.getUint32(at + 4 * i, little);
    if (point === 0) break;
    text += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  }
  return text;
}

function readUtf8(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/**
 * The names of the labels file for an IDX file of images: `images` in its name becomes `labels`, and
 * `idx3` becomes `idx1`, with or without `.gz`; none for other names.
 */
export function labelNames(images: string): string[] {
  if (!images.includes("images")) return [];
  const same = images.replace("images", "labels").replace("idx3", "idx1");
  return [same, same.endsWith(".gz") ? same.slice(0, -3) : `${same}.gz`];
}

/** Reads the labels file beside an IDX file of images; undefined if there is none. */
export async function readLabelsBeside(
  path: string,
  name: string,
  count: number,
): Promise<LabelOf | undefined> {
  const images = basename(path);
  for (const file of labelNames(images)) {
    const labels = name.slice(0, name.length - images.length) + file;
    let reader: ByteReader;
    try {
      reader = await ByteReader.openFile(join(dirname(path), file));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw readFailure(error, labels);
    }
    try {
      const [first, second] = await reader.peek(2);
      if (first === 0x1f && second === 0x8b) reader = reader.decompress("gzip");
      return await readLabels(reader, labels, count);
    } finally {
      await reader.close();
    }
  }
  return undefined;
}

/** The customary key of the labels for a key of images in an npz. */
export function labelKeyOf(key: string): string | undefined {
  if (/^x(_|$)/i.test(key)) return (key.startsWith("X") ? "Y" : "y") + key.slice(1);
  const labels = key.replace(/images$/, "labels");
  return labels === key ? undefined : labels;
}
