/** Fetches a file of a data set: resumes a partial download, verifies the hash. */

import { StrayError } from "../errors.ts";
import { hashFile } from "../file_hash.ts";
import { writeFailure, writeReason } from "../write_file.ts";
import { download, type Ending } from "./_download.ts";
import type { DataFile } from "./data_sets.ts";

/** Options of {@linkcode fetchFile}. */
export interface FetchOptions {
  /** Aborts the download; the partial file is kept and resumed by a later call. */
  readonly signal?: AbortSignal | undefined;
  /** Time without data after which a server is abandoned, ms. @default {60_000} */
  readonly stallMs?: number | undefined;
  /** Called with the length so far and, if known, the total. */
  readonly onBytes?: ((name: string, bytes: number, total: number | undefined) => void) | undefined;
  /** Called with one line per notice for the user, such as a server that was abandoned. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/** Most bytes of a file of unpublished length, so that no server fills a disk: the largest has 36 MB. */
const MOST_BYTES = 100e6;

/** Maximum number of broken connections after which a download that made progress continues. */
const MAX_BREAKS = 5;

/**
 * Fetches a file, unless it exists.
 *
 * Bytes are written to `PATH.part`, which is kept as long as it can be resumed, also by a later call. A file
 * with the right hash is renamed to `PATH`; one with a wrong hash is removed. If it began with an old part,
 * the download starts over once.
 *
 * @param file Name and hash of the file.
 * @param servers Addresses to which the name is appended, tried in order.
 * @param path Path of the file; its folder must exist.
 * @param options Abort signal, progress.
 * @returns Whether it was fetched; false if it existed.
 * @throws {StrayError} `hash` If a different file exists, or no server has the right one; `network` if no
 *   server responds with it; `write` if it cannot be written.
 */
export async function fetchFile(
  file: DataFile,
  servers: readonly string[],
  path: string,
  options: FetchOptions = {},
): Promise<boolean> {
  const { signal, onNote } = options;
  if (await exists(file, path, signal)) return false;
  let failure: StrayError | undefined;
  for (const server of servers) {
    if (failure !== undefined) onNote?.(`${failure.message}: trying another server`);
    failure = await fetchFrom(new URL(file.name, server).href, file, path, options);
    if (failure === undefined) return true;
  }
  throw failure ?? new StrayError("network", `Cannot fetch "${file.name}" as no server has it`);
}

/**
 * Whether the file exists.
 *
 * @throws {StrayError} `hash` If a different file exists.
 */
async function exists(
  { name, algorithm, digest }: DataFile,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let current: string | undefined;
  try {
    current = await hashOf(path, algorithm, signal);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (current === digest.toLowerCase()) return true;
  throw new StrayError(
    "hash",
    `Cannot fetch "${name}" as a different file exists: its ${algorithm} hash must be ${digest}: ` +
      `current value is ${current}`,
    { hint: `move ${path} away, or give another folder with --out` },
  );
}

/** Fetches from one server; returns the failure, if any. */
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
    most: file.bytes ?? file.most ?? MOST_BYTES,
    onBytes: (bytes: number, total = file.bytes) => onBytes?.(file.name, bytes, total),
  };
  let old = await sizeOf(part) > 0; // of an earlier run, possibly of a different file
  for (let breaks = 0;;) {
    const from = await sizeOf(part);
    const all = from > 0 && from >= (file.bytes ?? Infinity);
    const ending: Ending = all
      ? { kind: "done", resumed: true }
      : await download(url, part, from, limits);
    if (ending.kind === "refused") return refusal(url, file, ending.reason, from);
    if (ending.kind === "broken") {
      const now = await sizeOf(part);
      if (now <= from || ++breaks > MAX_BREAKS) return refusal(url, file, ending.reason, now);
      onNote?.(
        `${file.name}: the connection broke after ${now} bytes (${ending.reason}): resuming`,
      );
      continue;
    }
    if (ending.kind === "done" && from > 0 && !ending.resumed) {
      onNote?.(`${file.name}: the server cannot resume the last download: started over`);
      old = false;
    }
    const current = await hashOf(part, file.algorithm, signal);
    if (current === file.digest.toLowerCase()) {
      await complete(part, path);
      return undefined;
    }
    await Deno.remove(part);
    if (!old) return damage(url, file, current);
    onNote?.(`${file.name}: the partial file of the last download is unusable: starting over`);
    old = false;
  }
}

async function hashOf(
  path: string,
  algorithm: DataFile["algorithm"],
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const [digest = ""] = await hashFile(path, [algorithm], signal);
    return digest;
  } catch (error) {
    if (signal?.aborted || error instanceof Deno.errors.NotFound) throw error;
    throw new StrayError("input", `Cannot read "${path}" as ${writeReason(path, error)}`, {
      hint: "move it away to fetch it again",
      cause: error,
    });
  }
}

/** Gives a part its final name, once it is on the disk. */
async function complete(part: string, path: string): Promise<void> {
  try {
    using file = await Deno.open(part, { write: true });
    await file.sync();
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
  const kept = bytes > 0 ? `${bytes} bytes are kept: run it again to resume, or try` : "try";
  return new StrayError("network", `Cannot fetch "${name}" from ${url} as ${reason}`, {
    hint: `${kept} another server with --mirror URL`,
  });
}

function damage(url: string, { name, algorithm, digest }: DataFile, current: string): StrayError {
  return new StrayError(
    "hash",
    `Cannot use "${name}" from ${url} as its ${algorithm} hash must be ${digest}: ` +
      `current value is ${current}`,
    { hint: "no part of it was kept: run it again, or try another server with --mirror URL" },
  );
}
