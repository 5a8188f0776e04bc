/** Rows of text in columns. */

import { escape } from "../escape.ts";

/**
 * Pads the cells of rows so that columns align; control characters are escaped.
 *
 * @param rows The rows, all of one length.
 * @param right Columns that are aligned to the right. @default {[]}
 * @returns One line per row, two spaces between columns, no spaces at its end.
 *
 * @example
 * ```ts
 * import { alignColumns } from "./columns.ts";
 *
 * const lines = alignColumns([["a", "10", "x"], ["bcd", "9", "y"]], [1]);
 * if (lines.join("\n") !== "a    10  x\nbcd   9  y") throw new Error("unexpected lines");
 * ```
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const cells = rows.map((row) => row.map(escape));
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const pad = (cell: string, i: number) =>
    right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
  return cells.map((row) => row.map(pad).join("  ").trimEnd());
}
