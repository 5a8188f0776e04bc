/** A file that holds many images one after the other, filled in any order. */

import { partialName, writeFailure } from "./_write.ts";

/** What a stack looks like. */
export interface StackLayout {
  /** What stands before the images. */
  readonly head: Uint8Array;
  /** Bytes an image. */
  readonly imageBytes: number;
  /** How many images. */
  readonly count: number;
  /** What stands behind them, made when all are there; may mend the head. */
  readonly finish?: (file: Deno.FsFile) => Promise<void>;
}

/** A stack on its way: under a hidden name until it is whole. */
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
   * Opens a stack, or begins one.
   *
   * @param path Where it will be.
   * @param layout What it looks like.
   * @param grow Whether a whole one of fewer images may be taken up again.
   * @returns The stack, and whether the images that were written before are in it.
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

  /** Writes the image of an index. */
  write(index: number, bytes: Uint8Array): void {
    const { head, imageBytes } = this.#layout;
    try {
      writeAt(this.#file!, head.length + index * imageBytes, bytes);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Gives a whole stack its name. */
  async finish(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    try {
      await this.#layout.finish?.(file);
      await file.sync();
      this.close();
      await Deno.rename(partialName(this.#path), this.#path);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Closes the file; what was written stays. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Writes bytes at a place of a file. */
export function writeAt(file: Deno.FsFile, place: number, bytes: Uint8Array): void {
  file.seekSync(place, Deno.SeekMode.Start);
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
