/** One file of a data set: downloaded, gone on with where it was left, checked, put in its place. */

import { StrayError } from "../errors.ts";
import { hashFile } from "../file_hash.ts";
import { download, type Ending, writeFailure } from "./_download.ts";
import type { DataFile } from "./data_sets.ts";

/** Options of {@linkcode fetchFile}. */
export interface FetchOptions {
  /** Aborting it ends the download; what came so far is kept, and gone on with the next time. */
  readonly signal?: AbortSignal | undefined;
  /** A server that gives nothing for so long is given up. @default {60_000} */
  readonly stallMs?: number | undefined;
  /** Called with the length so far and, where known, the whole. */
  readonly onBytes?: ((name: string, bytes: number, total: number | undefined) => void) | undefined;
  /** Called with one line for what a user may want to know, such as a server that was given up. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/** How often a download goes on after a broken connection, as long as something came. */
const MOST_BREAKS = 5;

/**
 * Fetches a file, unless it is there.
 *
 * The bytes go to `PATH.part`, which is kept while it may be gone on with, by a later call too. Only
 * a file of the right hash gets its name, by a rename; what turns out to be something else is
 * removed. If that began with an old part, the download starts over once.
 *
 * @param file The file's name and hash.
 * @param servers Addresses that its name follows, tried in order.
 * @param path Where it goes; its folder must be there.
 * @param options Abort, progress.
 * @returns Whether it was fetched; false if it was there.
 * @throws {StrayError} `hash` If another file is there, or all servers give something else;
 *   `network` if no server gives it; `write` if it cannot be written.
 */
export async function fetchFile(
  file: DataFile,
  servers: readonly string[],
  path: string,
  options: FetchOptions = {},
): Promise<boolean> {
  const { signal, onNote } = options;
  if (await isThere(file, path, signal)) return false;
  let failure: StrayError | undefined;
  for (const server of servers) {
    if (failure !== undefined) onNote?.(`${failure.message}: trying another server`);
    failure = await fetchFrom(new URL(file.name, server).href, file, path, options);
    if (failure === undefined) return true;
  }
  throw failure ?? new StrayError("network", `Cannot fetch "${file.name}" as no server has it`);
}

/** Whether a file is there and the one wanted; throws if it is another. */
async function isThere(
  { name, algorithm, digest }: DataFile,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let current: string | undefined;
  try {
    [current = ""] = await hashFile(path, [algorithm], signal);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (current === digest.toLowerCase()) return true;
  throw new StrayError(
    "hash",
    `Cannot fetch "${name}" as another file is there: its ${algorithm} hash must be ${digest}: ` +
      `current value is ${current}`,
    { hint: `move ${path} away, or give another folder with --out` },
  );
}

/** Fetches from one server; what went wrong, if anything did. */
async function fetchFrom(
  url: string,
  file: DataFile,
  path: string,
  options: FetchOptions,
): Promise<StrayError | undefined> {
  const { signal, stallMs = 60_000, onBytes, onNote } = options;
  const part = `${path}.part`;
  const limits = {
    signal,
    stallMs,
    most: file.bytes ?? Infinity,
    onBytes: (bytes: number, total = file.bytes) => onBytes?.(file.name, bytes, total),
  };
  let old = await sizeOf(part) > 0; // bytes of another day, maybe of another file
  for (let breaks = 0;;) {
    const from = await sizeOf(part);
    const all = from > 0 && from >= (file.bytes ?? Infinity);
    const ending: Ending = all
      ? { kind: "done", resumed: true }
      : await download(url, part, from, limits);
    if (ending.kind === "refused") return refusal(url, file, ending.reason, from);
    if (ending.kind === "broken") {
      const now = await sizeOf(part);
      if (now <= from || ++breaks > MOST_BREAKS) return refusal(url, file, ending.reason, now);
      onNote?.(
        `${file.name}: the connection broke after ${now} bytes (${ending.reason}): going on`,
      );
      continue;
    }
    if (ending.kind === "done" && from > 0 && !ending.resumed) {
      onNote?.(`${file.name}: the server cannot go on where the last download ended: started over`);
      old = false;
    }
    const [current = ""] = await hashFile(part, [file.algorithm], signal);
    if (current === file.digest.toLowerCase()) {
      await putInPlace(part, path);
      return undefined;
    }
    await Deno.remove(part);
    if (!old) return damage(url, file, current);
    onNote?.(`${file.name}: what was left of the last download is of no use: starting over`);
    old = false;
  }
}

async function putInPlace(part: string, path: string): Promise<void> {
  try {
    await Deno.rename(part, path);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function refusal(url: string, { name }: DataFile, reason: string, bytes: number): StrayError {
  const kept = bytes > 0 ? `${bytes} bytes are kept: run it again to go on, or try` : "try";
  return new StrayError("network", `Cannot fetch "${name}" from ${url} as ${reason}`, {
    hint: `${kept} another server with --mirror URL`,
  });
}

function damage(url: string, { name, algorithm, digest }: DataFile, current: string): StrayError {
  return new StrayError(
    "hash",
    `Cannot use "${name}" from ${url} as its ${algorithm} hash must be ${digest}: ` +
      `current value is ${current}`,
    { hint: "nothing of it was kept: run it again, or try another server with --mirror URL" },
  );
}
