/** Files in a tar stream. */

const BLOCK = 512;

/**
 * One file of a tar stream (ustar): its header and its bytes, padded.
 *
 * Nothing in it depends on the time or on who makes it: modified at 0, mode 644, owner 0. Source:
 * POSIX.1-2001, ustar interchange format.
 *
 * @param name Its path, at most 100 ASCII characters.
 * @param bytes What is in it, less than 8 GiB.
 * @returns The bytes for the stream, a multiple of 512.
 * @throws {RangeError} If the name does not fit.
 *
 * @example
 * ```ts
 * import { tarFile } from "./tar.ts";
 *
 * const bytes = tarFile("a/b.txt", new TextEncoder().encode("hello"));
 * if (bytes.length !== 1024 || bytes[512] !== "h".charCodeAt(0)) throw new Error("unexpected bytes");
 * ```
 */
export function tarFile(name: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) {
    throw new RangeError(
      `Cannot put "${name}" into a tar file as its name must be 1 to 100 ASCII characters`,
    );
  }
  const out = new Uint8Array(BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK);
  const put = (at: number, text: string) => out.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${bytes.length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\0");
  put(263, "00");
  put(329, "0000000\0");
  put(337, "0000000\0");
  const sum = out.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  out.set(bytes, BLOCK);
  return out;
}

/**
 * What ends a tar stream.
 *
 * @returns Two empty blocks.
 */
export function tarEnd(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(2 * BLOCK);
}
