/** What a model's latents are drawn from, and of which labels. */

import { StrayError } from "../src/errors.ts";

/** What must be known of a model to sample from it. */
interface SampledSpec {
  readonly name: string;
  /** The kind, of a model that is more than layers. */
  readonly kind?: string;
  /** Units of a Gaussian latent, where there is one. */
  readonly latent?: number;
  /** The labels that the decoder is told, where it is. */
  readonly classes?: readonly string[];
}

/** A prior: normal around 0; of a Boltzmann machine, units that are 0 or 1. */
export interface Prior {
  /** Units. */
  readonly latent: number;
  /** The standard deviation of a unit; undefined where units are 0 or 1. */
  readonly deviation: ((unit: number) => number) | undefined;
  /**
   * The class of each of `count` images, and how many stand in a row.
   *
   * @param count Images.
   * @param only The label of all, unless `--class` says another; by default labels take turns.
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
 * @param size Numbers of a latent.
 * @param label `--class`: the only label wanted.
 * @param variances Those of principal components.
 * @returns Its prior.
 * @throws {StrayError} `usage` If the model has none, or no labels; `label` if it has not this one.
 */
export function choosePrior(
  spec: SampledSpec,
  size: number,
  label: string | undefined,
  variances?: Float32Array,
): Prior {
  const { name, classes } = spec;
  const kind = spec.kind ?? "";
  // The code of an adversarial autoencoder is plain, but trained to be normal.
  const latent = ["aae", "pca", "rbm"].includes(kind) ? size : spec.latent ?? 0;
  const deviation = kind === "rbm"
    ? undefined
    : (unit: number) => Math.sqrt(variances?.[unit] ?? 1);
  if (latent === 0) {
    throw new StrayError(
      "usage",
      `Cannot sample from "${name}" as its latent must have a prior: it is a plain code`,
      { hint: "train --model vae; or go between images: --between A B" },
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
    throw new StrayError("usage", `Cannot sample "${label}" as "${name}" knows no labels`, {
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
