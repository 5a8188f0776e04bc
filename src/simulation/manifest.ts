/** The manifest of a folder of simulated images: an NDJSON line an image. */

import { StrayError } from "../errors.ts";
import { writeFileAtomically } from "../write_file.ts";

/** A manifest that grows line by line, and survives being killed. */
export class Manifest {
  readonly #path: string;
  readonly #images: Set<string>;
  readonly #file: Deno.FsFile;
  readonly #inOrder: boolean;

  private constructor(path: string, images: Set<string>, file: Deno.FsFile) {
    this.#path = path;
    this.#images = images;
    this.#file = file;
    this.#inOrder = images.size === 0;
  }

  /**
   * Opens a manifest, or begins one. A last line that was cut short is taken away.
   *
   * @param path Where it is.
   * @returns The manifest.
   * @throws {StrayError} `write` If it cannot be written; `decode` If a line is none of a manifest.
   */
  static async open(path: string): Promise<Manifest> {
    const text = await readText(path);
    const end = text.lastIndexOf("\n") + 1;
    const images = new Set(linesOf(text.slice(0, end), path).keys());
    try {
      const file = await Deno.open(path, { write: true, create: true });
      await file.truncate(new TextEncoder().encode(text.slice(0, end)).length);
      await file.seek(0, Deno.SeekMode.End);
      return new Manifest(path, images, file);
    } catch (cause) {
      throw failure(path, cause);
    }
  }

  /** Whether an image is in it. */
  has(path: string): boolean {
    return this.#images.has(path);
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
    this.#images.add(path);
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
    const lines = linesOf(await readText(this.#path), this.#path);
    const wanted = order.map((path) => lines.get(path) ?? "");
    for (const path of order) lines.delete(path);
    const all = [...wanted, ...lines.values()].map((line) => `${line}\n`);
    await writeFileAtomically(this.#path, new TextEncoder().encode(all.join("")));
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

/** Lines by the path of their image; of two of one image the last. */
function linesOf(text: string, path: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line !== "") lines.set(pathOf(line, path, i + 1), line);
  }
  return lines;
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
