/** ROC and precision-recall curves. */

import { type Ranking, wilsonInterval } from "../metrics/mod.ts";
import { drawChart, Plot, pointMark } from "./_chart.ts";
import { COLOURS, type FigureSize, type LegendEntry, type MarkedFigure } from "./figure.ts";
import { formatNumber } from "./format.ts";

/** The number of positives and negatives above a threshold. */
export interface OperatingPoint {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Options of the curves. */
export interface RankingOptions {
  /** The point at the threshold. @default {none} */
  readonly point?: OperatingPoint | undefined;
  /** Words about the curve, such as its area. */
  readonly note: string;
  /** @default {440 x 290} */
  readonly size?: FigureSize | undefined;
}

/** Most points of a curve: as many as can be told apart. */
const MOST = 400;
const SQUARE: FigureSize = { width: 440, height: 360 };
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];
const SHARE_AXIS = {
  domain: [0, 1],
  ticks: SHARES,
  tickFormat: (x: number) => `${Math.round(100 * x)}`,
};
const POINT: LegendEntry = {
  label: "at the threshold, with 95 % intervals",
  colour: COLOURS.mark,
  mark: "dot",
};

/**
 * Draws the ROC curve: found anomalies against false alarms at every threshold.
 *
 * @param ranking Scores with labels, ranked.
 * @param options Operating point, words and size.
 * @returns The figure.
 */
export function rocFigure(
  ranking: Ranking,
  { point, note, size = SQUARE }: RankingOptions,
): MarkedFigure<OperatingPoint> {
  const { positives, negatives, truePositives, falsePositives } = ranking;
  const place = ({ truePositives, falsePositives }: OperatingPoint): [number, number] => [
    falsePositives / negatives,
    truePositives / positives,
  ];
  const curve = [
    [0, 0] as [number, number],
    ...some(truePositives.length).map((i) =>
      place({ truePositives: truePositives[i]!, falsePositives: falsePositives[i]! })
    ),
  ];
  const { figure, scales } = drawChart({
    title: "ROC curve",
    note,
    size,
    legend: point ? [POINT] : [],
    mark: pointMark("roc", point && place(point)),
    plot: {
      x: { ...SHARE_AXIS, label: "normal images above the threshold, %" },
      y: { ...SHARE_AXIS, label: "anomalies found, %", grid: true },
      marks: [
        Plot.line([[0, 0], [1, 1]], { stroke: COLOURS.calibration, strokeDasharray: "4 3" }),
        Plot.line(curve, { stroke: COLOURS.normal, strokeWidth: 2 }),
        ...(point
          ? crossHairs(
            place(point),
            wilsonInterval(point.falsePositives, negatives),
            wilsonInterval(point.truePositives, positives),
          )
          : []),
      ],
    },
  });
  return { ...figure, translationTo: (point) => translate(scales, place(point)) };
}

/**
 * Draws the precision-recall curve: how many of the images above a threshold are anomalies.
 *
 * @param ranking Scores with labels, ranked.
 * @param options Operating point, words and size.
 * @returns The figure.
 */
export function precisionRecallFigure(
  ranking: Ranking,
  { point, note, size = SQUARE }: RankingOptions,
): MarkedFigure<OperatingPoint> {
  const { positives, negatives, truePositives, falsePositives } = ranking;
  const place = (
    { truePositives: found, falsePositives: mistaken }: OperatingPoint,
  ): [number, number] => [
    found / positives,
    found + mistaken === 0 ? 1 : found / (found + mistaken),
  ];
  const curve = some(truePositives.length).map((i) =>
    place({ truePositives: truePositives[i]!, falsePositives: falsePositives[i]! })
  );
  curve.unshift([0, curve[0]![1]]);
  const above = point && point.truePositives + point.falsePositives;
  const { figure, scales } = drawChart({
    title: "Precision and recall",
    note,
    size,
    legend: point ? [POINT] : [],
    mark: pointMark("precision", point && place(point)),
    plot: {
      x: { ...SHARE_AXIS, label: "anomalies found (recall), %" },
      y: { ...SHARE_AXIS, label: "anomalies among the images above (precision), %", grid: true },
      marks: [
        Plot.ruleY([positives / (positives + negatives)], {
          stroke: COLOURS.calibration,
          strokeDasharray: "4 3",
        }),
        Plot.line(curve, { stroke: COLOURS.normal, strokeWidth: 2 }),
        ...(point && above! > 0
          ? crossHairs(
            place(point),
            wilsonInterval(point.truePositives, positives),
            wilsonInterval(point.truePositives, above!),
          )
          : []),
      ],
    },
  });
  return { ...figure, translationTo: (point) => translate(scales, place(point)) };
}

/**
 * Words for an area and its interval.
 *
 * @param name Such as "AUROC".
 * @param value The area.
 * @param interval Its 95 % interval. @default {none}
 */
export function describeArea(
  name: string,
  value: number,
  interval?: readonly [number, number],
): string {
  const text = (area: number) => area === 1 ? "1" : formatNumber(area, area > 0.99 ? 4 : 3);
  return `${name} ${text(value)}` +
    (interval ? `, 95 % interval ${text(interval[0])} to ${text(interval[1])}` : "");
}

/** Lines through a point from one end of its intervals to the other. */
function crossHairs(
  [x, y]: readonly [number, number],
  [left, right]: readonly [number, number],
  [low, high]: readonly [number, number],
) {
  const stroke = { stroke: COLOURS.mark, strokeWidth: 1.5 };
  return [
    Plot.line([[left, y], [right, y]], stroke),
    Plot.line([[x, low], [x, high]], stroke),
  ];
}

function translate(
  { x, y }: {
    readonly x: { apply(value: number): number };
    readonly y: { apply(value: number): number };
  },
  at: readonly [number, number],
): readonly [number, number] {
  return [x.apply(at[0]), y.apply(at[1])];
}

/** Some indices, evenly chosen, the last among them. */
function some(count: number): number[] {
  const wanted = Math.min(count, MOST);
  return Array.from({ length: wanted }, (_, i) => Math.floor((i + 1) * count / wanted) - 1);
}
