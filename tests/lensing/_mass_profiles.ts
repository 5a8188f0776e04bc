/** Random mass profiles of all types, with their known properties. */

import { LensGeometry } from "../../src/lensing/lens_geometry.ts";
import {
  DistanceSheet,
  ExternalShear,
  LineMass,
  type MassProfile,
  MassSheet,
  NFW,
  nfwOfMass,
  PointChain,
  PointMass,
  PointMasses,
  PseudoJaffe,
  PseudoJaffes,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
  Vortex,
} from "../../src/lensing/mass/mod.ts";
import type { Random } from "../../src/random.ts";

/** Position and angle of a profile. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

/** A profile of random shape, to be placed anywhere. */
export interface Drawn {
  readonly place: (at: Placement) => MassProfile;
  /** Einstein radius of a point with the same mass; none if the mass is infinite. */
  readonly pointEinsteinRadius?: number;
  /** Whether it is symmetric under rotation about its centre. */
  readonly round: boolean;
}

const between = (random: Random, low: number, high: number) =>
  low + (high - low) * random.uniform();

/** By name: a function that draws a profile. */
export const DRAW: Readonly<Record<string, (random: Random) => Drawn>> = {
  "point mass"(random) {
    const einsteinRadius = between(random, 0.05, 2);
    return {
      place: ({ x, y }) => new PointMass({ einsteinRadius, x, y }),
      pointEinsteinRadius: einsteinRadius,
      round: true,
    };
  },
  "isothermal sphere"(random) {
    const einsteinRadius = between(random, 0.05, 2);
    return {
      place: ({ x, y }) => new SingularIsothermalSphere({ einsteinRadius, x, y }),
      round: true,
    };
  },
  "isothermal ellipsoid"(random) {
    const einsteinRadius = between(random, 0.05, 2), axisRatio = between(random, 0.2, 1);
    return {
      place: (at) => new SingularIsothermalEllipsoid({ einsteinRadius, axisRatio, ...at }),
      round: false,
    };
  },
  "external shear"(random) {
    const gamma = between(random, 0.01, 0.3);
    return {
      place: ({ x, y, angle }) =>
        new ExternalShear({
          gamma1: gamma * Math.cos(2 * angle),
          gamma2: gamma * Math.sin(2 * angle),
          x,
          y,
        }),
      round: false,
    };
  },
  "mass sheet"(random) {
    const convergence = between(random, -0.2, 0.6);
    return { place: ({ x, y }) => new MassSheet({ convergence, x, y }), round: true };
  },
  "distance sheet"(random) {
    const distance = between(random, 0.4, 5);
    return { place: ({ x, y }) => new DistanceSheet({ distance, x, y }), round: true };
  },
  NFW(random) {
    const scaleRadius = between(random, 0.5, 10), deflectionAtScaleRadius = between(random, 0.1, 2);
    return {
      place: ({ x, y }) => new NFW({ scaleRadius, deflectionAtScaleRadius, x, y }),
      round: true,
    };
  },
  "NFW of a mass"(random) {
    const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
    const mass200Solar = 10 ** between(random, 11, 14), concentration = between(random, 3, 12);
    return {
      place: ({ x, y }) => nfwOfMass({ mass200Solar, concentration, geometry, x, y }),
      round: true,
    };
  },
  "pseudo-Jaffe"(random) {
    const pointEinsteinRadius = between(random, 0.05, 0.5);
    const coreRadius = random.integer(2) * between(random, 0.01, 0.2);
    const truncationRadius = coreRadius + between(random, 0.1, 1);
    return {
      place: ({ x, y }) =>
        PseudoJaffe.ofMass({ pointEinsteinRadius, coreRadius, truncationRadius, x, y }),
      pointEinsteinRadius,
      round: true,
    };
  },
  line(random) {
    const einsteinRadius = between(random, 0.05, 0.5), length = between(random, 0.1, 2);
    return {
      place: (at) => new LineMass({ einsteinRadius, length, ...at }),
      pointEinsteinRadius: einsteinRadius,
      round: false,
    };
  },
  chain(random) {
    const einsteinRadius = between(random, 0.05, 0.5), length = between(random, 0.1, 2);
    const count = 1 + random.integer(30);
    return {
      place: (at) => new PointChain({ einsteinRadius, length, count, ...at }),
      pointEinsteinRadius: einsteinRadius,
      round: false,
    };
  },
  vortex(random) {
    const einsteinRadius = between(random, 0.05, 0.5), length = between(random, 0.1, 2);
    const radius = 10 ** between(random, -2, 0), slope = between(random, -1.9, 3);
    return {
      place: (at) => new Vortex({ einsteinRadius, length, radius, slope, ...at }),
      pointEinsteinRadius: einsteinRadius,
      round: false,
    };
  },
  "point masses"(random) {
    const { radii, at } = several(random, 0.3);
    return {
      place: (to) => new PointMasses({ einsteinRadii: radii, ...moved(at, to) }),
      pointEinsteinRadius: Math.hypot(...radii),
      round: false,
    };
  },
  "pseudo-Jaffes"(random) {
    const { radii, at } = several(random, 0.3);
    const truncationRadii = radii.map(() => between(random, 0.05, 0.5));
    return {
      place: (to) =>
        new PseudoJaffes({ pointEinsteinRadii: radii, truncationRadii, ...moved(at, to) }),
      pointEinsteinRadius: Math.hypot(...radii),
      round: false,
    };
  },
  sum(random) {
    const parts = ["isothermal ellipsoid", "external shear", "vortex"].map((name) =>
      DRAW[name]!(random)
    );
    return { place: (at) => sumOf(parts.map((part) => part.place(at))), round: false };
  },
};

function several(random: Random, radius: number) {
  const count = random.integer(12);
  return {
    radii: Array.from({ length: count }, () => between(random, 0, radius)),
    at: Array.from(
      { length: count },
      () => [random.normal() * 0.5, random.normal() * 0.5] as const,
    ),
  };
}

function moved(at: (readonly [number, number])[], { x, y, angle }: Placement) {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  return {
    x: at.map(([u, v]) => x + cos * u - sin * v),
    y: at.map(([u, v]) => y + sin * u + cos * v),
  };
}
