/** CSV of RFC 4180: rows out, and records in, from a stream in chunks of any size. */

import { Readable } from "node:stream";
import { cutText, StrayError } from "../errors.ts";
import type { NdjsonLine } from "./ndjson.ts";

/** Maximum length of a row; a longer one is a file of another format. */
const MAX_ROW = 1 << 26;

/**
 * Writes a row.
 *
 * @param values Its values.
 * @returns The row with its end, CRLF; values with commas, quotes or line ends are quoted.
 *
 * @example
 * ```ts
 * import { csvRow } from "./csv.ts";
 *
 * if (csvRow(["a,b", 'say "x"', ""]) !== '"a,b","say ""x""",\r\n') throw new Error("unexpected row");
 * ```
 */
export function csvRow(values: readonly string[]): string {
  const quoted = values.map((value) =>
    /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
  );
  return `${quoted.join(",")}\r\n`;
}

/**
 * Reads records by the names in the first row; memory holds only the longest row.
 *
 * Rows end with CRLF or LF, which the last may lack; empty rows are skipped, missing values are empty.
 *
 * @param stream UTF-8 bytes.
 * @param name Name of the stream in messages. @default {"stdin"}
 * @returns The records, values as texts, with the number of the line that each ends on.
 * @throws {StrayError} `input` If a row is no CSV, or has more values than there are names, or two columns have one
 *   name.
 */
export async function* readCsv(
  stream: ReadableStream<Uint8Array>,
  name = "stdin",
): AsyncGenerator<NdjsonLine> {
  const { parse } = await import("csv-parse");
  const parser = parse({
    columns: (names: readonly string[]) => checkNames(names, name),
    bom: true,
    info: true,
    record_delimiter: ["\r\n", "\n"],
    skip_empty_lines: true,
    relax_column_count_less: true,
    max_record_size: MAX_ROW,
  });
  const source = Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
  source.on("error", (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser)) {
      yield { line: (info as { readonly lines: number }).lines, record };
    }
  } catch (error) {
    if (!(error instanceof Error && "lines" in error)) throw error;
    const reason = cutText(error.message, 200);
    throw new StrayError("input", `Cannot read ${name} as it must be CSV: ${reason}`, {
      hint: "the input must be score records: NDJSON, or CSV with a first row of names",
      cause: error,
    });
  } finally {
    source.destroy();
  }
}

/** Refuses a name of two columns, as a record could hold only the values of one. */
function checkNames(names: readonly string[], source: string): string[] {
  const twice = names.find((name, i) => name !== "" && names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new StrayError(
      "input",
      `Cannot read ${source} as its columns must have different names: "${cutText(twice, 200)}" ` +
        "is there twice",
      { hint: "rename or remove one of the two columns" },
    );
  }
  return [...names];
}
