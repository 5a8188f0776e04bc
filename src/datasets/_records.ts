/** From a line of stdin to the name of an image: a path, or an NDJSON record with one. */

import { StrayError } from "../errors.ts";
import { cut } from "./_failure.ts";
import type { Line } from "./_lines.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** A bad line is shown up to this length. */
const SHOWN = 80;

/** A name, and the file itself where the line holds it. */
export interface NamedBytes extends EntryName {
  /** The whole file. */
  readonly bytes?: Uint8Array;
}

/**
 * Reads a line; `undefined` if it is blank.
 *
 * A line that starts with `{` is a record. Its `path` is a string; its `label`, if there, a string
 * or a number, and `null` is as good as none; its `base64`, if there, is the file that `path` names,
 * which is then not looked for; the rest become `fields`.
 */
export function readRecord(
  line: Line,
  nulSeparated: boolean,
): NamedBytes | FailedSample | undefined {
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
  const { path, label, base64, ...fields } = record;
  if (typeof path !== "string" || path === "") {
    return bad(text, number, `its path must be a string: current value is ${show(path)}`);
  }
  const bytes = base64 === undefined ? undefined : readBase64(base64);
  if (base64 !== undefined && bytes === undefined) {
    return bad(path, number, "its base64 must be the bytes of a file in base64");
  }
  const known = {
    path,
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(bytes && { bytes }),
  };
  if (typeof label === "string" || typeof label === "number") {
    return { ...known, label: String(label) };
  }
  if (label === undefined || label === null) return known;
  return {
    ...known,
    ...bad(path, number, `its label must be a string or a number: current value is ${show(label)}`),
  };
}

function readBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
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
