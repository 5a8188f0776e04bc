/** Lines of a stream of bytes, numbered from 1. */

/** One line without its end; `text` is `undefined` if it was longer than allowed. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

/** A longer line is no path and no record. */
const LONGEST = 1 << 24;

/**
 * Splits UTF-8 text at LF, CRLF or NUL, wherever the chunks end; the last end may be missing.
 *
 * A byte order mark is dropped; bytes that are no UTF-8 become U+FFFD.
 *
 * @param stream The bytes; cancelled when the consumer stops early.
 * @param nulSeparated Whether lines end with NUL, not with a newline.
 * @param signal Aborting it ends the lines, even while bytes are waited for.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  nulSeparated: boolean,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  if (signal.aborted) return;
  const separator = nulSeparated ? "\0" : "\n";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  // Not waited for: a terminal cannot stop waiting for its user.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  let number = 0;
  let pieces: string[] = [];
  let length = 0;

  function finish(end: string): Line {
    let text: string | undefined = pieces.length === 0 ? end : pieces.join("") + end;
    if (length + end.length > LONGEST) text = undefined;
    else if (!nulSeparated && text.endsWith("\r")) text = text.slice(0, -1);
    pieces = [];
    length = 0;
    return { number: ++number, text };
  }

  try {
    for (;;) {
      const { done, value } = await reader.read();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      let from = 0;
      for (let to = text.indexOf(separator); to >= 0; to = text.indexOf(separator, from)) {
        yield finish(text.slice(from, to));
        from = to + 1;
      }
      const rest = text.slice(from);
      length += rest.length;
      if (rest !== "" && length <= LONGEST) pieces.push(rest);
      if (done) break;
    }
    if (length > 0) yield finish("");
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
    reader.releaseLock();
  }
}
