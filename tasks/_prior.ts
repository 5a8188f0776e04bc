/** The prior of a model's latents, and the labels of samples. */

import { StrayError } from "../src/errors.ts";
import { type ModelSpec, modelTypeOf } from "../src/models/mod.ts";

/** A prior: normal with mean 0, or for a Boltzmann machine units that are 0 or 1. */
export interface Prior {
  /** Number of units. */
  readonly latent: number;
  /** The standard deviation of a unit; undefined where units are 0 or 1. */
  readonly deviation: ((unit: number) => number) | undefined;
  /**
   * The class of each image, and the number of images per row.
   *
   * @param count Number of images.
   * @param only One label for all images, which `--class` overrides; by default labels take turns.
   */
  readonly classesOf: (
    count: number,
    only?: { readonly label: string | undefined },
  ) => { readonly columns: number; readonly classes: Int32Array | undefined };
}

/**
 * The prior of a model.
 *
 * @param spec The model.
 * @param label `--class`: the only label wanted.
 * @param variances Variances of principal components.
 * @returns Its prior.
 * @throws {StrayError} `usage` If the model has no prior or no labels; `label` if it lacks this one.
 */
export function choosePrior(
  spec: ModelSpec,
  label: string | undefined,
  variances?: Float32Array,
): Prior {
  const { name } = spec;
  const { size: latent = 0, prior, labels: classes } = modelTypeOf(spec).latent?.(spec) ?? {};
  const deviation = prior === "hidden-units"
    ? undefined
    : (unit: number) => Math.sqrt(variances?.[unit] ?? 1);
  if (prior === undefined) {
    throw new StrayError(
      "usage",
      `Cannot sample from "${name}" as its latent must have a prior: it is a plain code`,
      { hint: "train --model vae; or interpolate between images: --between A B" },
    );
  }
  if (classes === undefined) {
    if (label === undefined) {
      return {
        latent,
        deviation,
        classesOf: (count) => ({
          columns: Math.ceil(Math.sqrt(count)),
          classes: undefined,
        }),
      };
    }
    throw new StrayError("usage", `Cannot sample "${label}" as "${name}" has no labels`, {
      hint: "train --model cvae",
    });
  }
  if (label !== undefined && !classes.includes(label)) {
    throw new StrayError("label", `Cannot sample "${label}" as the model has no such label`, {
      hint: `the labels are ${classes.join(", ")}`,
    });
  }
  return {
    latent,
    deviation,
    classesOf: (count, only) => {
      const wanted = label ?? only?.label;
      const turns = wanted === undefined && only === undefined;
      const one = wanted === undefined ? 0 : Math.max(0, classes.indexOf(wanted));
      return {
        columns: turns ? classes.length : Math.ceil(Math.sqrt(count)),
        classes: Int32Array.from({ length: count }, (_, i) => turns ? i % classes.length : one),
      };
    },
  };
}
