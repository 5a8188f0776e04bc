/** From a line of stdin to the name of an image: a path, or an NDJSON record with one. */

import { StrayError } from "../errors.ts";
import { cut } from "./_failure.ts";
import type { Line } from "./_lines.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** A bad line is shown up to this length. */
const SHOWN = 80;

/**
 * Reads a line; `undefined` if it is blank.
 *
 * A line that starts with `{` is a record. Its `path` is a string; its `label`, if there, a string
 * or a number, and `null` is as good as none; the rest become `fields`.
 */
export function readRecord(
  line: Line,
  nulSeparated: boolean,
): EntryName | FailedSample | undefined {
  const { text, number } = line;
  if (text === undefined) {
    return bad(`line ${number}`, number, "it must be a path or a record of at most 16 MiB");
  }
  if (nulSeparated) return text === "" ? undefined : { path: text };
  if (text.trim() === "") return undefined;
  if (!text.trimStart().startsWith("{")) return { path: text };
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(text);
  } catch (error) {
    return bad(text, number, `it must be JSON, as it starts with {: ${(error as Error).message}`, {
      hint: "separate paths with NUL and give -0 if one starts with {",
      cause: error,
    });
  }
  const { path, label, ...fields } = record;
  if (typeof path !== "string" || path === "") {
    return bad(text, number, `its path must be a string: current value is ${show(path)}`);
  }
  const known = Object.keys(fields).length > 0 ? { path, fields } : { path };
  if (typeof label === "string" || typeof label === "number") {
    return { ...known, label: String(label) };
  }
  if (label === undefined || label === null) return known;
  return {
    ...known,
    ...bad(path, number, `its label must be a string or a number: current value is ${show(label)}`),
  };
}

function show(value: unknown): string {
  return value === undefined ? "not given" : cut(JSON.stringify(value), SHOWN);
}

function bad(
  path: string,
  number: number,
  reason: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): FailedSample {
  return {
    path: cut(path, SHOWN),
    error: new StrayError("input", `Cannot read line ${number} of stdin as ${reason}`, options),
  };
}
