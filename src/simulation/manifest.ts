/** The manifest of a folder of simulated images: one NDJSON line per image. */

import { StrayError } from "../errors.ts";
import { writeFileAtomically } from "../write_file.ts";
import { writeFailure } from "./_write.ts";

/** A manifest that is appended line by line and survives a killed process. */
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
   * Opens or creates a manifest; removes an incomplete last line.
   *
   * @param path Path of the manifest.
   * @returns The manifest.
   * @throws {StrayError} `write` If it cannot be written; `decode` If a line is no manifest record.
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
      throw writeFailure(path, cause);
    }
  }

  /** Whether the manifest contains an image. */
  has(path: string): boolean {
    return this.#images.has(path);
  }

  /**
   * Appends a line.
   *
   * @param path Path of the image.
   * @param line Its record as JSON.
   * @throws {StrayError} `write` If writing fails, as on a full disk; the line then counts as
   *   missing.
   */
  add(path: string, line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    this.#images.add(path);
  }

  /**
   * Sorts the lines to the order of an uninterrupted run, and closes the file.
   *
   * @param order All paths, in order.
   * @throws {StrayError} `write` If it cannot be written; the manifest is then unchanged.
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

  /** Closes the file and keeps its lines. */
  close(): void {
    try {
      this.#file.close();
    } catch {
      // already closed
    }
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

/** Lines by the path of their image; the last one counts. */
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
    // reported below
  }
  throw new StrayError(
    "decode",
    `Cannot resume "${path}" as line ${number} must be a record with a path`,
    { hint: "choose another --out, or delete the folder" },
  );
}
