/** The decision at any p, and where the marks of the figures then are. */

import { threshold as scoreAt } from "../src/detection/mod.ts";
import type { MarkedFigure, OperatingPoint } from "../src/figures/mod.ts";
import type { Decision, DecisionStop } from "../src/pages/mod.ts";
import { sixDigits } from "./_record_fields.ts";
import { type ScoredImages, thresholdOf } from "./_scored_images.ts";

/** Stops of the slider, without those that are round. */
const STOPS = 100;
/** Values of p that the slider always has. */
const ROUND = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** Figures whose marks move. */
export interface MarkedFigures {
  readonly scores: MarkedFigure<number> | undefined;
  readonly roc: MarkedFigure<OperatingPoint> | undefined;
  readonly precision: MarkedFigure<OperatingPoint> | undefined;
}

/**
 * Counts the images above every stop of p.
 *
 * @param images The records.
 * @param figures Figures whose marks move.
 * @param calibration Scores that calibrate, ascending; without them thresholds are those of the records.
 */
export function decisionOf(
  images: ScoredImages,
  figures: MarkedFigures,
  calibration: Float32Array | undefined,
): Decision {
  const { scores, p, normal, anomalies } = images;
  const kind = (value: boolean | undefined) => normal.filter((one) => one === value).length;
  const count = (above: (i: number) => boolean) => {
    const counts = { found: 0, mistaken: 0, unknown: 0 };
    for (let i = 0; i < scores.length; i++) {
      if (!above(i)) continue;
      counts[normal[i] === undefined ? "unknown" : normal[i] ? "mistaken" : "found"]++;
    }
    return counts;
  };
  const stop = (counts: ReturnType<typeof count>, threshold: number | undefined) => ({
    ...counts,
    threshold: threshold === undefined || !Number.isFinite(threshold) ? null : sixDigits(threshold),
    marks: marksAt(figures, counts, threshold),
  });
  const all = { positives: kind(false), negatives: kind(true), unknown: kind(undefined) };
  const asScored = stop(count((i) => anomalies[i]!), thresholdOf(images));
  if (p.some(Number.isNaN)) return { ...all, asScored, stops: [] };
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const stops: DecisionStop[] = [];
  const counts = { found: 0, mistaken: 0, unknown: 0 };
  let next = 0;
  // The score above which p is at most a value is the highest score of a greater p.
  const highest = new Float64Array(order.length + 1).fill(-Infinity);
  for (let k = order.length - 1; k >= 0; k--) {
    highest[k] = Math.max(highest[k + 1]!, scores[order[k]!]!);
  }
  for (const limit of stopsOf(p)) {
    while (next < order.length && p[order[next]!]! <= limit) {
      const one = normal[order[next++]!];
      counts[one === undefined ? "unknown" : one ? "mistaken" : "found"]++;
    }
    const below = calibration
      ? scoreAt(calibration, limit) ?? (limit >= 1 ? -Infinity : Infinity)
      : highest[next]!;
    stops.push({ p: sixDigits(limit), ...stop({ ...counts }, below) });
  }
  return { ...all, asScored, stops };
}

/** Values of p from the least of the records to 1, evenly on a logarithmic scale. */
function stopsOf(p: Float64Array): number[] {
  const least = Math.max(1e-6, p.reduce((a, b) => Math.min(a, b), 1));
  if (least === 1) return [];
  const values = Array.from({ length: STOPS + 1 }, (_, i) => least ** (1 - i / STOPS));
  return [...new Set([...values, ...ROUND.filter((value) => value > least)].map(sixDigits))]
    .sort((a, b) => a - b);
}

function marksAt(
  { scores, roc, precision }: MarkedFigures,
  { found, mistaken }: { readonly found: number; readonly mistaken: number },
  threshold: number | undefined,
): DecisionStop["marks"] {
  const point = { truePositives: found, falsePositives: mistaken };
  const rounded = (at: readonly [number, number]) =>
    at.map((x) => Math.round(10 * x) / 10) as [number, number];
  return {
    ...scores && threshold !== undefined && { scores: rounded(scores.translationTo(threshold)) },
    ...roc && { roc: rounded(roc.translationTo(point)) },
    ...precision && { precision: rounded(precision.translationTo(point)) },
  };
}
