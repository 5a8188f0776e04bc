/** A row of the benchmark: the work, its times on both sides, and the check of the results. */

import type { Summary } from "./statistics.ts";

/** The work of one run. */
export interface Work {
  /** Images processed. */
  readonly images?: number;
  /** Optimiser steps. */
  readonly steps?: number;
  /** Arithmetic of the layers in 10^9 operations; a multiplication with an addition counts as two. */
  readonly gflop?: number;
}

/** The peer's numbers, in its fastest way. */
export interface PeerResult extends Summary {
  /** Name and way: `PyTorch, 1 thread`. */
  readonly name: string;
  /** The medians of all ways, the fastest first. */
  readonly ways: Readonly<Record<string, number>>;
}

/** A row. */
export interface Row {
  /** Section of the benchmark. */
  readonly section: string;
  /** Name of the measurement. */
  readonly name: string;
  /** Unit of the numbers. */
  readonly unit: "images/s" | "ms" | "ms/step" | "us/image" | "MB" | "GFLOP/s";
  /** Work of one run. */
  readonly work: Work;
  /** Backend of stray. */
  readonly backend: string;
  /** Requested workers; null for stray's own choice. */
  readonly workers: number | null;
  /** stray's numbers. */
  readonly stray: Summary;
  /** The peer's numbers, in its fastest way; null if it was not measured. */
  readonly peer: PeerResult | null;
  /** Ratio of stray's speed to the peer's, run by run; null without a peer. */
  readonly ratio: Summary | null;
  /** Check of the results. */
  readonly check: string;
  /** Reason why there is no peer. */
  readonly peerSkipped: string | null;
}

/** Whether lower is better. */
export function lowerIsBetter(unit: Row["unit"]): boolean {
  return unit !== "images/s" && unit !== "GFLOP/s";
}
