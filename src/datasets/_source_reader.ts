/** The images of one source, by its name. */

import { StrayError } from "../errors.ts";
import { refuseOutput } from "../refuse_output.ts";
import type { Span } from "../shard.ts";
import { budgetBytes, type MemoryBudget, SMALL_BYTES, withMemory } from "../memory_budget.ts";
import {
  decode,
  type DecodeOptions,
  FOREIGN_BYTES,
  hasImageExtension,
  type Image,
  sniff,
} from "../images/mod.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type ContainerFile, type ContainerOptions, openContainer } from "./_container.ts";
import { readEach, readOne } from "./_container_entries.ts";
import { cannotRead, damagedGzip, isMissing, readFailure } from "./_errors.ts";
import { FileBytes } from "./_file_bytes.ts";
import type { ImageSeries } from "./_image_series.ts";
import { labelNames } from "./_labels.ts";
import { basename } from "../path.ts";
import { resolvePath, splitName } from "./_names.ts";
import { SharedContainers } from "./_shared_containers.ts";
import { checkContainer, countSource } from "./_source_header.ts";
import {
  containerOf,
  countsAsImage,
  findContainer,
  isForFolders,
  openSniffed,
} from "./_sniffed.ts";
import type { Turn } from "./_read_ahead.ts";
import type { AnyImage, Entry, EntryName } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** One entry, or the entries of a container, which is opened on iteration. */
export type ReadResult<I extends AnyImage> = Entry<Image | I> | AsyncGenerator<Entry>;

/** Called with the name of a file in a folder that is not an image, and the error of an unfit array. */
type Skip = (name: string, error?: StrayError) => void;

type DecodeFile<I> = (bytes: Uint8Array, options: DecodeOptions) => I | Promise<I>;

/** The content of a file. */
type FileContent<I> = { readonly image: I } | { readonly container: ContainerFile };

/** The images of a container that are read. */
interface ContainerPart {
  /** The part of the name that follows `FILE#`. */
  readonly selector?: string | undefined;
  /** For a file in a folder. */
  readonly skip?: Skip | undefined;
  /** Indices. @default {all} */
  readonly span?: Span | undefined;
}

/** Maximum size of an image file. */
const MAX_BYTES = 2 ** 31 - 1;

/** Reads sources by name; keeps containers open for single images in them, until it is closed. */
export class SourceReader<I extends AnyImage = Image> {
  readonly #options: SourceOptions<I>;
  readonly #decodeFile: DecodeFile<I>;
  readonly #containers: ContainerOptions;
  readonly #files = new FileBytes();
  readonly #shared = new SharedContainers();
  /** Open pipes of known format, still to be read. */
  readonly #pipes = new Set<ByteReader>();

  /** @param options Limits and choices. */
  constructor(options: SourceOptions<I>) {
    this.#options = options;
    // Without `decode`, I is its default.
    this.#decodeFile = options.decode ?? decode as DecodeFile<AnyImage> as DecodeFile<I>;
    const { maxPixels = 100_000_000, vectors, memory, onWarning } = options;
    this.#containers = { maxPixels, vectors, memory, onWarning };
  }

  /**
   * Reads a file, or `FILE#PART`, `FILE#INDEX`, `FILE#KEY`, `FILE#KEY#INDEX` if there is no file of
   * the whole name. Any failure becomes a failed sample.
   *
   * @param entry Name and label.
   * @param turn Waited for before a large file is read.
   * @param skip For files in a folder.
   * @param span The images of a container to read. @default {all}
   */
  async read(entry: EntryName, turn: Turn, skip?: Skip, span?: Span): Promise<ReadResult<I>> {
    const result = await this.#read(entry, turn, skip, span);
    if (result === undefined) {
      skip?.(entry.path);
      return noEntries();
    }
    if (!("error" in result)) await this.refuseOutput(entry.path);
    return result;
  }

