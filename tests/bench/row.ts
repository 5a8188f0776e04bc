/** A row of the benchmark: what was done, how long it took here and there, and how that was checked. */

import type { Summary } from "./statistics.ts";

/** What was done in one run. */
export interface Work {
  /** Images gone through. */
  readonly images?: number;
  /** Steps of the optimiser. */
  readonly steps?: number;
  /** Arithmetic of the layers, 10^9 operations, a multiplication and an addition being two. */
  readonly gflop?: number;
}

/** What the peer did, in its best way. */
export interface PeerResult extends Summary {
  /** What it is and how it ran: `PyTorch, 1 thread`. */
  readonly name: string;
  /** The medians of all its ways, the best first. */
  readonly ways: Readonly<Record<string, number>>;
}

/** A row. */
export interface Row {
  /** The part of the benchmark. */
  readonly section: string;
  /** What was measured. */
  readonly name: string;
  /** What the numbers are. */
  readonly unit: "images/s" | "ms" | "ms/step" | "us/image" | "MB" | "GFLOP/s";
  /** What one run did. */
  readonly work: Work;
  /** Where stray computed. */
  readonly backend: string;
  /** Workers that were asked for; null for stray's own choice. */
  readonly workers: number | null;
  /** stray's numbers. */
  readonly stray: Summary;
  /** The peer's numbers, the best of its ways; null if it was not measured. */
  readonly peer: PeerResult | null;
  /** How many times better stray is than the peer, run by run; null without a peer. */
  readonly ratio: Summary | null;
  /** How the results were checked, and what they were. */
  readonly check: string;
  /** Why there is no peer. */
  readonly peerSkipped: string | null;
}

/** Whether fewer is better. */
export function lowerIsBetter(unit: Row["unit"]): boolean {
  return unit !== "images/s" && unit !== "GFLOP/s";
}
