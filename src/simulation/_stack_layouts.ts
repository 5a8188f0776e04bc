/** Layouts of npy and npz files of images. */

import { crc32 } from "node:zlib";
import { npyHeader } from "../npy.ts";
import { type StackLayout, writeAt } from "./_stack.ts";
import { directory, localHeader } from "./npz.ts";

/** Size of an image. */
interface Size {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Axes of an image; a single channel is no axis. */
function axes({ width, height, channels }: Size): number[] {
  return channels === 1 ? [height, width] : [height, width, channels];
}

function bytesOf({ width, height, channels }: Size): number {
  return 4 * width * height * channels;
}

const CHUNK = 1 << 20;
const IMAGES = "images.npy";
const LABELS = "labels.npy";

/** Layout of the npy file of one class: (N, height, width) or (N, height, width, 3), float32. */
export function npyLayout(count: number, size: Size): StackLayout {
  return { head: npyHeader("<f4", [count, ...axes(size)]), imageBytes: bytesOf(size), count };
}

/**
 * Layout of the npz file of all images: `images` as in npy, and their `labels`, (N,).
 *
 * The checksum precedes the images, so it is computed and written once all are complete.
 *
 * @throws {RangeError} If the file would exceed 4 GiB.
 */
export function npzLayout(labels: readonly string[], image: Size): StackLayout {
  const count = labels.length, imageBytes = bytesOf(image);
  const header = npyHeader("<f4", [count, ...axes(image)]);
  const size = header.length + count * imageBytes;
  const local = (crc: number) => localHeader({ name: IMAGES, size, crc });
  const start = local(0).length;
  const head = new Uint8Array(start + header.length);
  head.set(local(0));
  head.set(header, start);
  return {
    head,
    imageBytes,
    count,
    finish: async (file) => {
      const crc = await checksum(file, start, size);
      writeAt(file, 0, local(crc));
      const names = labelArray(labels);
      const member = { name: LABELS, size: names.length, crc: crc32(names), at: start + size };
      const labelHead = localHeader(member);
      writeAt(file, member.at, labelHead);
      writeAt(file, member.at + labelHead.length, names);
      const end = member.at + labelHead.length + names.length;
      const entries = directory([{ name: IMAGES, size, crc, at: 0 }, member], end);
      writeAt(file, end, entries);
      await file.truncate(end + entries.length);
    },
  };
}

async function checksum(file: Deno.FsFile, from: number, size: number): Promise<number> {
  await file.seek(from, Deno.SeekMode.Start);
  const buffer = new Uint8Array(CHUNK);
  let crc = 0;
  for (let left = size; left > 0;) {
    const count = await file.read(buffer.subarray(0, Math.min(left, CHUNK)));
    if (count === null) throw new Error("the file ends before its last image");
    crc = crc32(buffer.subarray(0, count), crc);
    left -= count;
  }
  return crc;
}

/** Labels of all images as an npy array of strings. */
function labelArray(labels: readonly string[]): Uint8Array {
  const longest = labels.reduce((most, name) => Math.max(most, name.length), 0);
  const header = npyHeader(`<U${longest}`, [labels.length]);
  const bytes = new Uint8Array(header.length + 4 * longest * labels.length);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (const [i, name] of labels.entries()) {
    const at = 4 * longest * i;
    for (let k = 0; k < name.length; k++) view.setUint32(at + 4 * k, name.charCodeAt(k), true);
  }
  return bytes;
}
