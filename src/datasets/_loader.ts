/** From a name, as the user gave it, to the images behind it. */

import { StrayError } from "../errors.ts";
import { decode, type DecodeOptions, type Format, type Image, sniff } from "../images/mod.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type ContainerFile, type ContainerOptions, openContainer } from "./_container.ts";
import { readEach, readOne } from "./_container_entries.ts";
import { FileBytes } from "./_file_bytes.ts";
import { readFailure } from "./_failure.ts";
import { resolvePath } from "./_path.ts";
import type { Series } from "./_series.ts";
import { SharedContainers } from "./_shared_containers.ts";
import {
  containerOf,
  hasContainerName,
  hasImageName,
  isForFolders,
  openSniffed,
} from "./_sniffed.ts";
import { isMissing, splitName } from "./_split_name.ts";
import type { AnyImage, Entry, EntryName } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** One entry, or those of a container; the latter opens nothing before it is iterated. */
export type Loaded<I extends AnyImage> = Entry<Image | I> | AsyncGenerator<Entry>;

/** A file longer than this is no image file. */
const LONGEST = 2 ** 31 - 1;

/** What is found in a file. */
type Found<I> = { readonly image: I } | { readonly container: ContainerFile };

type DecodeFile<I> = (bytes: Uint8Array, options: DecodeOptions) => I | Promise<I>;

/** Loads names; holds the containers that single images were asked of, until it is closed. */
export class Loader<I extends AnyImage = Image> {
  readonly #options: SourceOptions<I>;
  readonly #decodeFile: DecodeFile<I>;
  readonly #limits: { readonly maxPixels: number };
  readonly #containers: ContainerOptions;
  readonly #files = new FileBytes();
  readonly #shared = new SharedContainers();
  /** Open pipes of which the start is seen, and the rest is still to be read. */
  readonly #pipes = new Set<ByteReader>();

  constructor(options: SourceOptions<I>) {
    this.#options = options;
    // Without one, I is its default.
    this.#decodeFile = options.decode ?? decode as DecodeFile<AnyImage> as DecodeFile<I>;
    this.#limits = { maxPixels: options.maxPixels ?? 100_000_000 };
    const { vectors, onWarning } = options;
    this.#containers = { ...this.#limits, vectors, onWarning };
  }

