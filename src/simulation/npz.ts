/**
 * NumPy's file format for several arrays: an uncompressed zip file of npy files.
 *
 * Not by a library: yazl 3.3.1 and fflate 0.8.3 write sequentially, but a stack of images is
 * written in any order, can be resumed, and gets its final header once all images are complete.
 */

import { crc32 } from "node:zlib";

/** A member of a zip file, as its two headers describe it. */
export interface ZipMember {
  /** Such as `images.npy`. */
  readonly name: string;
  /** Length, bytes. */
  readonly size: number;
  /** CRC-32 of the content. */
  readonly crc: number;
}

const MOST = 0xffffffff;

/**
 * Encodes arrays as one npz file.
 *
 * @param arrays Content of an npy file by the key of its array.
 * @returns Content of a file for `numpy.load`; independent of time.
 * @throws {RangeError} If the file would exceed 4 GiB.
 *
 * @example
 * ```ts
 * import { encodeNpz } from "./npz.ts";
 *
 * const bytes = encodeNpz({ a: Uint8Array.of(1, 2, 3) });
 * if (bytes[0] !== "P".charCodeAt(0)) throw new Error("unexpected bytes");
 * ```
 */
export function encodeNpz(arrays: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [], members: (ZipMember & { at: number })[] = [];
  let at = 0;
  for (const [key, bytes] of Object.entries(arrays)) {
    const member = { name: `${key}.npy`, size: bytes.length, crc: crc32(bytes), at };
    const header = localHeader(member);
    parts.push(header, bytes);
    members.push(member);
    at += header.length + bytes.length;
  }
  parts.push(directory(members, at));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}

/**
 * The header before the content of a member.
 *
 * @param member Member.
 * @returns 30 bytes and the name.
 * @throws {RangeError} If the member exceeds 4 GiB.
 */
export function localHeader(member: ZipMember): Uint8Array<ArrayBuffer> {
  checkSize(member.size);
  const name = new TextEncoder().encode(member.name);
  const bytes = new Uint8Array(30 + name.length), view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  common(view, 4, member, name.length);
  bytes.set(name, 30);
  return bytes;
}

/**
 * The central directory at the end of a zip file.
 *
 * @param members Members and the offsets of their headers.
 * @param at Offset of the directory itself.
 * @returns The directory and its end record.
 * @throws {RangeError} If the offset exceeds 4 GiB.
 */
export function directory(
  members: readonly (ZipMember & { readonly at: number })[],
  at: number,
): Uint8Array<ArrayBuffer> {
  checkSize(at);
  const names = members.map(({ name }) => new TextEncoder().encode(name));
  const size = names.reduce((sum, name) => sum + 46 + name.length, 0);
  const bytes = new Uint8Array(size + 22), view = new DataView(bytes.buffer);
  let to = 0;
  for (const [i, member] of members.entries()) {
    const name = names[i]!;
    view.setUint32(to, 0x02014b50, true);
    view.setUint16(to + 4, 20, true);
    common(view, to + 6, member, name.length);
    view.setUint32(to + 42, member.at, true);
    bytes.set(name, to + 46);
    to += 46 + name.length;
  }
  view.setUint32(to, 0x06054b50, true);
  view.setUint16(to + 8, members.length, true);
  view.setUint16(to + 10, members.length, true);
  view.setUint32(to + 12, size, true);
  view.setUint32(to + 16, at, true);
  return bytes;
}

/** Writes the common fields of both headers; the date is 1980-01-01, the first of the format. */
function common(view: DataView, at: number, { crc, size }: ZipMember, nameLength: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 8, 0x21, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, nameLength, true);
}

function checkSize(size: number): void {
  if (size <= MOST) return;
  throw new RangeError(
    `Cannot write an npz file as its size must be below 4 GiB: current value is ${size}`,
  );
}
