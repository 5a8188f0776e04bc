import type { Random } from "../../../random.ts";
import type { ImageShape } from "../../../shape.ts";

/**
 * A kind of damage: a function of its arguments alone. Lengths are in scale with the image's shorter side.
 *
 * @param image Samples in [0, 1], row-major, channels last; not changed.
 * @param shape `[height, width, channels]`.
 * @param random Source of place and strength.
 * @returns The damaged samples, in [0, 1]; the same as the image's where there was nothing to damage.
 */
export type Damage = (image: Float32Array, shape: ImageShape, random: Random) => Float32Array;
