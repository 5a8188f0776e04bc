/** Substructure that a recipe expects, as a fit needs it. */

import { drawParameters, type LensParameters } from "../recipe/draw_parameters.ts";
import { haloPropertiesOf, subhalosOf, vortexLineOf } from "../recipe/lens_mass.ts";
import type { LensClass } from "../recipe/lens_class.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { SoughtMass } from "./mass_templates.ts";
import { POINT_GRID } from "./mass_grids.ts";

/** Expected masses, in squares of the Einstein radius; positions and lengths over it. Plain data. */
export interface SubstructurePrior {
  /** Mean mass of subhalos at each point of `POINT_GRID`. */
  readonly mean: readonly number[];
  /** Variance of the same. */
  readonly variance: readonly number[];
  /** Vortices through the centre. */
  readonly lines: readonly SoughtMass[];
  /** Mass of a vortex. */
  readonly lineMass: number;
  /** Whether one subhalo may have most of the mass; not in families of earlier versions. @default {false} */
  readonly oneMass?: boolean | undefined;
}

/** Number of lenses that are drawn of each class. */
const DRAWS = 1000;
/** Radius of lines, over the Einstein radius. */
const LINE_RADIUS = 0.03;
/** Angles of lines, and quantiles of their lengths. */
const ANGLES = 12, LENGTHS = [1 / 6, 1 / 2, 5 / 6] as const;

/**
 * Measures the substructure of a recipe.
 *
 * Subhalos count at the nearest point; points at one distance from the centre share their mean and variance, as
 * directions are all alike. Of vortices the lengths are quantiles, and the mass is the mean.
 *
 * @param recipe The recipe.
 * @returns The substructure.
 */
export function substructurePriorOf(recipe: Recipe): SubstructurePrior {
  return { ...subhaloPrior(recipe), ...vortexPrior(recipe), oneMass: true };
}

function drawsOf(recipe: Recipe, lensClass: LensClass): LensParameters[] {
  return Array.from(
    { length: DRAWS },
    (_, index) => drawParameters(recipe, { seed: 0, lensClass, index }),
  );
}

function subhaloPrior(recipe: Recipe): Pick<SubstructurePrior, "mean" | "variance"> {
  const { masses: points, spacing } = POINT_GRID, count = points.length;
  const sums = new Float64Array(count), squares = new Float64Array(count);
  const places = new Map(points.map(({ x, y }, i) => [keyOf(x, y, spacing), i]));
  for (const parameters of drawsOf(recipe, "cdm")) {
    const { einstein_radius: ring } = haloPropertiesOf(parameters);
    const centreX = Number(parameters["halo.x"]), centreY = Number(parameters["halo.y"]);
    const halos = subhalosOf(parameters), masses = new Float64Array(count);
    halos.einsteinRadii.forEach((radius, i) => {
      const right = (halos.x[i]! - centreX) / ring, up = (halos.y[i]! - centreY) / ring;
      const at = places.get(keyOf(right, up, spacing));
      if (at !== undefined) masses[at]! += (radius / ring) ** 2;
    });
    masses.forEach((mass, i) => {
      sums[i]! += mass;
      squares[i]! += mass * mass;
    });
  }
  const rings = new Map<number, number[]>();
  points.forEach(({ x, y }, i) => {
    const key = Math.round((x * x + y * y) / (spacing * spacing));
    rings.set(key, [...rings.get(key) ?? [], i]);
  });
  const mean = new Array<number>(count).fill(0), variance = new Array<number>(count).fill(0);
  for (const members of rings.values()) {
    const over = members.length * DRAWS;
    const middle = members.reduce((sum, i) => sum + sums[i]!, 0) / over;
    const square = members.reduce((sum, i) => sum + squares[i]!, 0) / over;
    for (const i of members) {
      mean[i] = middle;
      variance[i] = Math.max(0, square - middle * middle);
    }
  }
  return { mean, variance };
}

/** The point of the grid that a position belongs to. */
function keyOf(x: number, y: number, spacing: number): string {
  return `${Math.round(x / spacing)} ${Math.round(y / spacing)}`;
}

function vortexPrior(recipe: Recipe): Pick<SubstructurePrior, "lines" | "lineMass"> {
  const lengths: number[] = [];
  let mass = 0;
  for (const parameters of drawsOf(recipe, "vortex")) {
    const { einstein_radius: ring } = haloPropertiesOf(parameters);
    const { einsteinRadius, length } = vortexLineOf(parameters);
    mass += (einsteinRadius / ring) ** 2 / DRAWS;
    lengths.push(length / ring);
  }
  lengths.sort((a, b) => a - b);
  const chosen = new Set(LENGTHS.map((share) => lengths[Math.floor(share * DRAWS)]!));
  const lines = [...chosen].flatMap((length) =>
    Array.from({ length: ANGLES }, (_, k) => ({
      ...{ x: 0, y: 0, length, angle: Math.PI * k / ANGLES, radius: LINE_RADIUS },
    }))
  );
  return { lines, lineMass: mass };
}
