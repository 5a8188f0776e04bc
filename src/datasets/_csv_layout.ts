/** The columns of a CSV file, and its rows. */

import { countOf } from "../count_of.ts";
import { cutText, type ErrorCode, type StrayError } from "../errors.ts";
import { parseField, type Separator, separatorOf, splitFields } from "./_csv_line.ts";
import { cannotRead } from "./_errors.ts";
import type { Line } from "./_lines.ts";

/** The columns, by the first line. */
export interface CsvLayout {
  readonly separator: Separator;
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  /** Column names; empty without a header. */
  readonly names: readonly string[];
  /** Fields per line. */
  readonly columns: number;
  /** Index of the column named `label`; -1 if there is none. */
  readonly labelAt: number;
}

/** A row or its error, with its label. */
export type CsvRow =
  & { readonly label: string | undefined }
  & (
    | { readonly data: Float32Array; readonly error?: undefined }
    | { readonly data?: undefined; readonly error: StrayError }
  );

/** Maximum length of a field in messages. */
const MAX_SHOWN = 40;

/** A field that is no label: it is empty, or a number that is not finite. */
const NO_TEXT = /^([+-]?(nan|inf|infinity|[\d.,]+(e\+?\d+)?)|na|null)?$/i;

/**
 * Reads the first line: a header, unless all its fields are numbers.
 *
 * @throws {StrayError} If it is not text, has no columns of numbers or too many, a nameless one, or labels
 *   twice.
 */
export function layoutOf(line: Line, name: string, maxPixels: number): CsvLayout {
  const text = line.text ?? "";
  if (line.text === undefined || /[\0\ufffd]/.test(text)) {
    throw cannotRead("format", name, "its content must be lines of text in UTF-8");
  }
  const separator = separatorOf(text);
  const fields = splitFields(text, separator);
  if (fields === undefined) throw cannotRead("decode", name, unclosed(line.number));
  const hasHeader = fields.some((field) => parseField(field, separator) === undefined);
  const names = hasHeader ? fields.map((field) => field.replace(/^#\s*/, "")) : [];
  const nameless = names.indexOf("");
  if (nameless >= 0) {
    throw cannotRead(
      "decode",
      name,
      `column ${nameless + 1} of line ${line.number} must have a name: it is empty`,
      "write the table without its index (pandas: index=False)",
    );
  }
  const isLabel = (field: string) => field.toLowerCase() === "label";
  const labelAt = names.findIndex(isLabel), second = names.findLastIndex(isLabel);
  if (second > labelAt) {
    throw cannotRead(
      "decode",
      name,
      `line ${line.number} must name one column "label": columns ${labelAt + 1} and ${
        second + 1
      } are`,
      "rename or remove one of the two columns",
    );
  }
  const width = fields.length - (labelAt >= 0 ? 1 : 0);
  if (width === 0) throw cannotRead("empty", name, "it must have a column besides its labels");
  if (width > maxPixels) {
    throw cannotRead(
      "too_large",
      name,
      `it must have at most ${maxPixels} columns: current number is ${width}`,
      `raise the limit with --max-pixels ${width} if you trust the file`,
    );
  }
  return { separator, hasHeader, names, columns: fields.length, labelAt };
}

/** Reads a row of numbers. */
export function toRow({ text, number }: Line, layout: CsvLayout, name: string): CsvRow {
  const { separator, columns, labelAt, hasHeader, names } = layout;
  let label: string | undefined;
  const fail = (code: ErrorCode, reason: string, hint?: string): CsvRow => {
    return { label, error: cannotRead(code, name, reason, hint) };
  };
  if (text === undefined) return fail("decode", `line ${number} must be at most 16 MiB long`);
  const fields = splitFields(text, separator);
  if (fields === undefined) return fail("decode", unclosed(number));
  if (labelAt >= 0 && labelAt < fields.length) label = fields[labelAt] || undefined;
  if (fields.length !== columns) {
    return fail(
      "shape",
      `line ${number} must have ${countOf(columns, "column")}: ` +
        `current number is ${fields.length}`,
      "separate fields by commas, semicolons or tabs, as in the first line",
    );
  }
  const data = new Float32Array(columns - (labelAt >= 0 ? 1 : 0));
  let to = 0;
  for (let i = 0; i < columns; i++) {
    if (i === labelAt) continue;
    const field = fields[i] ?? "";
    const value = Math.fround(parseField(field, separator) ?? NaN);
    if (!Number.isFinite(value)) {
      const title = hasHeader ? ` (${cutText(names[i] ?? "", MAX_SHOWN)})` : "";
      return fail(
        "decode",
        `column ${i + 1}${title} of line ${number} must be a number: ` +
          `current value is ${JSON.stringify(cutText(field, MAX_SHOWN))}`,
        NO_TEXT.test(field)
          ? "write a finite number of at most 3.4e38 there, or remove the line"
          : 'name a column "label" in the first line to use its text as labels',
      );
    }
    data[to++] = value;
  }
  return { label, data };
}

function unclosed(number: number): string {
  return `the quotes of line ${number} must be closed, with nothing after them`;
}
