/** Score records, as `evaluate` and `label` read them from NDJSON or CSV. */

import { StrayError } from "../errors.ts";
import { numberOf, numberText } from "../exact_json.ts";
import { readCsv } from "./csv.ts";
import { type JsonObject, type NdjsonLine, readNdjson } from "./ndjson.ts";

/** A record with a score, or with an error in place of a score. */
export interface ScoreRecord {
  /** Line number, from 1. */
  readonly line: number;
  /** Path of the image; undefined if the record has none. */
  readonly path: string | undefined;
  /** Reason why there is no score; undefined if there is one. */
  readonly error: string | undefined;
  /** Name of the stream, for messages. @default {"stdin"} */
  readonly source?: string;
  /** The whole record. */
  readonly fields: JsonObject;
}

/**
 * Reads score records.
 *
 * @param stream NDJSON from `score`, or its CSV: then the first row has names, `score` or `path` among
 *   them, and values are numbers, texts or empty as in the records.
 * @param source Name of the stream in messages. @default {"stdin"}
 * @returns The records, in order.
 * @throws {StrayError} `input` If a line is not a JSON object, or a row no CSV.
 *
 * @example
 * ```ts
 * import { readScoreRecords } from "./score_record.ts";
 *
 * const text = '{"path":"a","score":1}\n{"path":"b","error":{"code":"decode","message":"Bad"}}\n';
 * const found: string[] = [];
 * for await (const record of readScoreRecords(new Blob([text]).stream())) {
 *   found.push(`${record.path}: ${record.error ?? record.fields.score}`);
 * }
 * if (found.join() !== "a: 1,b: Bad") throw new Error("unexpected records");
 * ```
 */
export async function* readScoreRecords(
  stream: ReadableStream<Uint8Array>,
  source: string = "stdin",
): AsyncGenerator<ScoreRecord> {
  const { first, rest } = await peekLine(stream);
  const isCsv = isHeader(first);
  for await (const { line, record } of isCsv ? readCsv(rest, source) : readNdjson(rest, source)) {
    const fields = isCsv ? fieldsOfRow(record as Readonly<Record<string, string>>) : record;
    yield {
      line,
      source,
      path: typeof fields.path === "string" ? fields.path : undefined,
      error: errorMessage(fields.error),
      fields,
    };
  }
}

/** Most bytes in which a first row is looked for. */
const PEEKED = 1 << 16;

/** The beginning of a stream up to its first line end, and the whole stream. */
async function peekLine(
  stream: ReadableStream<Uint8Array>,
): Promise<{ readonly first: string; readonly rest: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader(), chunks: Uint8Array[] = [];
  let first = "", done = false;
  while (!done && first.length < PEEKED && !first.includes("\n")) {
    const result = await reader.read();
    done = result.done;
    if (result.value === undefined) continue;
    chunks.push(result.value);
    first += new TextDecoder().decode(result.value.subarray(0, PEEKED));
  }
  const rest = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = chunks.shift() ?? (done ? undefined : (await reader.read()).value);
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return { first: first.split("\n", 1)[0]!, rest };
}

/** Whether a line is the first row of score records. */
function isHeader(line: string): boolean {
  const names = line.replace(/^\ufeff/, "").trim().split(",").map((name) =>
    name.replaceAll('"', "")
  );
  return !line.trimStart().startsWith("{") && (names.includes("score") || names.includes("path"));
}

const NUMBERS = ["score", "p", "threshold", "calibration"];
const BOOLEANS = ["anomaly", "normal", "converged"];
/** Columns that make up the field `error`. */
const ERROR_COLUMNS = ["error", "error_code", "error_hint"];

/** The fields of a record from the values of its row; empty ones are absent. */
function fieldsOfRow(row: Readonly<Record<string, string>>): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (ERROR_COLUMNS.includes(name)) continue;
    if (value === "") {
      if (name === "threshold") fields[name] = null;
    } else if (NUMBERS.includes(name)) fields[name] = asNumber(value);
    else if (BOOLEANS.includes(name) && /^(true|false)$/i.test(value)) {
      fields[name] = value.toLowerCase() === "true"; // pandas writes True
    } else fields[name] = value;
  }
  const { error: message = "", error_code: code = "", error_hint: hint = "" } = row;
  if (message === "" && code === "") return fields;
  return { ...fields, error: { code, message, ...hint !== "" && { hint } } };
}

/** The number, else the text, which the reader of the field refuses. */
function asNumber(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) && text.trim() !== "" ? number : text;
}

/**
 * Reads a numeric field.
 *
 * @param record The record.
 * @param name Name of the field.
 * @param hint The remedy. @default {records of `score`}
 * @returns Its value; `p` lies in [0, 1].
 * @throws {StrayError} `input` If it is missing or not such a number.
 */
export function numberField(
  record: ScoreRecord,
  name: string,
  hint: string = "the input must be records of score",
): number {
  const value = numberOf(record.fields[name]), isP = name === "p";
  if (value !== undefined && (!isP || value >= 0 && value <= 1)) return value;
  throw wrongField(record, name, isP ? "a number from 0 to 1" : "a number", hint);
}

/**
 * Reads a label.
 *
 * @param record The record.
 * @returns The label; undefined if it is neither a string nor a number.
 */
export function labelField(record: ScoreRecord): string | undefined {
  const { label } = record.fields;
  return typeof label === "string" ? label : numberText(label);
}

/**
 * The error for a missing or wrong field.
 *
 * @param record The record.
 * @param name Name of the field.
 * @param wanted The value that it must have.
 * @param hint The remedy.
 * @returns An error that names line, path and field.
 */
export function wrongField(
  { line, source = "stdin", path, fields }: ScoreRecord,
  name: string,
  wanted: string,
  hint?: string,
): StrayError {
  const thing = path === undefined ? "" : ` ("${path}")`;
  const value = fields[name];
  const found = value === undefined ? "there is none" : `current value is ${JSON.stringify(value)}`;
  return new StrayError(
    "input",
    `Cannot use line ${line} of ${source}${thing} as ${name} must be ${wanted}: ${found}`,
    { hint },
  );
}

function errorMessage(error: NdjsonLine["record"][string]): string | undefined {
  if (error === undefined || error === null) return undefined;
  const message = (error as { readonly message?: unknown }).message;
  return typeof message === "string" ? message : JSON.stringify(error);
}
