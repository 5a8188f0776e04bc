/** Scales for scores: linear where that shows them, else logarithmic on both sides of 0. */

import { quantile } from "../quantile.ts";
import { formatNumber } from "./format.ts";

/** A scale, its ticks, and edges of bins of equal width on it. */
export interface ValueScale {
  /** The kind, as Plot names it. */
  readonly type: "linear" | "symlog";
  /** Values below this are drawn nearly linearly; 1 for a linear scale. */
  readonly constant: number;
  /** Least and greatest value. */
  readonly domain: readonly [number, number];
  /** Values with ticks, ascending. */
  readonly ticks: readonly number[];
  /** Edges of the bins, ascending. */
  readonly edges: Float64Array;
}

/** Range of the values in units of the middle 90 % of them from which a linear scale shows little. */
const WIDE = 6;
const BINS = 40;
/** Fewest values of a group whose spread counts. */
const FEW = 10;
/** Least distance of two ticks, as a share of the scale. */
const TICK_DISTANCE = 0.11;

/**
 * Chooses a scale.
 *
 * @param values Finite numbers, at least one.
 * @param groups Parts of the values: the narrowest must be visible. @default {[values]}
 * @returns The scale.
 *
 * @example
 * ```ts
 * import { valueScale } from "./value_scale.ts";
 *
 * const near = Float64Array.from({ length: 101 }, (_, i) => i);
 * if (valueScale(near).type !== "linear") throw new Error("unexpected scale");
 * if (valueScale(Float64Array.of(...near, 1e6)).type !== "symlog") throw new Error("unexpected scale");
 * ```
 */
export function valueScale(
  values: Float64Array,
  groups: readonly Float64Array[] = [values],
): ValueScale {
  const sorted = values.toSorted();
  let low = sorted[0]!, high = sorted.at(-1)!;
  if (low === high) {
    const room = Math.abs(low) * 0.05 || 0.5;
    [low, high] = [low - room, high + room];
  }
  const spreads = groups.filter(({ length }) => length >= FEW).map(spreadOf);
  const middle = Math.min(spreadOf(values), ...spreads.filter((spread) => spread > 0));
  const wide = high - low > WIDE * (middle || (high - low) / (2 * WIDE));
  if (!wide) {
    const ticks = linearTicks(low, high);
    const edges = Float64Array.from(
      { length: BINS + 1 },
      (_, i) => i === BINS ? high : low + (high - low) * i / BINS,
    );
    return { type: "linear", constant: 1, domain: [low, high], ticks, edges };
  }
  const constant = middle / 4 || (high - low) / 1000;
  const forward = (value: number) => Math.sign(value) * Math.log1p(Math.abs(value) / constant);
  const back = (place: number) => Math.sign(place) * Math.expm1(Math.abs(place)) * constant;
  const from = forward(low), to = forward(high);
  const edges = Float64Array.from(
    { length: BINS + 1 },
    (_, i) => i === 0 ? low : i === BINS ? high : back(from + (to - from) * i / BINS),
  );
  const share = (value: number) => (forward(value) - from) / (to - from);
  return {
    type: "symlog",
    constant,
    domain: [low, high],
    ticks: symlogTicks(low, high, share),
    edges,
  };
}

/** The range of the middle 90 %. */
function spreadOf(values: Float64Array): number {
  const sorted = values.toSorted();
  return quantile(sorted, 0.95) - quantile(sorted, 0.05);
}

/** Round numbers within a range, from three to nine. */
export function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const far = (step: number) => Math.abs(Math.log(step / rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power)
    .reduce((best, one) => far(one) < far(best) ? one : best);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const tick = (first + i) * step;
    return Number(tick.toPrecision(12));
  });
}

/** Powers of ten within a range, or also their doubles and fives where there are few; at most seven. */
export function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const within = (factors: readonly number[]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const powers = within([1]);
  if (powers.length < 3) return within([1, 2, 5]);
  const every = Math.ceil(powers.length / 7);
  return powers.filter((_, i) => (powers.length - 1 - i) % every === 0);
}

/** Powers of ten of either sign and 0 that are far enough apart; without any, round numbers. */
function symlogTicks(low: number, high: number, share: (value: number) => number): number[] {
  const most = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  const wanted: number[] = [];
  for (let power = most; power > most - 12; power--) {
    for (const factor of [1, 5, 2]) wanted.push(factor * 10 ** power, -factor * 10 ** power);
  }
  // Powers of ten first, from the largest, so that the others only fill gaps.
  const ranked = [
    0,
    ...wanted.filter((value) => /^-?1(0*|e.*)$|^-?0\.0*1$/.test(`${value}`)),
    ...wanted,
  ];
  const ticks: number[] = [];
  for (const value of ranked) {
    const tick = Number(value.toPrecision(6));
    if (tick < low || tick > high) continue;
    if (ticks.every((other) => Math.abs(share(other) - share(tick)) > TICK_DISTANCE)) {
      ticks.push(tick);
    }
  }
  return (ticks.length >= 2 ? ticks : linearTicks(low, high)).sort((a, b) => a - b);
}

/**
 * Counts values in bins.
 *
 * @param values Numbers; those outside the edges count in the first or last bin.
 * @param edges Edges of the bins, ascending, at least two.
 * @returns One count per bin.
 */
export function countInBins(values: ArrayLike<number>, edges: Float64Array): Float64Array {
  const last = edges.length - 2, counts = new Float64Array(edges.length - 1);
  for (let i = 0; i < values.length; i++) {
    let low = 0, high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (values[i]! >= edges[middle]!) low = middle;
      else high = middle - 1;
    }
    counts[low]!++;
  }
  return counts;
}

/** The vertical axis of scores, as Plot takes it. */
export function scoreAxis({ type, constant, domain, ticks }: ValueScale) {
  return {
    ...{ label: "score", type, constant, domain, ticks: [...ticks], grid: true },
    tickFormat: (value: number) => formatNumber(value),
  };
}
