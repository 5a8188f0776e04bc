/** A figure: a drawing with its title and legend. */

import { escapeXml } from "./_svg.ts";

/** An entry of a legend. */
export interface LegendEntry {
  /** The words. */
  readonly label: string;
  /** Any colour of SVG. */
  readonly colour: string;
  /** How it is drawn in the figure. */
  readonly mark: "box" | "line" | "dashes" | "dot";
}

/** Width and height of a drawing, pixels. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

/** A drawing with its words. */
export interface Figure extends FigureSize {
  /** A few words. */
  readonly title: string;
  /** Facts in a sentence or two; empty for none. */
  readonly note: string;
  /** Colours of the drawing and their meaning. */
  readonly legend: readonly LegendEntry[];
  /** The drawing as an SVG element that takes the text colour of its page. */
  readonly svg: string;
}

/** A figure with a mark that a reader can move. */
export interface MarkedFigure<Place> extends Figure {
  /** The translation of the mark to a place, pixels. */
  readonly translationTo: (place: Place) => readonly [x: number, y: number];
}

/** Colours that are readable on white and on black. */
export const COLOURS = {
  normal: "#3b82c4",
  other: "#e07b28",
  calibration: "#8a8f98",
  reconstruction: "#2f9e6e",
  mark: "#d03b4d",
} as const;

/** Colours of classes: Tableau's ten, with olive in place of grey, which is for all others. */
export const CLASS_COLOURS = [
  "#4e79a7",
  "#f28e2b",
  "#e15759",
  "#59a14f",
  "#b07aa1",
  "#76b7b2",
  "#edc948",
  "#ff9da7",
  "#9c755f",
  "#8f8a2e",
] as const;

const INK = "#1b1e23";
const FONT = "DejaVu Sans, system-ui, sans-serif";
const TITLE_SIZE = 16;
const TEXT_SIZE = 12;
const LINE = 18;
const MARGIN = 12;
/** Widths of an average character, em. */
const CHARACTER = 0.58;
const SWATCH = 16;

/**
 * Makes a figure that stands alone: title, legend, drawing and note on white.
 *
 * @param figure The figure.
 * @returns An SVG file.
 *
 * @example
 * ```ts
 * import { standaloneSvg } from "./figure.ts";
 *
 * const drawing = { width: 100, height: 50, svg: '<svg width="100" height="50"><g/></svg>' };
 * const text = standaloneSvg({ ...drawing, title: "a < b", note: "", legend: [] });
 * if (!text.startsWith("<svg xmlns=") || !text.includes("a &lt; b")) throw new Error(text);
 * ```
 */
export function standaloneSvg({ title, note, legend, width, height, svg }: Figure): string {
  const across = width + 2 * MARGIN;
  let y = MARGIN + TITLE_SIZE;
  const parts = [text(MARGIN, y, title, TITLE_SIZE, ' font-weight="700"')];
  const places = layOut(legend.map(({ label }) => SWATCH + 6 + widthOf(label) + 16), width);
  const top = y + LINE;
  legend.forEach((entry, i) => {
    const { x, row } = places[i]!, middle = top + row * LINE;
    parts.push(swatch(entry, MARGIN + x, middle - 4));
    parts.push(text(MARGIN + x + SWATCH + 6, middle, entry.label, TEXT_SIZE));
  });
  y += legend.length > 0 ? (places.at(-1)!.row + 1) * LINE + 6 : 8;
  parts.push(svg.replace("<svg ", `<svg x="${MARGIN}" y="${y}" `));
  y += height;
  for (const line of wrap(note, width)) parts.push(text(MARGIN, y += LINE, line, TEXT_SIZE));
  const down = y + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}" ` +
    `viewBox="0 0 ${across} ${down}" color="${INK}" fill="${INK}" font-family="${FONT}">` +
    `<rect width="${across}" height="${down}" fill="#fff"/>${parts.join("")}</svg>\n`;
}

function text(x: number, y: number, words: string, size: number, more = ""): string {
  return `<text x="${x}" y="${y}" font-size="${size}"${more}>${escapeXml(words)}</text>`;
}

/**
 * The sign of a legend's entry, 16 pixels wide.
 *
 * @param entry The entry.
 * @param x Its left edge.
 * @param y Its middle.
 * @returns An element of SVG.
 */
export function swatch({ mark, colour }: LegendEntry, x = 0, y = 6): string {
  const paint = escapeXml(colour);
  if (mark === "box") {
    return `<rect x="${x}" y="${
      y - 5
    }" width="16" height="10" fill="${paint}" fill-opacity="0.6"/>`;
  }
  if (mark === "dot") return `<circle cx="${x + 8}" cy="${y}" r="4.5" fill="${paint}"/>`;
  const dashes = mark === "dashes" ? ' stroke-dasharray="4 3"' : "";
  return `<path d="M${x},${y}h16" stroke="${paint}" stroke-width="2" fill="none"${dashes}/>`;
}

function widthOf(words: string): number {
  return words.length * CHARACTER * TEXT_SIZE;
}

/** Places boxes in rows. */
function layOut(widths: readonly number[], most: number): { x: number; row: number }[] {
  let x = 0, row = 0;
  return widths.map((width) => {
    if (x > 0 && x + width > most) [x, row] = [0, row + 1];
    const place = { x, row };
    x += width;
    return place;
  });
}

/** Breaks words into lines. */
function wrap(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ").filter((word) => word !== "")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
