/** The scores of neighbours by the directions of edges. */

import { LOCAL_SCALE } from "../neighbours/local_neighbours.ts";
import { PLANE_COMPONENTS } from "./oriented.ts";

/** How a score measures. */
export interface Measure {
  /** Components that it compares. */
  readonly components: (kept: number) => number;
  /** Nearest images whose distances are averaged. */
  readonly neighbours: number;
  /** Share of the neighbours' own log distance that is subtracted. */
  readonly scale: number;
  /** Whether distances are squared, and the squared distance from the plane of the components added. */
  readonly whole: boolean;
}

/** The scores, chosen on a division of the training images of MNIST. */
export const MEASURES = {
  plane: {
    components: (kept) => Math.min(kept, PLANE_COMPONENTS),
    ...LOCAL_SCALE,
    whole: false,
  },
  whole: { components: (kept) => kept, neighbours: 5, scale: 1 / 4, whole: true },
} as const satisfies Record<string, Measure>;

/** The name of a score. */
export type MeasureName = keyof typeof MEASURES;
/** The names of the scores. */
export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[];
