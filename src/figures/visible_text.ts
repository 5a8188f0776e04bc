/** Names and labels as pictures and pages show them. */

import { escape } from "../escape.ts";

/**
 * Shortens a text in its middle, and makes its control characters visible.
 *
 * @param text Any text, such as a file name.
 * @param most Maximum number of characters, at least 3. @default {120}
 * @returns One line of well-formed Unicode.
 *
 * @example
 * ```ts
 * import { visibleText } from "./visible_text.ts";
 *
 * if (visibleText("a\nb") !== "a\\nb") throw new Error("unexpected text");
 * if (visibleText("0123456789", 5) !== "01…89") throw new Error("unexpected text");
 * ```
 */
export function visibleText(text: string, most = 120): string {
  const part = text.length > 2 * most ? text.slice(0, most) + text.slice(-most) : text;
  // Characters beyond U+FFFF are two units: a cut between them leaves no half.
  const characters = [...escape(part.toWellFormed())];
  if (characters.length <= most) return characters.join("");
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - most).join("")}`;
}
