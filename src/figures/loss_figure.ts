/** Loss curves of a training. */

import { drawChart, Plot } from "./_chart.ts";
import { COLOURS, type Figure, type FigureSize, type LegendEntry } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { linearTicks, logTicks } from "./value_scale.ts";

/** Mean losses of an epoch. */
export interface EpochLosses {
  /** From 1. */
  readonly epoch: number;
  /** Loss of the training images. */
  readonly loss: number;
  /** Loss of the images that chose the best epoch. */
  readonly validationLoss: number;
  /** Loss of the label that was watched. */
  readonly watchedLoss?: number | undefined;
}

/** Options of {@linkcode lossFigure}. */
export interface LossOptions {
  /** The epoch whose weights were kept; 0 for none. */
  readonly bestEpoch: number;
  /** @default {440 x 290} */
  readonly size?: FigureSize | undefined;
}

/** Ratio of losses from which a logarithmic scale shows more. */
const STEEP = 12;

/**
 * Draws the losses of every epoch.
 *
 * @param history One record per epoch, at least one.
 * @param options The best epoch, and the size.
 * @returns The figure.
 */
export function lossFigure(
  history: readonly EpochLosses[],
  { bestEpoch, size }: LossOptions,
): Figure {
  const curves: { label: string; colour: string; values: readonly (number | undefined)[] }[] = [
    { label: "training", colour: COLOURS.normal, values: history.map(({ loss }) => loss) },
    {
      label: "validation",
      colour: COLOURS.reconstruction,
      values: history.map(({ validationLoss }) => validationLoss),
    },
    {
      label: "watched label",
      colour: COLOURS.other,
      values: history.map(({ watchedLoss }) => watchedLoss),
    },
  ].filter(({ values }) => values.some((value) => value !== undefined));
  const all = curves.flatMap(({ values }) => [...values]).filter((value) => value !== undefined);
  const least = Math.min(...all), most = Math.max(...all);
  const logarithmic = least > 0 && most > STEEP * least;
  const room = most > least ? 0 : Math.abs(most) * 0.05 || 0.5;
  const domain = [least - room, most + room] as const;
  const ticks = logarithmic ? logTicks(...domain) : linearTicks(...domain);
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  const legend: LegendEntry[] = curves.map(({ label, colour }) => ({
    label,
    colour,
    mark: "line",
  }));
  if (best) legend.push({ label: "best epoch", colour: COLOURS.mark, mark: "dashes" });
  const epochs = history.map(({ epoch }) => epoch), first = Math.min(...epochs);
  const last = Math.max(...epochs, first + 1);
  return drawChart({
    title: "Losses of the training",
    note: best
      ? `Epoch ${bestEpoch} of ${history.length} was kept: validation loss ${
        formatNumber(best.validationLoss)
      }.`
      : "",
    legend,
    size,
    plot: {
      x: {
        label: "epoch",
        domain: [first, last],
        ticks: linearTicks(first, last).filter(Number.isInteger),
        tickFormat: (epoch: number) => `${epoch}`,
      },
      y: {
        label: "loss per image",
        type: logarithmic ? "log" : "linear",
        grid: true,
        domain,
        ticks,
        tickFormat: (value: number) => formatNumber(value),
      },
      marks: [
        ...(best
          ? [Plot.ruleX([bestEpoch], { stroke: COLOURS.mark, strokeDasharray: "6 3" })]
          : []),
        ...curves.flatMap(({ colour, values }) => {
          const options = {
            x: (_: unknown, i: number) => epochs[i],
            y: (value: number | undefined) => value,
          };
          return [
            Plot.lineY(values, { ...options, stroke: colour, strokeWidth: 2 }),
            ...(values.length <= 30
              ? [Plot.dot(values, { ...options, fill: colour, r: 2.5 })]
              : []),
          ];
        }),
      ],
    },
  }).figure;
}
