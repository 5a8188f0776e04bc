/** Lines of stdin: paths, or NDJSON records with one. */

import { cutText, StrayError } from "../errors.ts";
import { numberText, parseExactJson } from "../exact_json.ts";
import type { Line } from "./_lines.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** Maximum length of a bad line in messages. */
const MAX_SHOWN = 80;

/** A name, and the file if the record holds it. */
interface NamedBytes extends EntryName {
  /** The whole file. */
  readonly bytes?: Uint8Array;
}

/**
 * Parses a line; undefined if it is blank.
 *
 * A line that starts with `{` is a record: `path` is a string; `label`, optional, a string, a number
 * or null; `base64`, optional, the file itself, which is then not read from `path`; all others become
 * `fields`.
 */
export function parseStdinLine(
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
    record = parseExactJson(text) as Record<string, unknown>;
  } catch (error) {
    return bad(text, number, `it must be JSON, as it starts with {: ${(error as Error).message}`, {
      hint: "separate paths with NUL and give -0 if one starts with {",
      cause: error,
    });
  }
  const { path, label, base64, ...fields } = record;
  if (typeof path !== "string" || path === "") {
    return bad(text, number, `its path must be a string: current value is ${shown(path)}`);
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
  const name = typeof label === "string" ? label : numberText(label);
  if (name !== undefined) return { ...known, label: name };
  if (label === undefined || label === null) return known;
  return {
    ...known,
    ...bad(
      path,
      number,
      `its label must be a string or a number: current value is ${shown(label)}`,
    ),
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

function shown(value: unknown): string {
  return value === undefined ? "missing" : cutText(JSON.stringify(value), MAX_SHOWN);
}

function bad(
  path: string,
  number: number,
  reason: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): FailedSample {
  return {
    path: cutText(path, MAX_SHOWN),
    error: new StrayError("input", `Cannot read line ${number} of stdin as ${reason}`, options),
  };
}
