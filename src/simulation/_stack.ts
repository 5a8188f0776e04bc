/** A file of many consecutive images, written in any order. */

import { partialName, writeFailure } from "./_write.ts";

/** Layout of a stack. */
export interface StackLayout {
  /** Bytes before the images. */
  readonly head: Uint8Array;
  /** Bytes per image. */
  readonly imageBytes: number;
  /** Number of images. */
  readonly count: number;
  /** Writes the bytes after the images once all are complete; may rewrite the head. */
  readonly finish?: (file: Deno.FsFile) => Promise<void>;
}

/** A stack in progress: it has a hidden name until it is complete. */
export class Stack {
  readonly #path: string;
  readonly #layout: StackLayout;
  #file: Deno.FsFile | undefined;

  private constructor(path: string, layout: StackLayout, file: Deno.FsFile | undefined) {
    this.#path = path;
    this.#layout = layout;
    this.#file = file;
  }

  /**
   * Opens or creates a stack.
   *
   * @param path Final path.
   * @param layout Layout.
   * @param grow Whether a complete stack of fewer images may be reopened.
   * @returns The stack, and whether it contains the images of earlier runs.
   * @throws {StrayError} `write` If it cannot be written.
   */
  static async open(
    path: string,
    layout: StackLayout,
    grow: boolean,
  ): Promise<{ readonly stack: Stack; readonly kept: boolean }> {
    const { head, imageBytes, count } = layout;
    const partial = partialName(path);
    try {
      const whole = await sizeOf(path), begun = await sizeOf(partial);
      const images = whole === undefined ? 0 : Math.floor((whole - head.length) / imageBytes);
      if (whole !== undefined && (!grow || images >= count)) {
        return { stack: new Stack(path, layout, undefined), kept: true };
      }
      if (whole !== undefined) await Deno.rename(path, partial);
      const file = await Deno.open(partial, { read: true, write: true, create: true });
      writeAt(file, 0, head);
      return {
        stack: new Stack(path, layout, file),
        kept: whole !== undefined || begun !== undefined,
      };
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }

  /** Writes one image. */
  write(index: number, bytes: Uint8Array): void {
    const { head, imageBytes } = this.#layout;
    try {
      writeAt(this.#file!, head.length + index * imageBytes, bytes);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /**
   * Reads one image of an earlier run.
   *
   * @returns Its bytes, fewer where the file ends before.
   */
  read(index: number): Uint8Array {
    const { head, imageBytes } = this.#layout;
    const bytes = new Uint8Array(imageBytes);
    const file = this.#file ?? Deno.openSync(this.#path);
    try {
      file.seekSync(head.length + index * imageBytes, Deno.SeekMode.Start);
      let at = 0;
      while (at < bytes.length) {
        const count = file.readSync(bytes.subarray(at));
        if (count === null) break;
        at += count;
      }
      return bytes.subarray(0, at);
    } finally {
      if (file !== this.#file) file.close();
    }
  }

  /** Completes the stack and gives it its final name. */
  async finish(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    try {
      await this.#layout.finish?.(file);
      await file.sync();
      await Deno.rename(partialName(this.#path), this.#path);
      this.close();
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Closes the file and keeps its content. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Writes bytes at an offset of a file. */
export function writeAt(file: Deno.FsFile, offset: number, bytes: Uint8Array): void {
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
