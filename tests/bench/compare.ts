/** Converts timed runs of stray and the peer to the numbers of a row. */

import type { Timed } from "./protocol.ts";
import { lowerIsBetter, type Row } from "./row.ts";
import { pairwiseSpeed, summarise } from "./statistics.ts";

/** One way in which the peer was run. */
export interface Way {
  /** Name in the table. */
  readonly name: string;
  /** Its runs, beside those of stray. */
  readonly runs: readonly Timed[];
}

/**
 * Compares stray's runs with those of the peer's fastest way.
 *
 * @param row The row's unit and work.
 * @param runs stray's runs.
 * @param ways The peer's runs; none if it was not measured.
 * @returns The numbers of the row.
 */
export function compare(
  { unit, work }: Pick<Row, "unit" | "work">,
  runs: readonly Timed[],
  ways: readonly Way[] = [],
): Pick<Row, "stray" | "peer" | "ratio"> {
  const value = ({ seconds, images }: Timed) => {
    switch (unit) {
      case "images/s":
        return images / seconds;
      case "ms/step":
        return seconds * 1000 / work.steps!;
      case "us/image":
        return seconds * 1e6 / images;
      default:
        return seconds * 1000;
    }
  };
  const stray = summarise(runs.map(value));
  const peers = ways.map(({ name, runs }) => ({
    name,
    ...summarise(runs.map(value)),
    ratio: pairwiseSpeed(
      perImage(unit, stray.runs),
      perImage(unit, runs.map(value)),
    ),
  }));
  const sign = lowerIsBetter(unit) ? 1 : -1;
  peers.sort((a, b) => sign * (a.median - b.median));
  const [best] = peers;
  if (!best) return { stray, peer: null, ratio: null };
  const { ratio, ...peer } = best;
  const all = Object.fromEntries(peers.map(({ name, median }) => [name, median]));
  return { stray, peer: { ...peer, ways: all }, ratio };
}

/** Values for which less is faster. */
function perImage(unit: Row["unit"], values: readonly number[]): number[] {
  return values.map((value) => lowerIsBetter(unit) ? value : 1 / value);
}
