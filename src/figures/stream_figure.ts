/** The newest scores of a stream, one after the other. */

import { CHART_SIZE, drawChart, Plot } from "./_chart.ts";
import { COLOURS, type Figure, type FigureSize } from "./figure.ts";
import { linearTicks, scoreAxis, valueScale } from "./value_scale.ts";

/** A score of a stream. */
export interface StreamedScore {
  /** Its number in the stream, from 1. */
  readonly number: number;
  readonly score: number;
  readonly anomaly: boolean;
}

/**
 * Draws scores against their number in a stream.
 *
 * @param scores At least one, in order.
 * @param threshold The score above which images are anomalies; undefined for none.
 * @param size Width and height, pixels. @default {440 x 290}
 * @returns The figure.
 */
export function streamFigure(
  scores: readonly StreamedScore[],
  threshold: number | undefined,
  size: FigureSize = CHART_SIZE,
): Figure {
  const scoresOf = (some: readonly StreamedScore[]) => some.map(({ score }) => score);
  const marked = threshold === undefined ? [] : [threshold];
  const normal = scores.filter(({ anomaly }) => !anomaly);
  const scale = valueScale(Float64Array.of(...scoresOf(scores), ...marked), [
    Float64Array.from(scoresOf(normal)),
  ]);
  const first = scores[0]!.number, last = Math.max(first + 1, scores.at(-1)!.number);
  return drawChart({
    title: "Scores as they came",
    legend: [
      { label: "normal", colour: COLOURS.normal, mark: "dot" },
      { label: "anomaly", colour: COLOURS.other, mark: "dot" },
      ...(threshold === undefined
        ? []
        : [{ label: "threshold", colour: COLOURS.mark, mark: "dashes" as const }]),
    ],
    size,
    plot: {
      x: {
        label: "image",
        domain: [first, last],
        ticks: linearTicks(first, last).filter(Number.isInteger),
        tickFormat: (value: number) => value.toLocaleString("en"),
      },
      y: scoreAxis(scale),
      marks: [
        ...(threshold === undefined
          ? []
          : [Plot.ruleY([threshold], { stroke: COLOURS.mark, strokeDasharray: "6 3" })]),
        Plot.dot(scores as StreamedScore[], {
          x: "number",
          y: "score",
          r: 3,
          fill: ({ anomaly }) => anomaly ? COLOURS.other : COLOURS.normal,
        }),
      ],
    },
  }).figure;
}
