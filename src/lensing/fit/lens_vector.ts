/** The numbers that describe a smooth lens, without wrap-around and nearly independent of each other. */

import type { LensParameters } from "../recipe/draw_parameters.ts";
import { lensLightOf, sourceCentreOf, sourceSersicOf } from "../recipe/lens_light.ts";
import { haloPropertiesOf } from "../recipe/lens_mass.ts";
import { ParameterReader } from "../recipe/_parameter_reader.ts";

/**
 * The names of the 19 numbers that describe a smooth lens, in order.
 *
 * An ellipse of axis ratio q at angle phi is (t cos 2 phi, t sin 2 phi) with t = -ln q; a shear of size g at angle
 * phi is (g cos 2 phi, g sin 2 phi). Amplitudes (surface brightness at the effective radius), radii and Sersic
 * indices are natural logarithms. Positions and radii are in arcsec.
 */
export const LENS_NUMBERS = [
  "einstein_radius",
  "halo_ellipse_1",
  "halo_ellipse_2",
  "halo_x",
  "halo_y",
  "shear_1",
  "shear_2",
  "ln_lens_amplitude",
  "ln_lens_radius",
  "ln_lens_index",
  "lens_ellipse_1",
  "lens_ellipse_2",
  "ln_source_amplitude",
  "source_x",
  "source_y",
  "ln_source_radius",
  "ln_source_index",
  "source_ellipse_1",
  "source_ellipse_2",
] as const;

/** The name of a number of the vector. */
export type LensNumberName = typeof LENS_NUMBERS[number];

/** Origin and bounds of a number. */
interface LensNumber {
  /** The parameters of a recipe from which it follows. */
  readonly from: readonly string[];
  /** Lower and upper bound. @default {none} */
  readonly bounds?: readonly [number, number];
}

function ellipseOf(galaxy: string): LensNumber {
  return { from: [`${galaxy}.axis_ratio`, `${galaxy}.angle`], bounds: [-1.5, 1.5] };
}

function indexOf(galaxy: string): LensNumber {
  return { from: [`${galaxy}.index`], bounds: [Math.log(0.3), Math.log(8)] };
}

function amplitudeOf(galaxy: string): LensNumber {
  return { from: [`${galaxy}.intensity`, `${galaxy}.magnitude`] };
}

const SHEAR: LensNumber = { from: ["shear.magnitude", "shear.angle"], bounds: [-0.5, 0.5] };

const NUMBERS: Readonly<Record<LensNumberName, LensNumber>> = {
  einstein_radius: {
    from: ["halo.einstein_radius", "halo.mass", "halo.velocity_dispersion"],
    bounds: [0.05, 5],
  },
  halo_ellipse_1: ellipseOf("halo"),
  halo_ellipse_2: ellipseOf("halo"),
  halo_x: { from: ["halo.x"] },
  halo_y: { from: ["halo.y"] },
  shear_1: SHEAR,
  shear_2: SHEAR,
  ln_lens_amplitude: amplitudeOf("lens_light"),
  ln_lens_radius: { from: ["lens_light.radius"], bounds: [Math.log(0.02), Math.log(5)] },
  ln_lens_index: indexOf("lens_light"),
  lens_ellipse_1: ellipseOf("lens_light"),
  lens_ellipse_2: ellipseOf("lens_light"),
  ln_source_amplitude: amplitudeOf("source"),
  source_x: { from: ["source.x", "source.distance", "source.direction"] },
  source_y: { from: ["source.y", "source.distance", "source.direction"] },
  ln_source_radius: { from: ["source.radius"], bounds: [Math.log(0.01), Math.log(3)] },
  ln_source_index: indexOf("source"),
  source_ellipse_1: ellipseOf("source"),
  source_ellipse_2: ellipseOf("source"),
};

/** Places of the numbers. */
export const AT = Object.fromEntries(LENS_NUMBERS.map((name, i) => [name, i])) as Readonly<
  Record<LensNumberName, number>
>;

/** Lower and upper bounds of the numbers, in the order of {@linkcode LENS_NUMBERS}. */
export const BOUNDS: readonly (readonly [number, number])[] = LENS_NUMBERS.map((name) =>
  NUMBERS[name].bounds ?? [-Infinity, Infinity]
);

/** Places of the numbers that describe the light of the lens. */
export const LENS_LIGHT: readonly number[] = LENS_NUMBERS.flatMap((name, i) =>
  NUMBERS[name].from[0]!.startsWith("lens_light.") ? [i] : []
);

/**
 * The places of the numbers that a name stands for.
 *
 * @param name A name of {@linkcode LENS_NUMBERS}, a parameter of recipes such as `halo.einstein_radius`, or the part
 *   before its dot: `halo`, `shear`, `lens_light`, `source`.
 * @returns The places, none for an unknown name.
 */
export function placesOf(name: string): number[] {
  return LENS_NUMBERS.flatMap((own, i) =>
    own === name || NUMBERS[own].from.some((key) => key === name || key.startsWith(`${name}.`))
      ? [i]
      : []
  );
}

/** The two numbers of an ellipse. */
function ellipse(axisRatio: number, angle: number): [number, number] {
  const t = -Math.log(axisRatio);
  return [t * Math.cos(2 * angle), t * Math.sin(2 * angle)];
}

/**
 * The numbers of a simulated lens.
 *
 * @param parameters Parameters of the image; a spiral or an image as the source counts as the Sersic profile of the
 *   same flux, radius and shape.
 * @returns 19 numbers, in the order of {@linkcode LENS_NUMBERS}; the log amplitude of a lens without light is
 *   -Infinity.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function lensVectorOf(parameters: LensParameters): Float64Array {
  const values = new ParameterReader(parameters);
  const number = values.number.bind(values);
  const { einstein_radius } = haloPropertiesOf(parameters);
  const shear = number("shear.magnitude"), along = 2 * number("shear.angle");
  const lens = lensLightOf(parameters), source = sourceSersicOf(parameters);
  return Float64Array.of(
    einstein_radius,
    ...ellipse(number("halo.axis_ratio"), number("halo.angle")),
    number("halo.x"),
    number("halo.y"),
    shear * Math.cos(along),
    shear * Math.sin(along),
    Math.log(lens?.amplitude ?? 0),
    Math.log(number("lens_light.radius")),
    Math.log(number("lens_light.index")),
    ...ellipse(number("lens_light.axis_ratio"), number("lens_light.angle")),
    Math.log(source.amplitude),
    ...sourceCentreOf(parameters),
    Math.log(number("source.radius")),
    Math.log(number("source.index")),
    ...ellipse(number("source.axis_ratio"), number("source.angle")),
  );
}
