/**
 * NumPy's file format for several arrays: a zip file of npy files, not packed.
 *
 * Not by a library: yazl 3.3.1 and fflate 0.8.3 write from start to end, and a stack of images is
 * filled in any order, left and taken up again, its header mended when all are there.
 */

import { crc32 } from "node:zlib";

/** A member of a zip file: what its two headers say. */
export interface ZipMember {
  /** Such as `images.npy`. */
  readonly name: string;
  /** Its length in bytes. */
  readonly size: number;
  /** CRC-32 of its bytes. */
  readonly crc: number;
}

const MOST = 0xffffffff;

/**
 * Writes arrays as one npz file.
 *
 * @param arrays The bytes of an npy file by the key of its array.
 * @returns The file's bytes, for `numpy.load`; the same whenever it is made.
 * @throws {RangeError} If they do not fit in 4 GiB.
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
 * What stands before a member's bytes.
 *
 * @param member The member.
 * @returns 30 bytes and its name.
 * @throws {RangeError} If it has more than 4 GiB.
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
 * What stands at the end of a zip file.
 *
 * @param members Its members, and where their headers are.
 * @param at Where the directory itself will be.
 * @returns The directory and its end.
 * @throws {RangeError} If it would be beyond 4 GiB.
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

/** What both headers say of a member, dated 1980-01-01, the first day that the format knows. */
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
    `Cannot write an npz file as it must be below 4 GiB: current size is ${size}`,
  );
}
