/** Tar streams, by `modern-tar`. */

import type { TarPackController } from "modern-tar";

/** A file in a tar stream. */
export interface TarFile {
  /** Path, of any length. */
  readonly name: string;
  /** Content. */
  readonly bytes: Uint8Array;
}

/** Fixed metadata, which makes streams reproducible. */
const ALWAYS = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 } as const;

/**
 * Packs files into a tar stream as they arrive, with a buffer of about 8 MiB.
 *
 * @param files Files, in order; iteration stops when the stream is abandoned.
 * @returns The stream, in chunks.
 * @throws {Error} Any error of the iteration over the files.
 *
 * @example
 * ```ts
 * import { packTar } from "./tar.ts";
 *
 * async function* files() {
 *   yield { name: "a/b.txt", bytes: new TextEncoder().encode("hello") };
 * }
 * let length = 0;
 * for await (const bytes of packTar(files())) length += bytes.length;
 * if (length !== 512 + 512 + 1024) throw new Error("unexpected length"); // header, file, end
 * ```
 */
export async function* packTar(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
  const { createTarPacker } = await import("modern-tar");
  const { readable, controller } = createTarPacker();
  const packed = pack(files, controller).catch(controller.error); // rethrown by the reader
  try {
    yield* readable;
  } finally {
    await packed; // closes the iterator of the files
  }
}

async function pack(files: AsyncIterable<TarFile>, controller: TarPackController): Promise<void> {
  for await (const { name, bytes } of files) {
    const writer = controller.add({ ...ALWAYS, name, size: bytes.length }).getWriter();
    await writer.write(bytes);
    await writer.close();
  }
  controller.finalize();
}
