/** NDJSON in: one JSON object a line, from a stream cut anywhere. */

import { StrayError } from "../errors.ts";

/** One line. */
export interface NdjsonLine {
  /** Its number, from 1; blank lines count. */
  readonly line: number;
  /** What it holds. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** More bytes than this in a line are taken for a file of some other kind. */
const MOST_LINE_BYTES = 1 << 26;
const NEWLINE = 0x0a;
const HINT = "the input must be records such as score prints, one JSON object a line";

/**
 * Reads records, one after the other, in the memory that the longest line takes.
 *
 * Lines end with LF or CRLF, the last maybe with neither; blank ones are passed over.
 *
 * @param stream UTF-8, in pieces of any size.
 * @param name What the stream is called in messages. @default {"stdin"}
 * @returns The records with their line numbers.
 * @throws {StrayError} `input` If a line is not a JSON object, or not UTF-8.
 *
 * @example
 * ```ts
 * import { readNdjson } from "./ndjson.ts";
 *
 * const lines = ReadableStream.from([new TextEncoder().encode('{"a":1}\r\n\n{"a":2}')]);
 * const found: string[] = [];
 * for await (const { line, record } of readNdjson(lines)) found.push(`${line}: ${record.a}`);
 * if (found.join() !== "1: 1,3: 2") throw new Error("unexpected records");
 * ```
 */
export async function* readNdjson(
  stream: ReadableStream<Uint8Array>,
  name = "stdin",
): AsyncGenerator<NdjsonLine> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 0;
  for await (const bytes of splitLines(stream, name)) {
    line++;
    const record = parseLine(bytes, line, name, decoder);
    if (record !== undefined) yield { line, record };
  }
}

async function* splitLines(
  stream: ReadableStream<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [], gathered = 0, line = 1;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const last = chunk.subarray(start, end);
      yield pieces.length === 0 ? last : join([...pieces, last]);
      pieces = [];
      gathered = 0;
      start = end + 1;
      line++;
    }
    if (start === chunk.length) continue;
    pieces.push(chunk.slice(start));
    gathered += chunk.length - start;
    if (gathered > MOST_LINE_BYTES) {
      throw new StrayError(
        "input",
        `Cannot read line ${line} of ${name} as it must be at most ${MOST_LINE_BYTES} bytes long`,
        { hint: HINT },
      );
    }
  }
  if (pieces.length > 0) yield join(pieces);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function parseLine(
  bytes: Uint8Array,
  line: number,
  name: string,
  decoder: TextDecoder,
): Readonly<Record<string, unknown>> | undefined {
  let text: string | undefined;
  try {
    text = decoder.decode(bytes);
    if (text.trim() === "") return undefined;
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  const start = text === undefined ? "bytes that are no UTF-8" : `"${beginning(text)}"`;
  throw new StrayError(
    "input",
    `Cannot read line ${line} of ${name} as it must be a JSON object: current value is ${start}`,
    { hint: HINT },
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function beginning(text: string): string {
  return text.length <= 40 ? text.trimEnd() : `${text.slice(0, 40)}…`;
}
