/** Files as a tar stream, by `modern-tar`. */

import type { TarPackController } from "modern-tar";

/** A file of a tar stream. */
export interface TarFile {
  /** Its path, of any length. */
  readonly name: string;
  /** What is in it. */
  readonly bytes: Uint8Array;
}

/** Nothing in a stream depends on when or by whom it is made. */
const ALWAYS = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 } as const;

/**
 * Packs files into a tar stream while they are made; some 8 MiB of them wait to be taken.
 *
 * @param files The files, in order; no more are asked for once the stream is left.
 * @returns The bytes of the stream, piece by piece.
 * @throws What the files throw.
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
  const packed = pack(files, controller).catch(controller.error); // the reader then throws it
  try {
    yield* readable;
  } finally {
    await packed; // so that the files are closed
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
