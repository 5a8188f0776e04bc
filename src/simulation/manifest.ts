/** The manifest of a folder of simulated images: an NDJSON line an image. */

import { StrayError } from "../errors.ts";
import { writeFileAtomically } from "../store/write_file.ts";

/** Lines by the path of their image. */
export type ManifestLines = Map<string, string>;

/** A manifest that grows line by line, and survives being killed. */
export class Manifest {
  readonly #path: string;
  readonly #lines: ManifestLines;
  readonly #file: Deno.FsFile;
  #inOrder: boolean;

  private constructor(path: string, lines: ManifestLines, file: Deno.FsFile) {
    this.#path = path;
    this.#lines = lines;
    this.#file = file;
    this.#inOrder = lines.size === 0;
  }

  /**
   * Opens a manifest, or begins one. A last line that was cut short is taken away.
   *
   * @param path Where it is.
   * @returns The manifest.
   * @throws {StrayError} `write` If it cannot be written; `decode` If a line is none of a manifest.
   */
  static async open(path: string): Promise<Manifest> {
    const lines: ManifestLines = new Map();
    const text = await readText(path);
    const end = text.lastIndexOf("\n") + 1;
    for (const [i, line] of text.slice(0, end).split("\n").entries()) {
      if (line !== "") lines.set(pathOf(line, path, i + 1), line);
    }
    try {
      const file = await Deno.open(path, { write: true, create: true });
      await file.truncate(new TextEncoder().encode(text.slice(0, end)).length);
      await file.seek(0, Deno.SeekMode.End);
      return new Manifest(path, lines, file);
    } catch (cause) {
      throw failure(path, cause);
    }
  }

  /** Whether an image is in it. */
  has(path: string): boolean {
    return this.#lines.has(path);
  }

  /** How many images are in it. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * Adds a line.
   *
   * @param path The image.
   * @param line Its record as JSON.
   * @throws {StrayError} `write` If the disk is full, say; the line is then not in the manifest.
   */
  add(path: string, line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw failure(this.#path, cause);
    }
    this.#lines.set(path, line);
  }

  /**
   * Puts the lines in the order that one uninterrupted run would have given, and closes the file.
   *
   * @param order All paths, in order.
   * @throws {StrayError} `write` If it cannot be written; the lines are then as they were.
   */
  async finish(order: readonly string[]): Promise<void> {
    this.close();
    if (this.#inOrder) return;
    const wanted = new Set(order);
    const others = [...this.#lines.keys()].filter((path) => !wanted.has(path));
    const lines = [...order, ...others].map((path) => `${this.#lines.get(path)}\n`);
    await writeFileAtomically(this.#path, new TextEncoder().encode(lines.join("")));
  }

  /** Closes the file; what was added stays. */
  close(): void {
    try {
      this.#file.close();
    } catch {
      // closed before
    }
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw failure(path, error);
  }
}

function pathOf(line: string, path: string, number: number): string {
  try {
    const record = JSON.parse(line);
    if (typeof record.path === "string") return record.path;
  } catch {
    // said below
  }
  throw new StrayError(
    "decode",
    `Cannot go on with "${path}" as line ${number} must be a record with a path`,
    { hint: "give another --out, or delete the folder" },
  );
}

function failure(path: string, cause: unknown): StrayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StrayError("write", `Cannot write "${path}" as ${reason}`, {
    hint: "make room, then run the same again: it goes on where it ended",
    cause,
  });
}
