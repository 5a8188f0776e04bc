/** Reads NDJSON: one JSON object per line, from a stream in chunks of any size. */

import { StrayError } from "../errors.ts";
import { numberOf, parseExactJson } from "../exact_json.ts";
import { splitLines } from "../lines.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One line. */
export interface NdjsonLine {
  /** Line number, from 1; blank lines count. */
  readonly line: number;
  /** Its object. */
  readonly record: JsonObject;
}

/** Maximum length of a line; a longer one is a file of another format. */
const MAX_LINE_BYTES = 1 << 26;
const HINT = "the input must be score records, one JSON object per line";

/**
 * Reads records one by one; memory holds only the longest line.
 *
 * Lines end with LF or CRLF, which the last may lack; blank lines are skipped. Numbers keep their digits,
 * see `parseExactJson`.
 *
 * @param stream UTF-8 bytes.
 * @param name Name of the stream in messages. @default {"stdin"}
 * @returns The records with their line numbers.
 * @throws {StrayError} `input` If a line is not a JSON object or not UTF-8.
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
  for await (const { number: line, bytes } of splitLines(stream, MAX_LINE_BYTES)) {
    if (bytes === undefined) {
      throw new StrayError(
        "input",
        `Cannot read line ${line} of ${name} as it must be at most ${MAX_LINE_BYTES} bytes long`,
        { hint: HINT },
      );
    }
    const record = parseLine(bytes, line, name, decoder);
    if (record !== undefined) yield { line, record };
  }
}

function parseLine(
  bytes: Uint8Array,
  line: number,
  name: string,
  decoder: TextDecoder,
): JsonObject | undefined {
  let text: string | undefined;
  try {
    text = decoder.decode(bytes);
    if (text.trim() === "") return undefined;
    const value = parseExactJson(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  const start = text === undefined ? "bytes that are not UTF-8" : `"${beginning(text)}"`;
  throw new StrayError(
    "input",
    `Cannot read line ${line} of ${name} as it must be a JSON object: current value is ${start}`,
    { hint: HINT },
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    numberOf(value) === undefined;
}

function beginning(text: string): string {
  return text.length <= 40 ? text.trimEnd() : `${text.slice(0, 40)}…`;
}
