/** What the benchmarks print, and where. */

/**
 * Writes all of a text.
 *
 * @param stream Where to.
 * @param text What.
 */
export function write(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

/**
 * A line of a table in Markdown.
 *
 * @param cells Its texts.
 * @returns The line.
 */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/**
 * The first lines of a table in Markdown.
 *
 * @param heads The columns' names.
 * @returns Two lines.
 */
export function tableHead(heads: readonly string[]): string {
  return `${tableRow(heads)}|${" --- |".repeat(heads.length)}\n`;
}
