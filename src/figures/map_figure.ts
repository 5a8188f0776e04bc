/** A map of latents: dots in the colours of their labels, and some of the images. */

import { drawChart, Plot } from "./_chart.ts";
import {
  CLASS_COLOURS,
  COLOURS,
  type Figure,
  type FigureSize,
  type LegendEntry,
} from "./figure.ts";
import { visibleText } from "./visible_text.ts";

/** Options of {@linkcode mapFigure}. */
export interface MapOptions {
  /** The label of each point; undefined for none. */
  readonly labels: readonly (string | undefined)[];
  /** The labels in the order of their colours. */
  readonly order: readonly string[];
  /** Width divided by height of the images. @default {1} */
  readonly aspect?: number | undefined;
  /** A data address of the image of a point, or undefined. @default {no images} */
  readonly imageOf?: ((point: number) => string | undefined) | undefined;
  /** Words about the map. */
  readonly note: string;
  /** @default {440 x 440} */
  readonly size?: FigureSize | undefined;
}

/** Least distance of two images, as a share of the map. */
const ROOM = 0.12;
const IMAGE = 28;

/**
 * The points at which images have room, in order.
 *
 * @param xy x and y of each point.
 * @param room Least distance, as a share of the map's larger extent. @default {0.12}
 * @returns Indices of points.
 */
export function pointsWithRoom(xy: Float64Array, room: number = ROOM): number[] {
  const { extent } = boundsOf(xy), shown: number[] = [];
  for (let i = 0; i < xy.length / 2; i++) {
    const clear = shown.every((j) =>
      Math.hypot(xy[2 * i]! - xy[2 * j]!, xy[2 * i + 1]! - xy[2 * j + 1]!) > room * extent
    );
    if (clear) shown.push(i);
  }
  return shown;
}

/**
 * Draws a map. Both axes have the same scale, and no ticks, as their units mean nothing.
 *
 * @param xy x and y of each point, at least one.
 * @param options Labels, images, words and size.
 * @returns The figure.
 */
export function mapFigure(
  xy: Float64Array,
  { labels, order, aspect = 1, imageOf, note, size = { width: 440, height: 440 } }: MapOptions,
): Figure {
  const known = new Map(
    order.slice(0, CLASS_COLOURS.length).map((label, i) => [label, CLASS_COLOURS[i]!]),
  );
  const colourOf = (label: string | undefined) => known.get(label ?? "") ?? COLOURS.calibration;
  const points = Array.from(labels, (label, i) => ({ x: xy[2 * i]!, y: xy[2 * i + 1]!, label, i }));
  const others = labels.some((label) => label !== undefined && !known.has(label));
  const legend: LegendEntry[] = [...known].map(([label, colour]) => ({
    label: visibleText(label, 24),
    colour,
    mark: "dot",
  }));
  if (others) legend.push({ label: "others", colour: COLOURS.calibration, mark: "dot" });
  const { centre: [x, y], extent } = boundsOf(xy), half = extent * 0.54;
  const shown = imageOf
    ? pointsWithRoom(xy).flatMap((i) => {
      const src = imageOf(i);
      return src === undefined ? [] : [{ ...points[i]!, src }];
    })
    : [];
  const across = aspect >= 1 ? IMAGE : IMAGE * aspect, down = aspect >= 1 ? IMAGE / aspect : IMAGE;
  const plane = size.height - 20;
  return drawChart({
    title: "Map of the latents",
    note,
    legend,
    size,
    plot: {
      margin: 10,
      marginLeft: 10 + (size.width - size.height) / 2,
      marginRight: 10 + (size.width - size.height) / 2,
      marginTop: 10,
      marginBottom: 10,
      x: { axis: null, domain: [x - half, x + half] },
      y: { axis: null, domain: [y - half, y + half] },
      marks: [
        Plot.frame({ strokeOpacity: 0.3 }),
        Plot.dot(points, {
          x: "x",
          y: "y",
          r: points.length > 3000 ? 1.5 : points.length > 500 ? 2 : 3,
          fill: ({ label }) => colourOf(label),
          fillOpacity: 0.75,
        }),
        ...(shown.length > 0
          ? [
            Plot.image(shown, {
              x: "x",
              y: "y",
              src: "src",
              width: across,
              height: down,
              imageRendering: "pixelated",
            }),
            Plot.rect(shown, {
              x1: ({ x }) => x - across / plane * half,
              x2: ({ x }) => x + across / plane * half,
              y1: ({ y }) => y - down / plane * half,
              y2: ({ y }) => y + down / plane * half,
              stroke: ({ label }) => colourOf(label),
              strokeWidth: 2,
            }),
          ]
          : []),
      ],
    },
  }).figure;
}

function boundsOf(
  xy: Float64Array,
): { readonly centre: readonly [number, number]; readonly extent: number } {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (let i = 0; i < xy.length; i++) {
    low[i % 2] = Math.min(low[i % 2]!, xy[i]!);
    high[i % 2] = Math.max(high[i % 2]!, xy[i]!);
  }
  return {
    centre: [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2],
    extent: Math.max(high[0]! - low[0]!, high[1]! - low[1]!) || 1,
  };
}
