/** Figures of simulated lenses: scores by signal-to-noise, and AUROC by class and by strength. */

import { CHART_SIZE, drawChart, Plot } from "./_chart.ts";
import { CLASS_COLOURS, COLOURS, type Figure, type FigureSize } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { linearTicks, logTicks, scoreAxis, valueScale } from "./value_scale.ts";
import { visibleText } from "./visible_text.ts";

/** A scored lens. */
export interface ScoredLens {
  readonly label: string;
  /** Signal-to-noise ratio of the image, above 0. */
  readonly signalToNoise: number;
  readonly score: number;
}

/** AUROC of some anomalies among all normal images. */
export interface GroupAuroc {
  readonly label: string;
  /** Number of anomalies. */
  readonly count: number;
  readonly auroc: number;
  /** Its 95 % interval. */
  readonly interval: readonly [number, number];
}

/**
 * Draws scores against the signal-to-noise ratio of the image.
 *
 * @param lenses At least one.
 * @param order The labels in the order of their colours.
 * @param size Width and height, pixels. @default {440 x 290}
 * @returns The figure.
 */
export function signalFigure(
  lenses: readonly ScoredLens[],
  order: readonly string[],
  size: FigureSize = CHART_SIZE,
): Figure {
  const colourOf = (label: string) => CLASS_COLOURS[order.indexOf(label)] ?? COLOURS.calibration;
  const scoresOf = (some: readonly ScoredLens[]) => Float64Array.from(some, ({ score }) => score);
  const groups = [...Map.groupBy(lenses, ({ label }) => label).values()].map(scoresOf);
  const scale = valueScale(scoresOf(lenses), groups);
  const signals = lenses.map(({ signalToNoise }) => signalToNoise);
  const low = Math.min(...signals) / 1.03, high = Math.max(...signals) * 1.03;
  return drawChart({
    title: "Score and signal-to-noise",
    legend: order.slice(0, CLASS_COLOURS.length).map((label) => ({
      label: visibleText(label, 24),
      colour: colourOf(label),
      mark: "dot",
    })),
    size,
    plot: {
      x: {
        label: "signal-to-noise ratio of the image",
        type: "log",
        domain: [low, high],
        ticks: high > 4 * low ? logTicks(low, high) : linearTicks(low, high).slice(0, 5),
        tickFormat: (value: number) => formatNumber(value),
      },
      y: scoreAxis(scale),
      marks: [
        Plot.dot(lenses as ScoredLens[], {
          x: "signalToNoise",
          y: "score",
          r: 2.5,
          fill: ({ label }) => colourOf(label),
          fillOpacity: 0.7,
        }),
      ],
    },
  }).figure;
}

/**
 * Draws AUROCs with their intervals, one bar each.
 *
 * @param title Such as "AUROC by class".
 * @param groups At least one, in order.
 * @param axis Words below the bars.
 * @param size Width and height, pixels. @default {440 x 290}
 * @returns The figure.
 */
export function aurocFigure(
  title: string,
  groups: readonly GroupAuroc[],
  axis: string,
  size: FigureSize = CHART_SIZE,
): Figure {
  const least = Math.min(0.5, ...groups.map(({ interval: [low] }) => low));
  const bottom = Math.max(0, Math.floor(least * 10) / 10);
  const bars = groups.map((group) => ({
    ...group,
    name: `${visibleText(group.label, 16)}\n(${group.count.toLocaleString("en")})`,
  }));
  return drawChart({
    title,
    note: "Each among all normal images, with 95 % intervals; 0.5 is chance.",
    size,
    plot: {
      marginBottom: 54,
      x: { label: axis, domain: bars.map(({ name }) => name), labelOffset: 50, padding: 0.3 },
      y: {
        label: "AUROC",
        domain: [bottom, 1],
        ticks: linearTicks(bottom, 1),
        tickFormat: (value: number) => formatNumber(value),
        grid: true,
      },
      marks: [
        Plot.axisX({ tickSize: 0, lineHeight: 1.1 }),
        Plot.rectY(bars, {
          x: "name",
          y1: () => bottom,
          y2: "auroc",
          fill: COLOURS.other,
          fillOpacity: 0.6,
        }),
        Plot.ruleX(bars, {
          x: "name",
          y1: ({ interval }) => interval[0],
          y2: ({ interval }) => interval[1],
          strokeWidth: 2,
        }),
        Plot.text(bars, {
          x: "name",
          y: () => bottom,
          dy: -8,
          text: ({ auroc }) => formatNumber(auroc, auroc > 0.99 ? 4 : 3),
        }),
        Plot.ruleY([bottom]),
      ],
    },
  }).figure;
}
