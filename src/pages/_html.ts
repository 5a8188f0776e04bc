/** HTML in which every value is escaped, unless it is HTML itself. */

import { escapeXml } from "../figures/mod.ts";

/** A piece of HTML. */
export class Html {
  readonly #text: string;

  /** @param text HTML, already safe. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The HTML as text. */
  toString(): string {
    return this.#text;
  }
}

/** A value in a template: text and numbers are escaped, nothing stands for undefined. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** Makes HTML of a template. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part));
}

function textOf(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "string" || typeof value === "number") return escapeXml(`${value}`);
  return value.map(textOf).join("");
}

/**
 * JSON for an element `<script type="application/json">`: nothing in it can end the element.
 *
 * @param value Anything that JSON can hold.
 */
export function jsonElement(id: string, value: unknown): Html {
  const text = JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return new Html(`<script type="application/json" id="${escapeXml(id)}">${text}</script>`);
}
