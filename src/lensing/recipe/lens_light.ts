/** Light of a simulated lens and of the galaxy behind it. */

import { Random } from "../../random.ts";
import {
  ClumpySpiral,
  ImageLight,
  type LightImage,
  type LightProfile,
  Sersic,
} from "../light/mod.ts";
import { fluxOfMagnitude } from "../observation/mod.ts";
import { StrayError } from "../../errors.ts";
import type { LensParameters } from "./draw_parameters.ts";
import { ParameterReader } from "./_parameter_reader.ts";

/** An image as the source. */
export interface SourceImage extends LightImage {
  /** Name and hash, for the manifest. */
  readonly name: string;
  /** Radius of a circle with the area of the brightest pixels with half the light, pixels. */
  readonly halfLightRadius: number;
}

/** Options of {@linkcode sourceLightOf}. */
export interface SourceLightOptions {
  /** Source image, if `source.profile` is `image`. */
  readonly image?: SourceImage | undefined;
  /** Generator of the clumps of a spiral. */
  readonly random: Random;
}

/**
 * The light of the lens galaxy.
 *
 * @param parameters Parameters of the image.
 * @returns Its light, electron/s; undefined if there is none.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function lensLightOf(parameters: LensParameters): Sersic | undefined {
  const values = new ParameterReader(parameters);
  const centre = { x: values.number("halo.x"), y: values.number("halo.y") };
  const light = sersicOf(values, "lens_light", centre);
  return light.flux > 0 ? light : undefined;
}

/**
 * The light of the source.
 *
 * Spirals and images get the total flux of the Sersic profile of the same parameters. An image is
 * scaled so that its half-light radius is the effective radius, and rotated by `source.angle`; it
 * keeps its own shape.
 *
 * @param parameters Parameters of the image.
 * @param options Source image, and generator of clumps.
 * @returns The unlensed light, electron/s.
 * @throws {StrayError} `value` If a parameter is missing or out of its range, or the image is
 *   missing.
 */
export function sourceLightOf(
  parameters: LensParameters,
  options: SourceLightOptions,
): LightProfile {
  const values = new ParameterReader(parameters);
  const [x, y] = sourceCentreOf(parameters);
  const sersic = sourceSersicOf(parameters);
  const { flux } = sersic;
  const angle = values.number("source.angle"), radius = values.number("source.radius");
  switch (values.word("source.profile")) {
    case "spiral": {
      const axisRatio = values.number("source.axis_ratio");
      return new ClumpySpiral({ flux, radius, axisRatio, angle, x, y }, options.random);
    }
    case "image": {
      const { image } = options;
      if (!image) {
        throw new StrayError(
          "value",
          "Cannot simulate the lens as the source must be an image: it is missing",
          { hint: "add --source IMAGE, or --set source.profile=sersic" },
        );
      }
      const scale = radius / image.halfLightRadius;
      const sum = sumOfPositive(image.data);
      return new ImageLight(image, { scale, x, y, angle, amplitude: flux / (sum * scale * scale) });
    }
    default:
      return sersic;
  }
}

/**
 * The centre of the source.
 *
 * @param parameters Parameters of the image.
 * @returns Its position, x to the right and y up, arcsec.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function sourceCentreOf(parameters: LensParameters): readonly [x: number, y: number] {
  const values = new ParameterReader(parameters);
  return values.has("source.x")
    ? [values.number("source.x"), values.number("source.y")]
    : fromPolar(values.number("source.distance"), values.number("source.direction"));
}

/**
 * The Sersic profile of the source's parameters, whatever its profile is.
 *
 * @param parameters Parameters of the image.
 * @returns The unlensed light, electron/s.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function sourceSersicOf(parameters: LensParameters): Sersic {
  const [x, y] = sourceCentreOf(parameters);
  return sersicOf(new ParameterReader(parameters), "source", { x, y });
}

function sersicOf(
  values: ParameterReader,
  galaxy: "lens_light" | "source",
  centre: { readonly x: number; readonly y: number },
): Sersic {
  const shape = {
    ...centre,
    radius: values.number(`${galaxy}.radius`),
    index: values.number(`${galaxy}.index`),
    axisRatio: values.number(`${galaxy}.axis_ratio`),
    angle: values.number(`${galaxy}.angle`),
  };
  if (values.has(`${galaxy}.intensity`)) {
    return new Sersic({ ...shape, amplitude: values.number(`${galaxy}.intensity`) });
  }
  const zeroPoint = values.number("observation.zero_point");
  return Sersic.ofFlux({
    ...shape,
    flux: fluxOfMagnitude(values.number(`${galaxy}.magnitude`), zeroPoint),
  });
}

/** Cartesian coordinates of a distance, arcsec, and a direction, radians. */
export function fromPolar(distance: number, direction: number): readonly [number, number] {
  return [distance * Math.cos(direction), distance * Math.sin(direction)];
}

function sumOfPositive(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += Math.max(0, samples[i]!);
  return sum;
}
