/** A check of the calibration: p-values of normal images against uniform ones. */

import { drawChart, Plot } from "./_chart.ts";
import { COLOURS, type Figure, type FigureSize } from "./figure.ts";

/** Kolmogorov's 95 % limit. */
const KOLMOGOROV = 1.358;
/** Points of the curve. */
const MOST = 300;
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * Draws the share of normal images whose p-value is at most p, which should be p.
 *
 * The band is that of Kolmogorov and Smirnov for two samples, those that calibrate and those here: 95 % of all
 * calibrations lie wholly within it.
 *
 * @param p P-values of normal images, at least one.
 * @param options Number of images that calibrate, and size.
 * @returns The figure.
 */
export function calibrationFigure(
  p: Float64Array,
  { calibration, size = { width: 440, height: 360 } }: {
    readonly calibration?: number | undefined;
    readonly size?: FigureSize | undefined;
  } = {},
): Figure {
  const sorted = p.toSorted(), n = sorted.length;
  const reach = KOLMOGOROV * Math.sqrt(1 / n + (calibration ? 1 / calibration : 0));
  const wanted = Math.min(n, MOST);
  const curve: [number, number][] = [[0, 0]];
  let most = 0;
  for (let i = 0; i < n; i++) {
    if (i + 1 < n && sorted[i + 1] === sorted[i]) continue;
    most = Math.max(most, (i + 1) / n - sorted[i]!);
  }
  for (let k = 0; k < wanted; k++) {
    const i = Math.floor((k + 1) * n / wanted) - 1;
    curve.push([sorted[i]!, (i + 1) / n]);
  }
  curve.push([1, 1]);
  const band = Array.from({ length: 51 }, (_, i) => i / 50);
  const axis = {
    domain: [0, 1],
    ticks: SHARES,
    tickFormat: (x: number) => `${Math.round(100 * x)}`,
  };
  return drawChart({
    title: "Are the p-values right?",
    note: most > reach
      ? "Normal images have small p-values more often than they should: recalibrate for this camera."
      : "The curve should follow the diagonal within the band, or stay below it.",
    legend: [
      { label: `normal images (${n.toLocaleString("en")})`, colour: COLOURS.normal, mark: "line" },
      { label: "95 % band", colour: COLOURS.calibration, mark: "box" },
    ],
    size,
    plot: {
      x: { ...axis, label: "p, %" },
      y: { ...axis, label: "normal images with at most this p, %", grid: true },
      marks: [
        Plot.areaY(band, {
          x: (at) => at,
          y1: (at) => Math.max(0, at - reach),
          y2: (at) => Math.min(1, at + reach),
          fill: COLOURS.calibration,
          fillOpacity: 0.2,
        }),
        Plot.line([[0, 0], [1, 1]], { stroke: COLOURS.calibration, strokeDasharray: "4 3" }),
        Plot.line(curve, { stroke: COLOURS.normal, strokeWidth: 2 }),
      ],
    },
  }).figure;
}
