/** Histogram of pixels. */

import { CHART_SIZE, drawChart, Plot } from "./_chart.ts";
import { COLOURS, type Figure, type FigureSize } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { countInBins, linearTicks, logTicks } from "./value_scale.ts";

/** Options of {@linkcode pixelFigure}. */
export interface PixelOptions {
  /** Samples of the images' reconstructions. @default {none} */
  readonly reconstructions?: Float32Array | undefined;
  /** Number of images. */
  readonly images: number;
  /** @default {440 x 290} */
  readonly size?: FigureSize | undefined;
}

const BINS = 50;
/** Ratio of shares from which a logarithmic scale shows more. */
const STEEP = 30;

/**
 * Draws how the samples of images are distributed, and those of their reconstructions.
 *
 * @param samples All samples of some images, as the model sees them; finite, at least one.
 * @param options Reconstructions, number of images and size.
 * @returns The figure.
 */
export function pixelFigure(
  samples: Float32Array,
  { reconstructions, images, size = CHART_SIZE }: PixelOptions,
): Figure {
  const [low, high] = range([samples, reconstructions ?? samples]);
  const edges = edgesOf(samples, low, high);
  const curves = [
    { label: "images", colour: COLOURS.normal, values: samples },
    ...(reconstructions
      ? [{ label: "reconstructions", colour: COLOURS.reconstruction, values: reconstructions }]
      : []),
  ].map((curve) => ({
    ...curve,
    shares: countInBins(curve.values, edges).map((count) => count / curve.values.length),
  }));
  const shares = curves.flatMap(({ shares }) => [...shares]).filter((share) => share > 0);
  const least = Math.min(...shares), most = Math.max(...shares);
  const logarithmic = most > STEEP * least;
  const bottom = logarithmic ? 10 ** Math.floor(Math.log10(least)) : 0;
  const deviation = (values: Float32Array) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  const spreads = curves.map(({ label, values }) =>
    `${formatNumber(deviation(values))} of ${label}`
  );
  return drawChart({
    title: "Pixel values",
    note: `${images.toLocaleString("en")} images; standard deviation ${spreads.join(", ")}.`,
    legend: curves.map(({ label, colour }) => ({ label, colour, mark: "line" })),
    size,
    plot: {
      x: {
        label: "value, as the model sees it",
        domain: [edges[0]!, edges.at(-1)!],
        ticks: linearTicks(low, high),
        tickFormat: (value: number) => formatNumber(value),
      },
      y: {
        label: "share of the pixels, %",
        type: logarithmic ? "log" : "linear",
        domain: [bottom, most * 1.05],
        ticks: (logarithmic ? logTicks(100 * bottom, 105 * most) : linearTicks(0, 105 * most))
          .map((tick) => tick / 100),
        tickFormat: (value: number) => formatNumber(100 * value),
        grid: true,
      },
      marks: curves.map(({ shares, colour }) =>
        Plot.line(
          Array.from(shares, (share, i) =>
            [edges[i]!, edges[i + 1]!].map((x): [number, number] => [x, Math.max(share, bottom)]))
            .flat(),
          { stroke: colour, strokeWidth: 2 },
        )
      ),
    },
  }).figure;
}

/** Edges of bins: one bin per level where the samples have few, as those of few bits have. */
function edgesOf(samples: Float32Array, low: number, high: number): Float64Array {
  const levels = new Set<number>();
  for (let i = 0; i < samples.length && levels.size <= BINS; i++) levels.add(samples[i]!);
  const sorted = Float64Array.from(levels).sort();
  const step = sorted.reduce(
    (least, level, i) => i === 0 ? least : Math.min(least, level - sorted[i - 1]!),
    Infinity,
  );
  const steps = Math.round((high - low) / step);
  if (levels.size > BINS || !(steps <= BINS)) {
    return Float64Array.from({ length: BINS + 1 }, (_, i) => low + (high - low) * i / BINS);
  }
  return Float64Array.from({ length: steps + 2 }, (_, i) => low + (i - 0.5) * (high - low) / steps);
}

function range(parts: readonly Float32Array[]): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const part of parts) {
    for (const value of part) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}
