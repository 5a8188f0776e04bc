/** Charts by Observable Plot, drawn without a browser. */

import * as Plot from "@observablehq/plot";
import type { Figure, FigureSize, LegendEntry } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { makeElement, newDocument, type SvgDocument, type SvgElement, writeSvg } from "./_svg.ts";

export { Plot };

/** The size of a chart that can be read on a telephone. */
export const CHART_SIZE: FigureSize = { width: 440, height: 290 };

const FONT_SIZE = 13;
/** Width of a digit, pixels. */
const DIGIT = 7.8;

/** A scale of a chart, as Plot returns it. */
export interface ChartScale {
  readonly apply: (value: number) => number;
}

/** A chart and its words. */
export interface ChartOptions {
  readonly title: string;
  readonly note?: string | undefined;
  readonly legend?: readonly LegendEntry[] | undefined;
  readonly size?: FigureSize | undefined;
  /** Options of Plot's; marks among them. */
  readonly plot: Plot.PlotOptions;
  /** Draws a mark on top that a script can move. */
  readonly mark?: ((document: SvgDocument, scales: Scales) => SvgElement) | undefined;
}

/** The scales of a chart. */
export interface Scales {
  readonly x: ChartScale;
  readonly y: ChartScale;
}

/** Draws a chart. */
export function drawChart(
  { title, note = "", legend = [], size = CHART_SIZE, plot, mark }: ChartOptions,
): { readonly figure: Figure; readonly scales: Scales } {
  const document = newDocument();
  const ticks = (plot.y as { readonly ticks?: readonly number[] } | undefined)?.ticks ?? [];
  const widest = Math.max(4, ...ticks.map((tick) => formatNumber(tick).length));
  const drawn = Plot.plot({
    ...size,
    marginLeft: Math.round(widest * DIGIT) + 16,
    marginBottom: 40,
    marginTop: 26,
    marginRight: 18,
    ...plot,
    document: document as never,
  });
  const svg = drawn as unknown as SvgElement & { scale(name: string): ChartScale };
  const scales = { x: svg.scale("x"), y: svg.scale("y") };
  svg.setAttribute("font-size", `${FONT_SIZE}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", note === "" ? title : `${title}. ${note}`);
  if (mark) svg.appendChild(mark(document, scales));
  return { figure: { ...size, title, note, legend, svg: writeSvg(svg) }, scales };
}

/** A movable vertical line through a chart. */
export function verticalMark(name: string, { height }: FigureSize, at: number | undefined) {
  return (document: SvgDocument, { x }: Scales): SvgElement =>
    makeElement(document, "g", {
      class: `mark ${name}`,
      transform: `translate(${at === undefined ? -9999 : x.apply(at)},0)`,
    }, [
      makeElement(document, "path", {
        d: `M0,26V${height - 40}`,
        stroke: "#d03b4d",
        "stroke-width": 2,
        "stroke-dasharray": "6 3",
        fill: "none",
      }),
    ]);
}

/** A movable point of a chart. */
export function pointMark(name: string, at: readonly [number, number] | undefined) {
  return (document: SvgDocument, { x, y }: Scales): SvgElement =>
    makeElement(document, "g", {
      class: `mark ${name}`,
      transform: at ? `translate(${x.apply(at[0])},${y.apply(at[1])})` : "translate(-9999,0)",
    }, [
      makeElement(document, "circle", {
        r: 5,
        fill: "#d03b4d",
        stroke: "currentColor",
        "stroke-width": 1,
      }),
    ]);
}
