/** A large file, written piece by piece beside its name, and renamed when it is complete. */

import { StrayError } from "./errors.ts";
import { followLinks } from "./file_identity.ts";
import { writeFailure } from "./write_file.ts";

/**
 * A file in the making, `NAME.partial`: a killed program leaves it, and another can go on with it. It is
 * locked, so that one program at a time writes it.
 */
export class PartialFile {
  /** The name under which it is written. */
  readonly partial: string;
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.partial = `${path}.partial`;
    this.#file = file;
  }

  /**
   * Creates or opens the partial file; its content stays until `truncate`.
   *
   * @param name The file that is to be complete.
   * @returns The file.
   * @throws {StrayError} `write` If it cannot be written, is no plain file, or another program writes it.
   */
  static async open(name: string): Promise<PartialFile> {
    const path = followLinks(name);
    let file: Deno.FsFile | undefined;
    try {
      const info = await Deno.stat(path).catch(() => undefined);
      if (info && !info.isFile) throw new Error("it must be a plain file");
      for (;;) {
        file = await Deno.open(`${path}.partial`, { read: true, write: true, create: true });
        const locked = await file.tryLock(true).catch(() => true); // the file system may have no locks
        if (!locked) throw new Error("another program writes it now");
        // Another program may have renamed it before it was locked.
        const there = await Deno.stat(`${path}.partial`).catch(() => undefined);
        if (there && there.ino === (await file.stat()).ino) return new PartialFile(path, file);
        file.close();
      }
    } catch (cause) {
      file?.close();
      throw writeFailure(name, cause);
    }
  }

  /** Whether a partial file of a name is there. */
  static async exists(name: string): Promise<boolean> {
    const info = await Deno.stat(`${followLinks(name)}.partial`).catch(() => undefined);
    return info?.isFile ?? false;
  }

  /** The number of bytes so far. */
  async size(): Promise<number> {
    try {
      return (await this.#file.stat()).size;
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Reads the content from its beginning. */
  async *read(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    await this.#file.seek(0, Deno.SeekMode.Start);
    for (;;) {
      const bytes = new Uint8Array(1 << 18);
      const count = await this.#file.read(bytes);
      if (count === null) return;
      yield bytes.subarray(0, count);
    }
  }

  /** Cuts the content and goes on after it. */
  async truncate(length: number): Promise<void> {
    await this.#guard(async () => {
      await this.#file.truncate(length);
      await this.#file.seek(length, Deno.SeekMode.Start);
    });
  }

  /** Appends bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#guard(async () => {
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }

  /** Waits for the disk and gives the file its name. */
  async finish(): Promise<void> {
    await this.#guard(async () => {
      await this.#file.sync();
      await Deno.rename(this.partial, this.#path);
    });
    this.close();
  }

  /** Closes the file and keeps its content under the partial name. */
  close(): void {
    try {
      this.#file.close(); // releases the lock
    } catch {
      // It is closed already.
    }
  }

  /** Removes the partial file, which holds nothing of use. */
  async discard(): Promise<void> {
    this.close();
    await Deno.remove(this.partial).catch(() => {});
  }

  async #guard(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      throw cause instanceof StrayError ? cause : writeFailure(this.#path, cause);
    }
  }
}
