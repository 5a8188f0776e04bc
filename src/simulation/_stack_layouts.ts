/** Layouts of npy and npz files of images. */

import { crc32 } from "node:zlib";
import { npyHeader } from "../npy.ts";
import { type StackLayout, writeAt } from "./_stack.ts";
import { directory, localHeader } from "./npz.ts";
import type { SimulationSettings } from "./settings.ts";

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
 * Layout of the npz file of all classes: `images` as in npy, and `labels`, (N,), class by class.
 *
 * The checksum precedes the images, so it is computed and written once all are complete.
 *
 * @throws {RangeError} If the file would exceed 4 GiB.
 */
export function npzLayout(
  { classes, count }: Pick<SimulationSettings, "classes" | "count">,
  image: Size,
): StackLayout {
  const total = classes.length * count, imageBytes = bytesOf(image);
  const header = npyHeader("<f4", [total, ...axes(image)]);
  const size = header.length + total * imageBytes;
  const local = (crc: number) => localHeader({ name: IMAGES, size, crc });
  const start = local(0).length;
  const head = new Uint8Array(start + header.length);
  head.set(local(0));
  head.set(header, start);
  return {
    head,
    imageBytes,
    count: total,
    finish: async (file) => {
      const crc = await checksum(file, start, size);
      writeAt(file, 0, local(crc));
      const labels = labelArray(classes, count);
      const member = { name: LABELS, size: labels.length, crc: crc32(labels), at: start + size };
      const labelHead = localHeader(member);
      writeAt(file, member.at, labelHead);
      writeAt(file, member.at + labelHead.length, labels);
      const end = member.at + labelHead.length + labels.length;
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
function labelArray(classes: readonly string[], count: number): Uint8Array {
  const longest = Math.max(...classes.map((name) => name.length));
  const header = npyHeader(`<U${longest}`, [classes.length * count]);
  const bytes = new Uint8Array(header.length + 4 * longest * classes.length * count);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (const [c, name] of classes.entries()) {
    for (let i = 0; i < count; i++) {
      const at = 4 * longest * (c * count + i);
      for (let k = 0; k < name.length; k++) view.setUint32(at + 4 * k, name.charCodeAt(k), true);
    }
  }
  return bytes;
}
