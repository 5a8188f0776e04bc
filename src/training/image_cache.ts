/** Room for training images: a share of memory, and files for those that do not fit in it. */

import { StrayError } from "../errors.ts";
import { budgetBytes, keepMemory, type MemoryBudget } from "../memory_budget.ts";
import { join } from "../path.ts";
import { writeFailure } from "../write_file.ts";

/** A file of images as a message to other threads. */
export interface SharedImageFile {
  /** Its path. */
  readonly path: string;
  /** Samples per image. */
  readonly imageSize: number;
}

/** Images of one size in a file, float32, one after the other. */
export class ImageFile {
  readonly #file: Deno.FsFile;
  readonly #shared: SharedImageFile;

  private constructor(file: Deno.FsFile, shared: SharedImageFile) {
    this.#file = file;
    this.#shared = shared;
  }

  /**
   * Creates a file.
   *
   * @param path Its path.
   * @param imageSize Samples per image.
   * @throws {StrayError} `write` If it cannot be created.
   */
  static create(path: string, imageSize: number): ImageFile {
    try {
      const file = Deno.openSync(path, { read: true, write: true, createNew: true });
      file.tryLockSync(true); // while it is locked it is no remainder of a killed program
      return new ImageFile(file, { path, imageSize });
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }

  /** Opens a file that another thread shares, to be read. */
  static from(shared: SharedImageFile): ImageFile {
    return new ImageFile(Deno.openSync(shared.path), shared);
  }

  /** A message for other threads. */
  get shared(): SharedImageFile {
    return this.#shared;
  }

  /**
   * Writes an image.
   *
   * @param index Its index in the file.
   * @param image Its samples.
   * @throws {StrayError} `write` If the disk is full.
   */
  write(index: number, image: Float32Array): void {
    const bytes = new Uint8Array(image.buffer, image.byteOffset, image.byteLength);
    try {
      this.#file.seekSync(index * bytes.length, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw writeFailure(this.#shared.path, cause);
    }
  }

  /**
   * Reads an image.
   *
   * @param index Its index in the file.
   * @returns Its samples.
   * @throws {StrayError} `input` If the file is cut or cannot be read.
   */
  read(index: number): Float32Array {
    const { path, imageSize } = this.#shared;
    const image = new Float32Array(imageSize), bytes = new Uint8Array(image.buffer);
    let reason = "it has been cut", at = 0;
    try {
      this.#file.seekSync(index * bytes.length, Deno.SeekMode.Start);
      for (let count; at < bytes.length && (count = this.#file.readSync(bytes.subarray(at)));) {
        at += count;
      }
      if (at === bytes.length) return image;
    } catch (cause) {
      reason = (cause as Error).message;
    }
    throw new StrayError("input", `Cannot read the cache "${path}" as ${reason}`, {
      hint: "give a folder on a local disk: --cache DIR",
    });
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}

/** Where images are kept. */
export interface ImageCacheOptions {
  /** Path of a folder for images beyond the memory, which must exist. @default {they are refused} */
  readonly folder?: string | undefined;
  /** Memory for images, bytes. @default {as much as the budget gives} */
  readonly bytes?: number | undefined;
  /** The budget that the memory is a part of, which leaves a quarter for other work. @default {none} */
  readonly budget?: MemoryBudget | undefined;
}

/**
 * Room for images that all sets of images of a training take from: memory, and then a folder.
 *
 * Files have hidden names, and are removed by `close` or at the end of the program.
 */
export class ImageCache {
  readonly #folder: string | undefined;
  readonly #budget: MemoryBudget | undefined;
  readonly #files: ImageFile[] = [];
  readonly #kept: (() => void)[] = [];
  readonly #remove = () => this.#removeFiles();
  /** The most memory that images can have, bytes. */
  readonly mostBytes: number;
  #left: number;

  /**
   * Takes no memory and makes no file yet.
   *
   * @param options Memory and folder.
   */
  constructor({ folder, bytes = Infinity, budget }: ImageCacheOptions) {
    this.#folder = folder;
    this.#budget = budget;
    this.mostBytes = Math.min(bytes, budget ? 0.75 * budgetBytes(budget) : Infinity);
    this.#left = bytes;
    addEventListener("unload", this.#remove);
  }

  /** Whether there is a folder for images beyond the memory. */
  get hasFolder(): boolean {
    return this.#folder !== undefined;
  }

  /** Takes memory for images; false if there is not enough left. */
  takeMemory(bytes: number): boolean {
    if (bytes > this.#left) return false;
    const giveBack = keepMemory(this.#budget, bytes);
    if (!giveBack) return false;
    this.#kept.push(giveBack);
    this.#left -= bytes;
    return true;
  }

  /**
   * Creates a file in the folder.
   *
   * @param imageSize Samples per image.
   * @throws {StrayError} `write` If it cannot be created.
   */
  createFile(imageSize: number): ImageFile {
    if (this.#folder === undefined) throw new TypeError("Cannot create a file without a folder");
    const name = `.images.${crypto.randomUUID().slice(0, 8)}.partial`;
    const file = ImageFile.create(join(this.#folder, name), imageSize);
    this.#files.push(file);
    return file;
  }

  /** Gives the memory back and removes all files; no image in them can be read any more. */
  close(): void {
    removeEventListener("unload", this.#remove);
    this.#removeFiles();
    for (const giveBack of this.#kept.splice(0)) giveBack();
  }

  #removeFiles(): void {
    for (const file of this.#files.splice(0)) {
      try {
        Deno.removeSync(file.shared.path);
      } catch {
        // It is gone.
      }
      file.close();
    }
  }
}