  /**
   * Loads what a name stands for: a file, or `FILE#INDEX`, `FILE#HDU`, `FILE#KEY`,
   * `FILE#KEY#INDEX` if there is no such file. Whatever goes wrong is a failed sample.
   *
   * @param entry The name, and what its samples get besides.
   * @param passOver In a folder: called with the name of a file that is no image by content nor
   *   by name.
   */
  async load(entry: EntryName, passOver?: (name: string) => void): Promise<Loaded<I>> {
    const path = resolvePath(this.#options.baseDirectory, entry.path);
    try {
      const found = await this.#find(path, entry.path, undefined, passOver);
      if (found !== undefined) return this.#finish(entry, found, undefined, passOver);
      passOver?.(entry.path);
      return nothing();
    } catch (error) {
      const split = passOver === undefined && isMissing(error)
        ? await splitName(this.#options.baseDirectory, entry.path)
        : undefined;
      if (split === undefined) return { ...entry, error: readFailure(error, entry.path) };
      try {
        return await this.#loadPart(entry, split.file, split.selector);
      } catch (error) {
        return { ...entry, error: readFailure(error, entry.path) };
      }
    }
  }

  /**
   * Decodes a file whose bytes are at hand. Whatever goes wrong is a failed sample.
   *
   * @param entry Its name, and what its sample gets besides.
   * @param bytes The whole file.
   */
  async loadBytes(entry: EntryName, bytes: Uint8Array): Promise<Loaded<I>> {
    try {
      return { ...entry, image: await this.#decode(bytes, entry.path, sniff(bytes), undefined) };
    } catch (error) {
      return { ...entry, error: readFailure(error, entry.path) };
    }
  }

  /**
   * Checks a name given as a source: a container's header, key and index.
   *
   * @param name The name.
   * @param exists Whether it is a file as a whole; else it may be a part of one.
   * @throws {StrayError} If it is a container, by content or by name, that cannot be read. What is
   *   wrong with an image file is said in its place, by `load`.
   */
  async check(name: string, exists: boolean): Promise<void> {
    const base = this.#options.baseDirectory;
    const { file, selector } = (exists ? undefined : await splitName(base, name)) ?? { file: name };
    const path = resolvePath(base, file);
    try {
      if (!(await Deno.stat(path)).isFile) return; // a pipe can be read only once
      const { reader, format, packed } = await openSniffed(path);
      await reader.close();
      const container = containerOf(file, path, format, packed);
      if (container === undefined) {
        if (hasContainerName(file)) throw notAsNamed(file, format);
        return;
      }
      const quiet = { ...this.#containers, onWarning: undefined }; // said when it is read
      const { images, index } = await openContainer(container, selector, quiet);
      try {
        if (index !== undefined) images.checkIndex(index);
      } finally {
        await images.close();
      }
    } catch (error) {
      const failure = readFailure(error, file);
      if (error instanceof StrayError || hasContainerName(file)) throw failure;
    }
  }

  /** Closes what is held open. */
  async close(): Promise<void> {
    await this.#shared.close();
    for (const pipe of this.#pipes) await pipe.close();
  }

  /** `undefined` only in a folder, for a file to be passed over. */
  async #find(
    path: string,
    name: string,
    selector: string | undefined,
    passOver?: unknown,
  ): Promise<Found<I> | undefined> {
    const bytes = hasImageName(name) ? await this.#files.read(path) : undefined;
    if (bytes !== undefined) {
      const format = sniff(bytes);
      const container = containerOf(name, path, format, false);
      if (container !== undefined) return { container };
      if (format !== "gzip") return { image: await this.#decode(bytes, name, format, selector) };
    }
    const { reader, format, packed, once } = await openSniffed(path);
    try {
      const container = containerOf(name, path, format, packed);
      if (passOver !== undefined && !isForFolders(format) && !hasImageName(name)) return undefined;
      if (container !== undefined) {
        if (!once) return { container };
        this.#pipes.add(reader);
        return { container: { ...container, takePipe: () => this.#takePipe(reader, name) } };
      }
      const bytes = isForFolders(format)
        ? await reader.readAll(LONGEST)
        : (await reader.peek(18)).slice(); // enough to say that it is no image
      if (bytes === undefined) {
        throw new StrayError(
          "too_large",
          `Cannot read ${JSON.stringify(name)} as an image file must have at most ${LONGEST} bytes`,
        );
      }
      return { image: await this.#decode(bytes, name, format, selector) };
    } finally {
      if (!this.#pipes.has(reader)) await reader.close();
    }
  }

  #takePipe(pipe: ByteReader, name: string): ByteReader {
    if (this.#pipes.delete(pipe)) return pipe;
    throw new StrayError(
      "input",
      `Cannot read ${JSON.stringify(name)} again as it must be a file: it is a pipe`,
    );
  }

  async #decode(
    bytes: Uint8Array,
    file: string,
    format: Format | undefined,
    selector: string | undefined,
  ): Promise<I> {
    const { atLeast } = this.#options;
    if (selector === undefined) {
      return await this.#decodeFile(bytes, { name: file, ...this.#limits, atLeast });
    }
    const name = `${file}#${selector}`;
    if (format !== "fits") {
      throw new StrayError(
        "value",
        `Cannot read ${JSON.stringify(name)} as the file must be FITS, npy, npz or IDX to have ` +
          `parts: current format is ${format ?? "unknown"}`,
      );
    }
    if (!/^\d+$/.test(selector)) {
      throw new StrayError(
        "value",
        `Cannot read ${JSON.stringify(name)} as the HDU must be a whole number: ` +
          `current value is ${JSON.stringify(selector)}`,
      );
    }
    return await this.#decodeFile(bytes, { name, ...this.#limits, hdu: Number(selector) });
  }

  #finish(
    entry: EntryName,
    found: Found<I>,
    selector: string | undefined,
    passOver: ((name: string) => void) | undefined,
  ): Loaded<I> {
    return "image" in found
      ? { ...entry, image: found.image }
      : this.#readWhole(entry, found.container, selector, passOver);
  }

  async #loadPart(entry: EntryName, file: string, selector: string): Promise<Loaded<I>> {
    const path = resolvePath(this.#options.baseDirectory, file);
    const [, group = "", index] = /^(?:(.*)#)?(\d+)$/s.exec(selector) ?? [];
    if (index !== undefined && (await Deno.stat(path)).isFile) {
      const one = await this.#shared.use(
        `${path}\0${group}`,
        () => this.#openShared(path, file, selector),
        (images) => readOne(entry, images, Number(index)),
      );
      if (one !== undefined) return one;
    }
    const found = await this.#find(path, file, selector) as Found<I>;
    return this.#finish(entry, found, selector, undefined);
  }

  /** Opens the container in which a selector names an image; `undefined` if it does not. */
  async #openShared(
    path: string,
    file: string,
    selector: string,
  ): Promise<Series | undefined> {
    const { reader, format, packed } = await openSniffed(path);
    await reader.close();
    const container = containerOf(file, path, format, packed);
    if (container === undefined) return undefined;
    const { images, index } = await openContainer(container, selector, this.#containers);
    if (index !== undefined) return images;
    await images.close();
    return undefined;
  }

  async *#readWhole(
    entry: EntryName,
    container: ContainerFile,
    selector: string | undefined,
    passOver: ((name: string) => void) | undefined,
  ): AsyncGenerator<Entry> {
    let images: Series, index: number | undefined;
    try {
      ({ images, index } = await openContainer(container, selector, this.#containers));
    } catch (error) {
      const failure = readFailure(error, entry.path);
      if (passOver !== undefined && failure.code === "shape") passOver(entry.path);
      else yield { ...entry, error: failure };
      return;
    }
    try {
      if (index !== undefined) yield await readOne(entry, images, index);
      else yield* readEach(entry, images, this.#options.onWarning);
    } finally {
      await images.close();
    }
  }
}

function notAsNamed(file: string, format: Format | undefined): StrayError {
  return new StrayError(
    "format",
    `Cannot read ${
      JSON.stringify(file)
    } as its content must be npy, npz or IDX, as its name says: ` +
      `current format is ${format ?? "unknown"}`,
  );
}

/** Yields nothing. */
async function* nothing(): AsyncGenerator<Entry> {}
