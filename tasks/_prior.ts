/** What a model's latents are drawn from, and of which labels. */

import { StrayError } from "../src/errors.ts";

/** What must be known of a model to sample from it. */
interface SampledSpec {
  readonly name: string;
  /** Units of a Gaussian latent, where there is one. */
  readonly latent?: number;
  /** The labels that the decoder is told, where it is. */
  readonly classes?: readonly string[];
}

/** A prior: standard normal. */
export interface Prior {
  /** Units. */
  readonly latent: number;
  /**
   * The class of each of `count` images, and how many stand in a row.
   *
   * @param count Images.
   * @param same Whether all are of one class.
   */
  readonly classesOf: (
    count: number,
    same?: boolean,
  ) => { readonly columns: number; readonly classes: Int32Array | undefined };
}

/**
 * The prior of a model.
 *
 * @param spec The model.
 * @param label `--class`: the only label wanted.
 * @returns Its prior.
 * @throws {StrayError} `usage` If the model has none, or no labels; `label` if it has not this one.
 */
export function choosePrior(spec: SampledSpec, label: string | undefined): Prior {
  const { name, latent = 0, classes } = spec;
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
  const wanted = label === undefined ? -1 : classes.indexOf(label);
  if (label !== undefined && wanted < 0) {
    throw new StrayError("label", `Cannot sample "${label}" as the model has no such label`, {
      hint: `the labels are ${classes.join(", ")}`,
    });
  }
  return {
    latent,
    classesOf: (count, same = false) => ({
      columns: label === undefined && !same ? classes.length : Math.ceil(Math.sqrt(count)),
      classes: Int32Array.from(
        { length: count },
        (_, i) => label === undefined ? (same ? 0 : i % classes.length) : wanted,
      ),
    }),
  };
}
