/** Lines of a byte stream, numbered from 1. */

import { concatenate } from "./concatenate.ts";

/** One line, without its end. */
export interface ByteLine {
  /** Line number, from 1. */
  readonly number: number;
  /** Its bytes; undefined if there are more than allowed. */
  readonly bytes: Uint8Array | undefined;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits a stream at LF, CRLF or another byte; the last line needs no end.
 *
 * A line that is too long is reported as soon as it is, and then skipped.
 *
 * @param chunks The stream, in chunks of any size.
 * @param maxBytes Maximum length of a line.
 * @param end Byte at the end of a line. @default {LF, with a CR before it removed}
 * @returns The lines, in the memory of the longest.
 *
 * @example
 * ```ts
 * import { splitLines } from "./lines.ts";
 *
 * const chunks = ReadableStream.from([Uint8Array.of(65, 13), Uint8Array.of(10, 66)]);
 * const lines = await Array.fromAsync(splitLines(chunks, 100), ({ bytes }) => bytes?.join());
 * if (lines.join(" ") !== "65 66") throw new Error("unexpected lines");
 * ```
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  end: number = NEWLINE,
): AsyncGenerator<ByteLine> {
  let pieces: Uint8Array[] = [], length = 0, number = 1;
  const line = (last: Uint8Array): ByteLine => {
    const bytes = pieces.length === 0 ? last : concatenate(Uint8Array, [...pieces, last]);
    const isCrlf = end === NEWLINE && bytes.at(-1) === CARRIAGE_RETURN;
    return { number, bytes: isCrlf ? bytes.subarray(0, -1) : bytes };
  };
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      const at = chunk.indexOf(end, start);
      const piece = at < 0 ? chunk.slice(start) : chunk.subarray(start, at);
      const fitted = length <= maxBytes;
      length += piece.length;
      if (length > maxBytes) {
        pieces = [];
        if (fitted) yield { number, bytes: undefined };
      } else if (at < 0) pieces.push(piece);
      else yield line(piece);
      if (at < 0) break;
      pieces = [];
      length = 0;
      number++;
      start = at + 1;
    }
  }
  if (pieces.length > 0) yield line(new Uint8Array(0));
}
