/** Score records, as `evaluate` and `label` read them from NDJSON. */

import { StrayError } from "../errors.ts";
import { numberOf, numberText } from "../exact_json.ts";
import { type JsonObject, type NdjsonLine, readNdjson } from "./ndjson.ts";

/** A record with a score, or with an error in place of a score. */
export interface ScoreRecord {
  /** Line number, from 1. */
  readonly line: number;
  /** Path of the image; undefined if the record has none. */
  readonly path: string | undefined;
  /** Reason why there is no score; undefined if there is one. */
  readonly error: string | undefined;
  /** The whole record. */
  readonly fields: JsonObject;
}

/**
 * Reads score records.
 *
 * @param stream NDJSON from `score`.
 * @returns The records, in order.
 * @throws {StrayError} `input` If a line is not a JSON object.
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
): AsyncGenerator<ScoreRecord> {
  for await (const { line, record } of readNdjson(stream)) {
    yield {
      line,
      path: typeof record.path === "string" ? record.path : undefined,
      error: errorMessage(record.error),
      fields: record,
    };
  }
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
  { line, path, fields }: ScoreRecord,
  name: string,
  wanted: string,
  hint?: string,
): StrayError {
  const thing = path === undefined ? "" : ` ("${path}")`;
  const value = fields[name];
  const found = value === undefined ? "there is none" : `current value is ${JSON.stringify(value)}`;
  return new StrayError(
    "input",
    `Cannot use line ${line} of stdin${thing} as ${name} must be ${wanted}: ${found}`,
    { hint },
  );
}

function errorMessage(error: NdjsonLine["record"][string]): string | undefined {
  if (error === undefined || error === null) return undefined;
  const message = (error as { readonly message?: unknown }).message;
  return typeof message === "string" ? message : JSON.stringify(error);
}
