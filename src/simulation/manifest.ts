/** The manifest of a folder of simulated images: one NDJSON line per image. */

import { createHash } from "node:crypto";
import { StrayError } from "../errors.ts";
import { writeFileAtomically } from "../write_file.ts";
import { writeFailure } from "./_write.ts";

/** The content of an image as its line tells it, by which damage is found. */
export interface ImageDigest {
  /** Number of bytes. */
  readonly bytes: number;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * The digest of an image.
 *
 * @param bytes Its bytes, as they are written.
 * @returns Their number and hash, fields of the manifest line.
 */
export function digestOf(bytes: Uint8Array): ImageDigest {
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * A manifest that is appended line by line and survives a killed process. It is locked: one program at a
 * time writes into a folder.
 */
export class Manifest {
  readonly #path: string;
  /** Digests by image; undefined where earlier versions wrote the line. */
  readonly #images: Map<string, ImageDigest | undefined>;
  readonly #file: Deno.FsFile;
  readonly #inOrder: boolean;

  private constructor(
    path: string,
    images: Map<string, ImageDigest | undefined>,
    file: Deno.FsFile,
  ) {
    this.#path = path;
    this.#images = images;
    this.#file = file;
    this.#inOrder = images.size === 0;
  }

  /**
   * Opens or creates a manifest; removes an incomplete last line.
   *
   * @param path Path of the manifest.
   * @returns The manifest.
   * @throws {StrayError} `write` If it cannot be written, or another program writes into the folder;
   *   `decode` If a line is no manifest record.
   */
  static async open(path: string): Promise<Manifest> {
    const file = await openLocked(path);
    try {
      const text = await readText(path);
      const end = text.lastIndexOf("\n") + 1;
      const lines = linesOf(text.slice(0, end), path);
      await file.truncate(new TextEncoder().encode(text.slice(0, end)).length);
      await file.seek(0, Deno.SeekMode.End);
      const images = [...lines].map(([image, { digest }]) => [image, digest] as const);
      return new Manifest(path, new Map(images), file);
    } catch (cause) {
      file.close();
      throw writeFailure(path, cause);
    }
  }

  /** Whether the manifest contains an image. */
  has(path: string): boolean {
    return this.#images.has(path);
  }

  /** The digests of the images that it contains; undefined where it has none. */
  get images(): ReadonlyMap<string, ImageDigest | undefined> {
    return this.#images;
  }

  /**
   * Appends a line.
   *
   * @param path Path of the image.
   * @param record Its record.
   * @param digest The digest of its bytes.
   * @throws {StrayError} `write` If writing fails, as on a full disk; the line then counts as
   *   missing.
   */
  add(path: string, record: object, digest: ImageDigest): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify({ ...record, ...digest })}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    this.#images.set(path, digest);
  }

  /**
   * Sorts the lines to the order of an uninterrupted run, waits for the disk, and closes the file.
   *
   * @param order All paths of the series, in order; those of other shards may be missing.
   * @throws {StrayError} `write` If it cannot be written; the manifest is then unchanged.
   */
  async finish(order: readonly string[]): Promise<void> {
    try {
      if (this.#inOrder) return await this.#file.sync();
      const lines = linesOf(await readText(this.#path), this.#path);
      const wanted = order.flatMap((path) => lines.get(path)?.line ?? []);
      for (const path of order) lines.delete(path);
      const all = [...wanted, ...[...lines.values()].map(({ line }) => line)];
      const text = all.map((line) => `${line}\n`).join("");
      await writeFileAtomically(this.#path, new TextEncoder().encode(text));
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    } finally {
      this.close(); // releases the lock
    }
  }

  /** Closes the file and keeps its lines. */
  close(): void {
    try {
      this.#file.close();
    } catch {
      // already closed
    }
  }
}

/** Opens and locks the file, which another program may replace before it is locked. */
async function openLocked(path: string): Promise<Deno.FsFile> {
  for (;;) {
    let file: Deno.FsFile | undefined;
    try {
      file = await Deno.open(path, { write: true, create: true });
      const locked = await file.tryLock(true).catch(() => true); // the file system may have no locks
      if (!locked) throw new Error("another program writes into its folder now");
      if ((await file.stat()).nlink !== 0) return file;
    } catch (cause) {
      file?.close();
      throw writeFailure(path, cause);
    }
    file.close();
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw writeFailure(path, error);
  }
}

/** A line, and what it tells of its image. */
interface ManifestLine {
  readonly line: string;
  readonly digest: ImageDigest | undefined;
}

/** Lines by the path of their image; the last one counts. */
function linesOf(text: string, path: string): Map<string, ManifestLine> {
  const lines = new Map<string, ManifestLine>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const { image, digest } = parse(line, path, i + 1);
    lines.set(image, { line, digest });
  }
  return lines;
}

function parse(line: string, path: string, number: number) {
  try {
    const { path: image, bytes, sha256 } = JSON.parse(line);
    const known = typeof bytes === "number" && typeof sha256 === "string";
    if (typeof image === "string") return { image, digest: known ? { bytes, sha256 } : undefined };
  } catch {
    // reported below
  }
  throw new StrayError(
    "decode",
    `Cannot resume "${path}" as line ${number} must be a record with a path`,
    { hint: "choose another --out, or delete the folder" },
  );
}
