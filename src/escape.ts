/** Text without control characters. */

/**
 * Writes control characters and marks of text direction as `\n` or `\u001b`.
 *
 * A file name may contain an escape sequence that clears the screen, or a newline that fakes a message.
 *
 * @param text Any text.
 * @returns One line of visible characters.
 *
 * @example
 * ```ts
 * import { escape } from "./escape.ts";
 *
 * if (escape("a\x1b[2J\n.png") !== "a\\u001b[2J\\n.png") throw new Error("unexpected text");
 * ```
 */
export function escape(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
