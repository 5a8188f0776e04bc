/** Lines of text, numbered from 1. */

import { splitLines } from "../lines.ts";

/** One line, without its end; `text` is undefined if it is too long. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

/** Maximum length of a line: a longer one is neither a path nor a record. */
const MAX_BYTES = 1 << 24;

/** Reads UTF-8 text; a byte order mark is dropped, invalid bytes become U+FFFD. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  nulSeparated = false,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  const lines = splitLines(chunks, MAX_BYTES, nulSeparated ? 0 : undefined);
  for await (const { number, bytes } of lines) {
    yield { number, text: bytes && decoder.decode(bytes) };
  }
}

/** Yields the chunks of a stream; cancels it when the consumer stops, and on abort, even waiting. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (signal.aborted) return;
  const reader = stream.getReader();
  // Not awaited: a terminal cannot stop waiting for its user.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
    reader.releaseLock();
  }
}
