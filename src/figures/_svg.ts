/** Elements of SVG, and their text. */

import { parseHTML } from "linkedom";

/** An element, as far as it is used here: of linkedom, whose types need those of a browser. */
export interface SvgElement {
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgElement>;
  setAttribute(name: string, value: string): void;
  appendChild(child: SvgElement): void;
}

/** A document that makes elements. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
  createTextNode(text: string): SvgElement;
}

const NAMESPACE = "http://www.w3.org/2000/svg";
const ELEMENT = 1;
const TEXT = 3;
/** Attributes that hold no coordinates, and in which no digit changes. */
const EXACT: ReadonlySet<string> = new Set(["href", "aria-label", "id", "class", "fill", "stroke"]);
/** Attributes of Plot's that only its style sheet uses. */
const UNUSED: ReadonlySet<string> = new Set(["class", "font-variant"]);

/** Makes a document. */
export function newDocument(): SvgDocument {
  const page: unknown = parseHTML("<!doctype html><html><body></body></html>");
  return (page as { readonly document: SvgDocument }).document;
}

/** Makes an element. */
export function makeElement(
  document: SvgDocument,
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  children: readonly (SvgElement | string)[] = [],
): SvgElement {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  for (const child of children) {
    element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return element;
}

/**
 * Writes an element as XML that is HTML too. Style sheets are left out, as pages have their own; coordinates
 * are rounded to hundredths.
 */
export function writeSvg(
  { nodeType, localName, attributes, childNodes, textContent }: SvgElement,
): string {
  if (nodeType === TEXT) return escapeXml(textContent);
  if (nodeType !== ELEMENT || localName === "style") return "";
  let tag = localName;
  for (const { name, value } of attributes) {
    if (UNUSED.has(name) && !value.startsWith("mark")) continue;
    tag += ` ${name}="${escapeXml(EXACT.has(name) ? value : roundNumbers(value))}"`;
  }
  let content = "";
  for (const child of childNodes) content += writeSvg(child);
  return content === "" ? `<${tag}/>` : `<${tag}>${content}</${localName}>`;
}

/**
 * Escapes a text for XML and HTML, in elements and in attributes.
 *
 * @param text Any text; characters that XML cannot hold are left out.
 */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

function roundNumbers(text: string): string {
  return text.replace(
    /-?\d+\.\d{3,}(?:e-?\d+)?/g,
    (number) => `${Math.round(Number(number) * 100) / 100}`,
  );
}
