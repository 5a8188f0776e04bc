/** Output of the benchmarks. */

/**
 * Writes a text completely.
 *
 * @param stream The stream.
 * @param text The text.
 */
export function write(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

/**
 * A line of a Markdown table.
 *
 * @param cells Its cells.
 * @returns The line.
 */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/**
 * The first lines of a Markdown table.
 *
 * @param heads Names of the columns.
 * @returns Two lines.
 */
export function tableHead(heads: readonly string[]): string {
  return `${tableRow(heads)}|${" --- |".repeat(heads.length)}\n`;
}
