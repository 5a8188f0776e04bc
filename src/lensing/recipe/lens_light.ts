/** The light of a simulated lens, and of the galaxy behind it. */

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
import type { Parameters } from "./draw_parameters.ts";
import { Values } from "./_values.ts";

/** An image as the source, and how large it is seen. */
export interface SourceImage extends LightImage {
  /** Its name and what it holds, for the manifest. */
  readonly name: string;
  /** Radius of a circle with the area of the brightest pixels that give half of the light, pixels. */
  readonly halfLightRadius: number;
}

/** What lies behind the lens. */
export interface SourceOptions {
  /** The image, where `source.profile` is `image`. */
  readonly image?: SourceImage | undefined;
  /** Where the clumps of a spiral come from. */
  readonly random: Random;
}

/**
 * The light of the lens galaxy.
 *
 * @param parameters The parameters.
 * @returns Its light in electron/s; undefined where there is none.
 * @throws {StrayError} `value` If a parameter is missing or out of its range.
 */
export function lensLightOf(parameters: Parameters): LightProfile | undefined {
  const light = sersicOf(new Values(parameters), "lens_light", {
    x: new Values(parameters).number("halo.x"),
    y: new Values(parameters).number("halo.y"),
  });
  return light.flux > 0 ? light : undefined;
}

/**
 * The light behind the lens.
 *
 * A spiral and an image have the total flux of the Sersic profile that the parameters describe. An
 * image is scaled so that its half-light radius is the effective radius, and turned by `source.angle`;
 * it keeps its own shape.
 *
 * @param parameters The parameters.
 * @param options The image, and chance for clumps.
 * @returns Its light in electron/s, not lensed.
 * @throws {StrayError} `value` If a parameter is missing or out of its range, or there is no image.
 */
export function sourceLightOf(parameters: Parameters, options: SourceOptions): LightProfile {
  const values = new Values(parameters);
  const [x, y] = values.has("source.x")
    ? [values.number("source.x"), values.number("source.y")]
    : polar(values.number("source.distance"), values.number("source.direction"));
  const sersic = sersicOf(values, "source", { x, y });
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
          "Cannot make the lens as the source must be an image: it is none",
          {
            hint: "give --source IMAGE, or --set source.profile=sersic",
          },
        );
      }
      const scale = radius / image.halfLightRadius;
      const sum = image.data.length === 0 ? 0 : sumOfPositive(image.data);
      return new ImageLight(image, { scale, x, y, angle, amplitude: flux / (sum * scale * scale) });
    }
    default:
      return sersic;
  }
}

function sersicOf(
  values: Values,
  of: "lens_light" | "source",
  centre: { readonly x: number; readonly y: number },
): Sersic {
  const shape = {
    ...centre,
    radius: values.number(`${of}.radius`),
    index: values.number(`${of}.index`),
    axisRatio: values.number(`${of}.axis_ratio`),
    angle: values.number(`${of}.angle`),
  };
  if (values.has(`${of}.intensity`)) {
    return new Sersic({ ...shape, amplitude: values.number(`${of}.intensity`) });
  }
  const zeroPoint = values.number("observation.zero_point");
  return Sersic.ofFlux({
    ...shape,
    flux: fluxOfMagnitude(values.number(`${of}.magnitude`), zeroPoint),
  });
}

/** A place by its distance from the middle, arcsec, and its direction, rad. */
export function polar(distance: number, direction: number): readonly [number, number] {
  return [distance * Math.cos(direction), distance * Math.sin(direction)];
}

function sumOfPositive(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += Math.max(0, samples[i]!);
  return sum;
}
