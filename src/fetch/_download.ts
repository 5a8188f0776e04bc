/** One request, whose body is appended to a file. */

import { writeFailure } from "../write_file.ts";

/** Options of {@linkcode download}. */
interface DownloadOptions {
  /** Aborts the download, which throws; the partial file stays. */
  readonly signal: AbortSignal | undefined;
  /** Time without data after which a server is abandoned, ms. */
  readonly stallMs: number;
  /** Maximum length; a longer file is not the wanted one. */
  readonly most: number;
  /** Called with the length so far and, if known, the total. */
  readonly onBytes: (bytes: number, total: number | undefined) => void;
}

/**
 * The end of a request: `done` (the body is complete, whatever it is), `broken` (the connection broke),
 * `refused` (no body), or `past` (the server has no bytes beyond the existing ones).
 */
export type Ending =
  | { readonly kind: "done"; readonly resumed: boolean }
  | { readonly kind: "broken" | "refused" | "past"; readonly reason: string };

/**
 * Downloads into `path`, resuming at its end if the server supports that.
 *
 * @param url Address of the file.
 * @param path Path of the partial file; overwritten if the server sends the whole file.
 * @param from Length of the partial file.
 * @param options Limits.
 * @returns The end of the request.
 * @throws {StrayError} `write` If the file cannot be written.
 */
export async function download(
  url: string,
  path: string,
  from: number,
  options: DownloadOptions,
): Promise<Ending> {
  const { signal, stallMs, most, onBytes } = options;
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const signals = [stall.signal, ...(signal === undefined ? [] : [signal])];
  const why = (error: unknown): string => {
    signal?.throwIfAborted();
    if (stall.signal.aborted) return `no data arrived for ${stallMs / 1000} s`;
    return error instanceof Error ? innermost(error).message : String(error);
  };
  try {
    let response: Response;
    try {
      response = await fetch(url, {
        signal: AbortSignal.any(signals),
        headers: {
          "accept-encoding": "identity", // keep .gz files compressed
          ...(from > 0 && { range: `bytes=${from}-` }),
        },
      });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      return { kind: "refused", reason: why(error) };
    }
    const { status, body } = response;
    const start = status === 206 ? startOf(response) : 0;
    if (status !== 200 && status !== 206 || start !== from && start !== 0 || body === null) {
      await body?.cancel();
      const reason = `the server responded ${status} ${response.statusText}`.trim();
      const past = from > 0 && (status === 416 || status === 206);
      return { kind: past ? "past" : "refused", reason };
    }
    const length = response.headers.get("content-length");
    const total = length === null ? undefined : start + Number(length);
    using file = await openPart(path, start);
    let bytes = start;
    const reader = body.getReader();
    try {
      for (;;) {
        onBytes(bytes, total);
        let chunk: ReadableStreamReadResult<Uint8Array>;
        try {
          chunk = await reader.read();
        } catch (error) {
          return { kind: "broken", reason: why(error) };
        }
        if (chunk.done) return { kind: "done", resumed: start > 0 };
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), stallMs);
        await writeAll(file, chunk.value, path);
        bytes += chunk.value.length;
        if (bytes > most) return { kind: "done", resumed: start > 0 };
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The offset of a partial response; -1 if it is not given. */
function startOf(response: Response): number {
  const range = response.headers.get("content-range") ?? "";
  return Number(/^bytes (\d+)-/.exec(range)?.[1] ?? -1);
}

async function openPart(path: string, start: number): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path, { write: true, create: true });
    try {
      // Some file systems have no locks.
      if (!await file.tryLock(true).catch(() => true)) {
        throw new Error("another program fetches it");
      }
      await file.truncate(start);
      await file.seek(start, Deno.SeekMode.Start);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    throw writeFailure(path, error);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (error) {
    throw writeFailure(path, error);
  }
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