  /** Reads a file; undefined only in a folder, for a file that is not an image. */
  async #read(
    entry: EntryName,
    turn: Turn,
    skip: Skip | undefined,
    span: Span | undefined,
  ): Promise<ReadResult<I> | undefined> {
    const path = this.#resolve(entry.path);
    try {
      const content = await this.#readFile(path, entry.path, undefined, turn, skip);
      return content && this.#toResult(entry, content, { skip, span });
    } catch (error) {
      try {
        const split = !skip && isMissing(error)
          ? await splitName(this.#options.baseDirectory, entry.path)
          : undefined;
        if (!split) throw error;
        return await this.#readPart(entry, split.file, split.selector, turn, span);
      } catch (error) {
        return { ...entry, error: readFailure(error, entry.path) };
      }
    }
  }

  /**
   * Decodes a file in memory. Any failure becomes a failed sample.
   *
   * @param entry Name and label.
   * @param bytes The whole file.
   */
  async decode(entry: EntryName, bytes: Uint8Array): Promise<ReadResult<I>> {
    try {
      return { ...entry, image: await this.#decode(bytes, entry.path, undefined) };
    } catch (error) {
      return { ...entry, error: readFailure(error, entry.path) };
    }
  }

  /** Checks a container: see `checkContainer`. */
  async check(name: string, exists: boolean): Promise<void> {
    await checkContainer(name, exists, this.#options.baseDirectory, this.#quietly);
  }

  /** Counts the entries that `read` yields for a name: see `countSource`. */
  async count(name: string, inFolder: boolean, exact: boolean): Promise<number> {
    return await countSource(name, { inFolder, exact }, this.#options.baseDirectory, this.#quietly);
  }

  /**
   * Refuses a file that will be written, or one whose labels will be.
   *
   * @param name Its name, or that of a part of it.
   * @throws {StrayError} `usage` If it is an output.
   */
  async refuseOutput(name: string): Promise<void> {
    const { outputs, baseDirectory } = this.#options;
    if (!outputs?.size) return;
    const { file } = await splitName(baseDirectory, name) ?? { file: name };
    const folder = file.slice(0, file.length - basename(file).length);
    const labels = labelNames(basename(file)).map((label) => folder + label);
    for (const path of new Set([name, file, ...labels])) {
      refuseOutput(outputs, this.#resolve(path), path);
    }
  }

  /** Closes all open files. */
  async close(): Promise<void> {
    await this.#shared.close();
    for (const pipe of this.#pipes) await pipe.close();
  }

  /** As `read` opens containers, without its warnings. */
  get #quietly(): ContainerOptions {
    return { ...this.#containers, onWarning: undefined };
  }

  #resolve(name: string): string {
    return resolvePath(this.#options.baseDirectory, name);
  }

  /** Reads a file; undefined only in a folder, for a file that is not an image. */
  async #readFile(
    path: string,
    name: string,
    selector: string | undefined,
    turn: Turn,
    skip?: Skip,
  ): Promise<FileContent<I> | undefined> {
    const bytes = hasImageExtension(name) ? await this.#files.read(path) : undefined;
    if (bytes) {
      const format = sniff(bytes);
      const container = containerOf(name, path, format, false);
      if (container) return { container };
      if (format !== "gzip") return { image: await this.#decode(bytes, name, selector) };
    }
    const { reader, format, gzipped, once } = await openSniffed(path);
    try {
      const container = containerOf(name, path, format, gzipped);
      if (skip && !await countsAsImage(reader, format, name)) return undefined;
      if (container) {
        if (!once) return { container };
        this.#pipes.add(reader);
        return { container: { ...container, takePipe: () => this.#takePipe(reader, name) } };
      }
      const bytes = isForFolders(format)
        ? await this.#readAll(reader, name, turn)
        : (await reader.peek(FOREIGN_BYTES)).slice(); // enough for the error
      if (reader.damage !== undefined) throw damagedGzip(name, reader.damage);
      if (bytes) return { image: await this.#decode(bytes, name, selector) };
      const { memory } = this.#options;
      throw cannotRead(
        "too_large",
        name,
        `an image file must have at most ${mostBytes(memory)} bytes`,
        memory && "allow more with --max-memory",
      );
    } finally {
      if (!this.#pipes.has(reader)) await reader.close();
    }
  }

  /** The whole file; a large one takes all of the memory budget while it is read, as its size is unknown. */
  async #readAll(reader: ByteReader, name: string, turn: Turn): Promise<Uint8Array | undefined> {
    const { memory } = this.#options;
    if (!memory) return await reader.readAll(MAX_BYTES);
    const most = mostBytes(memory), few = Math.min(SMALL_BYTES, most);
    const start = await reader.read(few);
    if (start.length < few) return start;
    await turn();
    const read = () => reader.readAll(most, start);
    return await withMemory(memory, "all", `read ${JSON.stringify(name)}`, read);
  }

  #takePipe(pipe: ByteReader, name: string): ByteReader {
    if (this.#pipes.delete(pipe)) return pipe;
    throw cannotRead("input", name, "it must be a file to be read again: it is a pipe");
  }

  async #decode(bytes: Uint8Array, file: string, part: string | undefined): Promise<I> {
    const { maxPixels } = this.#containers;
    const { atLeast, memory } = this.#options;
    const name = part === undefined ? file : `${file}#${part}`;
    return await this.#decodeFile(bytes, { name, part, maxPixels, atLeast, memory });
  }

  #toResult(
    entry: EntryName,
    content: FileContent<I>,
    part: ContainerPart,
  ): ReadResult<I> {
    return "image" in content
      ? { ...entry, image: content.image }
      : this.#readContainer(entry, content.container, part);
  }

  async #readPart(
    entry: EntryName,
    file: string,
    selector: string,
    turn: Turn,
    span: Span | undefined,
  ): Promise<ReadResult<I>> {
    const path = this.#resolve(file);
    const [, group = "", index] = /^(?:(.*)#)?(\d+)$/s.exec(selector) ?? [];
    if (index !== undefined && (await Deno.stat(path)).isFile) {
      const one = await this.#shared.use(
        `${path}\0${group}`,
        () => this.#openShared(path, file, selector),
        (images) => readOne(entry, images, Number(index)),
      );
      if (one) return one;
    }
    const content = await this.#readFile(path, file, selector, turn) as FileContent<I>;
    return this.#toResult(entry, content, { selector, span });
  }

  /** Opens the container of a single image; undefined if the selector has no index. */
  async #openShared(
    path: string,
    file: string,
    selector: string,
  ): Promise<ImageSeries | undefined> {
    const { container } = await findContainer(path, file);
    if (!container) return undefined;
    const { images, index } = await openContainer(container, selector, this.#containers);
    if (index !== undefined) return images;
    await images.close();
    return undefined;
  }

  async *#readContainer(
    entry: EntryName,
    container: ContainerFile,
    { selector, skip, span }: ContainerPart,
  ): AsyncGenerator<Entry> {
    let images: ImageSeries, index: number | undefined;
    try {
      ({ images, index } = await openContainer(container, selector, this.#containers));
    } catch (error) {
      const failure = readFailure(error, entry.path);
      if (skip && failure.code === "shape") skip(entry.path, failure);
      else yield { ...entry, error: failure };
      return;
    }
    try {
      if (index !== undefined) yield await readOne(entry, images, index);
      else yield* readEach(entry, images, this.#options.onWarning, span);
    } finally {
      await images.close();
    }
  }
}

/** Maximum size of an image file: reading it takes two copies, and decoding it as much again. */
function mostBytes(memory: MemoryBudget | undefined): number {
  return memory ? Math.min(MAX_BYTES, Math.floor(budgetBytes(memory) / 3)) : MAX_BYTES;
}

async function* noEntries(): AsyncGenerator<Entry> {}
