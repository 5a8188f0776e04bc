/** The columns of a CSV file, and what becomes of a line. */

import { StrayError } from "../errors.ts";
import { parseField, type Separator, separatorOf, splitFields } from "./_csv_line.ts";
import { cut } from "./_failure.ts";
import type { Line } from "./_lines.ts";

/** What the first line says about all of them. */
export interface CsvLayout {
  readonly separator: Separator;
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  /** The names, empty if there are none. */
  readonly names: readonly string[];
  /** Fields of every line. */
  readonly columns: number;
  /** The column named `label`; -1 if there is none. */
  readonly labelAt: number;
}

/** A row, or what is wrong with it; its label either way. */
export type CsvRow =
  & { readonly label: string | undefined }
  & (
    | { readonly data: Float32Array; readonly error?: undefined }
    | { readonly data?: undefined; readonly error: StrayError }
  );

/** Longer fields are cut in messages. */
const SHOWN = 40;

/**
 * Reads the first line: it names the columns unless all its fields are numbers.
 *
 * @throws {StrayError} If it is no text, has no columns of numbers or too many, or a nameless one.
 */
export function layoutOf(line: Line, name: string, maxPixels: number): CsvLayout {
  const cannot = `Cannot read ${JSON.stringify(name)} as`;
  const text = line.text ?? "";
  if (line.text === undefined || /[\0\ufffd]/.test(text)) {
    throw new StrayError("format", `${cannot} its content must be lines of text in UTF-8`);
  }
  const separator = separatorOf(text);
  const fields = splitFields(text, separator);
  if (fields === undefined) throw new StrayError("decode", `${cannot} ${unclosed(line)}`);
  const hasHeader = fields.some((field) => parseField(field, separator) === undefined);
  const names = hasHeader ? fields.map((field) => field.replace(/^#\s*/, "")) : [];
  const nameless = names.indexOf("");
  if (nameless >= 0) {
    throw new StrayError(
      "decode",
      `${cannot} column ${nameless + 1} of line ${line.number} must have a name: it is empty`,
      { hint: "write the table without its index (pandas: index=False)" },
    );
  }
  const labelAt = names.findIndex((field) => field.toLowerCase() === "label");
  const width = fields.length - (labelAt >= 0 ? 1 : 0);
  if (width === 0) {
    throw new StrayError("empty", `${cannot} it must have a column besides its labels`);
  }
  if (width > maxPixels) {
    throw new StrayError(
      "too_large",
      `${cannot} it must have at most ${maxPixels} columns: current number is ${width}`,
      { hint: `raise the limit with --max-pixels ${width} if the file can be trusted` },
    );
  }
  return { separator, hasHeader, names, columns: fields.length, labelAt };
}

/** Reads a row of numbers. */
export function toRow({ text, number }: Line, layout: CsvLayout, name: string): CsvRow {
  const { separator, columns, labelAt, names } = layout;
  let label: string | undefined;
  const fail = (code: "decode" | "shape", reason: string, hint?: string): CsvRow => {
    const error = new StrayError(code, `Cannot read ${JSON.stringify(name)} as ${reason}`, {
      hint,
    });
    return { label, error };
  };
  if (text === undefined) return fail("decode", `line ${number} must be at most 16 MiB long`);
  const fields = splitFields(text, separator);
  if (fields === undefined) return fail("decode", unclosed({ number }));
  if (labelAt >= 0 && labelAt < fields.length) label = fields[labelAt] || undefined;
  if (fields.length !== columns) {
    return fail(
      "shape",
      `line ${number} must have ${columns} ${columns === 1 ? "column" : "columns"}: ` +
        `current number is ${fields.length}`,
      "fields stand between commas, semicolons or tabs, as in the first line",
    );
  }
  const data = new Float32Array(columns - (labelAt >= 0 ? 1 : 0));
  let to = 0;
  for (let i = 0; i < columns; i++) {
    if (i === labelAt) continue;
    const field = fields[i] ?? "";
    const value = Math.fround(parseField(field, separator) ?? NaN);
    if (!Number.isFinite(value)) {
      const title = names[i] === undefined ? "" : ` (${cut(names[i] ?? "", SHOWN)})`;
      return fail(
        "decode",
        `column ${i + 1}${title} of line ${number} must be a number: ` +
          `current value is ${JSON.stringify(cut(field, SHOWN))}`,
        "name a column label in the first line to have its text as the label",
      );
    }
    data[to++] = value;
  }
  return { label, data };
}

function unclosed({ number }: { readonly number: number }): string {
  return `the quotes of line ${number} must be closed, with nothing behind them`;
}
