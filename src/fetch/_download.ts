/** One request: what a server gives of a file goes to the end of a file here. */

import { StrayError } from "../errors.ts";

/** How a request is made. */
export interface DownloadOptions {
  /** Aborting it makes the download throw; what is written stays. */
  readonly signal: AbortSignal | undefined;
  /** A server that gives nothing for so long is given up. */
  readonly stallMs: number;
  /** More bytes than this are not the file that is wanted. */
  readonly most: number;
  /** Called with the length so far and, where known, the whole. */
  readonly onBytes: (bytes: number, total: number | undefined) => void;
}

/**
 * How a request ended: the server was done (whatever it gave); the connection broke; the server
 * gave nothing; or it has nothing behind the bytes that are there.
 */
export type Ending =
  | { readonly kind: "done"; readonly resumed: boolean }
  | { readonly kind: "broken" | "refused" | "past"; readonly reason: string };

/**
 * Downloads into `path`, from the byte on that is its length where the server can do that.
 *
 * @param url What.
 * @param path Where to; made anew if the server sends the whole.
 * @param from How many bytes are there.
 * @param options Limits.
 * @throws {StrayError} `write` If the disk is full or may not be written.
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
    if (stall.signal.aborted) return `nothing came for ${stallMs / 1000} s`;
    return error instanceof Error ? innermost(error).message : String(error);
  };
  try {
    let response: Response;
    try {
      response = await fetch(url, {
        signal: AbortSignal.any(signals),
        headers: {
          "accept-encoding": "identity", // a .gz must not be unpacked on the way
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
      const reason = `the server says ${status} ${response.statusText}`.trim();
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

/** Where the part of a file starts that the server sends; -1 if it does not say. */
function startOf(response: Response): number {
  const range = response.headers.get("content-range") ?? "";
  return Number(/^bytes (\d+)-/.exec(range)?.[1] ?? -1);
}

async function openPart(path: string, start: number): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path, { write: true, create: true });
    await file.truncate(start);
    await file.seek(start, Deno.SeekMode.Start);
    return file;
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

/** An error of writing, said in stray's words. */
export function writeFailure(path: string, cause: unknown): StrayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StrayError("write", `Cannot write "${path}" as ${reason}`, {
    hint: "check that the folder has room and may be written",
    cause,
  });
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
