/** Files for training images that do not fit in memory. */

import { StrayError } from "../errors.ts";
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

/**
 * A folder for images beyond a share of memory, which all sets of images of a training take from.
 *
 * Its files have hidden names, and are removed by `close` or at the end of the program.
 */
export class ImageCache {
  readonly #folder: string;
  readonly #files: ImageFile[] = [];
  readonly #remove = () => this.#removeFiles();
  #left: number;

  /**
   * Takes no memory and makes no file yet.
   *
   * @param folder Path of the folder, which must exist.
   * @param bytes Memory for images before files take them.
   */
  constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#left = bytes;
    addEventListener("unload", this.#remove);
  }

  /** Takes memory for images; false if there is not enough left. */
  takeMemory(bytes: number): boolean {
    if (bytes > this.#left) return false;
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
    const name = `.images.${crypto.randomUUID().slice(0, 8)}.partial`;
    const file = ImageFile.create(join(this.#folder, name), imageSize);
    this.#files.push(file);
    return file;
  }

  /** Removes all files; no image in them can be read any more. */
  close(): void {
    removeEventListener("unload", this.#remove);
    this.#removeFiles();
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
