/** Histogram of scores, with calibration, threshold and p-value. */

import { drawChart, Plot, verticalMark } from "./_chart.ts";
import { CHART_SIZE } from "./_chart.ts";
import { COLOURS, type FigureSize, type LegendEntry, type MarkedFigure } from "./figure.ts";
import { formatNumber, formatShare } from "./format.ts";
import { countInBins, linearTicks, valueScale } from "./value_scale.ts";

/** Images of one kind. */
export interface ScoreGroup {
  /** Such as "normal". */
  readonly label: string;
  /** Any colour of SVG. */
  readonly colour: string;
  /** Finite scores. */
  readonly scores: Float64Array;
}

/** Options of {@linkcode scoreFigure}. */
export interface ScoreOptions {
  /** Scores of the images that calibrate, ascending. @default {none} */
  readonly calibration?: Float32Array | undefined;
  /** The p-value of a score, drawn on an axis of its own. @default {none} */
  readonly p?: ((score: number) => number) | undefined;
  /** The score above which images are anomalies. @default {none} */
  readonly threshold?: number | undefined;
  /** @default {440 x 290} */
  readonly size?: FigureSize | undefined;
}

/** Values that choose a scale. */
const MOST = 20_000;
/** Points of the curve of p. */
const CURVE = 120;

/**
 * Draws how scores are distributed: the share of each group in bins; those that calibrate as an outline; p on
 * an axis of its own; and the threshold, a mark that a script can move to another score.
 *
 * Scores that spread widely are drawn logarithmically on both sides of 0.
 *
 * @param groups Groups of images; one score in all at least.
 * @param options Calibration, threshold and size.
 * @returns The figure.
 * @throws {RangeError} If there is no score.
 */
export function scoreFigure(
  groups: readonly ScoreGroup[],
  { calibration = new Float32Array(), p, threshold, size = CHART_SIZE }: ScoreOptions = {},
): MarkedFigure<number> {
  const shown = groups.filter(({ scores }) => scores.length > 0);
  if (shown.length === 0) {
    throw new RangeError("Cannot draw scores as there must be at least one: current number is 0");
  }
  const marked = threshold === undefined ? [] : [threshold];
  const parts = [...shown.map(({ scores }) => scores), calibration, marked].map(everyNth);
  const scale = valueScale(Float64Array.from(parts.flatMap((part) => [...part])), parts);
  const { edges, domain } = scale;
  const outline = calibration.length > 0 ? shares(calibration, edges) : undefined;
  const bars = shown.map((group) => ({ ...group, shares: shares(group.scores, edges) }));
  const top = Math.max(...bars.flatMap(({ shares }) => [...shares]), ...outline ?? []) * 1.05;
  const xs = Array.from({ length: CURVE + 1 }, (_, i) => {
    const at = i / CURVE * (edges.length - 1), k = Math.min(edges.length - 2, Math.floor(at));
    return edges[k]! + (at - k) * (edges[k + 1]! - edges[k]!);
  });
  const ticks = linearTicks(0, 100 * top).map((tick) => tick / 100);
  const legend: LegendEntry[] = [
    ...shown.map(({ label, colour, scores }) => ({
      label: `${label} (${scores.length.toLocaleString("en")})`,
      colour,
      mark: "box" as const,
    })),
    ...(outline
      ? [{
        label: `calibration (${calibration.length.toLocaleString("en")})`,
        colour: COLOURS.calibration,
        mark: "line" as const,
      }]
      : []),
    ...(p ? [{ label: "p (right)", colour: COLOURS.calibration, mark: "dashes" as const }] : []),
    ...(threshold === undefined
      ? []
      : [{ label: "threshold", colour: COLOURS.mark, mark: "dashes" as const }]),
  ];
  const { figure, scales } = drawChart({
    title: "Scores",
    legend,
    size,
    note: describe(shown, threshold),
    mark: verticalMark("scores", size, threshold),
    plot: {
      marginRight: p ? 44 : 18,
      x: {
        label: scale.type === "linear" ? "score" : "score (logarithmic on both sides of 0)",
        type: scale.type,
        constant: scale.constant,
        domain,
        ticks: scale.ticks as number[],
        tickFormat: (value: number) => formatNumber(value),
      },
      y: {
        label: "share of the group, %",
        domain: [0, top],
        ticks,
        tickFormat: (value: number) => formatNumber(100 * value),
      },
      marks: [
        Plot.gridY(ticks),
        ...bars.map(({ shares, colour }) =>
          Plot.rectY(shares, {
            x1: (_: number, i: number) => edges[i],
            x2: (_: number, i: number) => edges[i + 1],
            y: (share: number) => share,
            fill: colour,
            fillOpacity: 0.55,
            inset: 0,
            insetLeft: 0.5,
          })
        ),
        ...(outline
          ? [Plot.line(steps(edges, outline), { stroke: COLOURS.calibration, strokeWidth: 1.5 })]
          : []),
        ...(p
          ? [
            Plot.line(xs.map((x): [number, number] => [x, p(x) * top]), {
              stroke: COLOURS.calibration,
              strokeDasharray: "4 3",
            }),
            Plot.axisY([0, 0.25, 0.5, 0.75, 1].map((p) => p * top), {
              anchor: "right",
              label: "p",
              tickFormat: (value: number) => formatNumber(value / top),
            }),
          ]
          : []),
        Plot.axisY(ticks, {
          anchor: "left",
          tickFormat: (value: number) => formatNumber(100 * value),
        }),
        Plot.ruleY([0]),
      ],
    },
  });
  return { ...figure, translationTo: (score) => [scales.x.apply(clamp(score, domain)), 0] };
}

/** At most 20,000 values, evenly chosen, and the extremes. */
function everyNth(values: ArrayLike<number>): Float64Array {
  const step = Math.max(1, Math.floor(values.length / MOST));
  const some = Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]!);
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return Float64Array.from(step > 1 ? [...some, low, high] : some);
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value));
}

function shares(values: ArrayLike<number>, edges: Float64Array): Float64Array {
  return countInBins(values, edges).map((count) => count / values.length);
}

/** Corners of an outline. */
function steps(edges: Float64Array, heights: Float64Array): [number, number][] {
  const corners: [number, number][] = [[edges[0]!, 0]];
  heights.forEach((height, i) => corners.push([edges[i]!, height], [edges[i + 1]!, height]));
  return [...corners, [edges.at(-1)!, 0]];
}

function describe(groups: readonly ScoreGroup[], threshold: number | undefined): string {
  if (threshold === undefined) return "";
  const above = groups.map(({ label, scores }) =>
    `${
      formatShare(
        scores.reduce((sum, score) => sum + (score > threshold ? 1 : 0), 0) / scores.length,
      )
    } of ${label}`
  );
  return `Above the threshold ${formatNumber(threshold, 4)}: ${above.join(", ")}.`;
}
