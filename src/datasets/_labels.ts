/** The labels of the images in a container. */

import { StrayError } from "../errors.ts";
import { readArrayHeader } from "./_array_header.ts";
import { ByteReader } from "./_byte_reader.ts";
import { readFailure } from "./_failure.ts";
import { formatShape } from "./_layout.ts";
import { basename, dirname, join } from "../path.ts";

/** The label of the image with an index. */
export type LabelOf = (index: number) => string;

/** More bytes of labels than this are refused. */
const MOST = 1 << 30;

/**
 * Reads one label an image from an npy or IDX array of shape `(N,)` or `(N, 1)`.
 *
 * @param reader At the start of the array.
 * @param name The labels' name, for messages.
 * @param count The number of images.
 * @throws {StrayError} If the array is no list of labels, or not of that length.
 */
export async function readLabels(
  reader: ByteReader,
  name: string,
  count: number,
): Promise<LabelOf> {
  const header = await readArrayHeader(reader, name);
  const { shape, typeName, type } = header;
  const cannot = `Cannot read ${JSON.stringify(name)} as`;
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    throw new StrayError(
      "shape",
      `${cannot} the shape of labels must be (N,) or (N, 1): current value is ${
        formatShape(shape)
      }`,
    );
  }
  if (shape[0] !== count) {
    throw new StrayError(
      "shape",
      `${cannot} it must have one label for each of the ${count} images: ` +
        `current number of labels is ${shape[0]}`,
    );
  }
  const [, endian, kind, length] = /^([<>|=]?)([US])(\d+)$/.exec(typeName) ?? [];
  const size = kind === undefined ? type?.size : Number(length) * (kind === "U" ? 4 : 1);
  if (size === undefined) {
    throw new StrayError(
      "format",
      `${cannot} the type of labels must be numbers or strings: current value is ${typeName}`,
    );
  }
  const bytes = count * size > MOST ? undefined : await reader.read(count * size);
  if (bytes?.length !== count * size) {
    throw new StrayError(
      bytes === undefined ? "too_large" : "decode",
      `${cannot} it must hold ${count} labels: current number of whole labels is ${
        Math.floor((bytes?.length ?? 0) / size)
      }`,
    );
  }
  const view = new DataView(bytes.buffer);
  if (kind === "U") return (i) => readUtf32(view, i * size, size / 4, endian !== ">");
  if (kind === "S") return (i) => readUtf8(bytes.subarray(i * size, (i + 1) * size));
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
 * Reads the labels file that stands beside an IDX file of images: `images` in its name becomes
 * `labels` and `idx3` becomes `idx1`, packed or not.
 *
 * @param path The images' path.
 * @param name The images' name as the user gave it, for messages.
 * @param count The number of images.
 * @returns The labels, or `undefined` if there is no such file.
 */
export async function readLabelsBeside(
  path: string,
  name: string,
  count: number,
): Promise<LabelOf | undefined> {
  const images = basename(path);
  if (!images.includes("images")) return undefined;
  const same = images.replace("images", "labels").replace("idx3", "idx1");
  const other = same.endsWith(".gz") ? same.slice(0, -3) : `${same}.gz`;
  for (const file of [same, other]) {
    const said = name.slice(0, name.length - images.length) + file;
    let reader: ByteReader;
    try {
      reader = await ByteReader.openFile(join(dirname(path), file));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw readFailure(error, said);
    }
    try {
      const [first, second] = await reader.peek(2);
      if (first === 0x1f && second === 0x8b) reader = reader.decompress("gzip");
      return await readLabels(reader, said, count);
    } finally {
      await reader.close();
    }
  }
  return undefined;
}

/** The key of the labels that belong to a key of images in an `.npz`, by custom. */
export function labelKeyOf(key: string): string | undefined {
  if (/^x(_|$)/i.test(key)) return (key.startsWith("X") ? "Y" : "y") + key.slice(1);
  const labels = key.replace(/images$/, "labels");
  return labels === key ? undefined : labels;
}
