/** Checks of a training's score and latents, before images are read. */

import { StrayError } from "../errors.ts";
import {
  CLASS_PREFIX,
  type ModelDefinition,
  type ModelSpec,
  modelTypeOf,
  parseLoss,
  requireScore,
  scoreNames,
} from "../models/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import type { TrainOptions } from "./train_options.ts";

/** Refuses a score that the model does not have, as far as that is known before images are read. */
export function checkScore(definition: ModelDefinition, options: TrainOptions): void {
  const { architecture, score, size, channels, latentsOf, loss } = options;
  if (score === undefined) return;
  if (definition.scores && loss === undefined) {
    const name = typeof architecture === "string" ? architecture : "the network";
    return void requireScore(score, { name, scores: definition.scores });
  }
  const { madeFor = [28, 28, 1] } = definition;
  const [height, width] = size ? [size.height, size.width] : madeFor;
  let spec: ModelSpec;
  try {
    spec = definition.build({
      ...options,
      latents: latentsOf && latentsIn(latentsOf),
      loss: loss && parseLoss(loss),
      inputShape: [height, width, channels ?? madeFor[2]],
      classes: ["a", "b"],
    });
  } catch (error) {
    if (error instanceof StrayError) return; // the images will tell
    throw error;
  }
  const ofLabels = scoreNames(spec).some((name) => name.startsWith(CLASS_PREFIX));
  if (!ofLabels || !score.startsWith(CLASS_PREFIX)) requireScore(score, spec);
}

/** The model whose latents are compared, and their size. */
export function latentsIn({ spec }: ModelFile): { readonly of: ModelSpec; readonly size: number } {
  const latent = modelTypeOf(spec).latent?.(spec);
  if (latent) return { of: spec, size: latent.size };
  throw new StrayError(
    "model",
    `Cannot use "${spec.name}" as the model of --latents-of must have latents`,
    { hint: "use an autoencoder, such as vae" },
  );
}
