/** Opening and fitting of adversarial autoencoders. */

import { Random } from "../../random.ts";
import { fitByLearner, restored } from "../fit_by_gradients.ts";
import type { ModelImplementation } from "../model_type.ts";
import { Aae } from "./aae.ts";
import { aaeLearner } from "./aae_learner.ts";
import type { AaeSpec } from "./spec.ts";

/** The computing part of the type. */
export const AAE_IMPLEMENTATION: ModelImplementation<AaeSpec> = {
  open: (spec, weights) => restored(new Aae(spec, new Random(0)), weights),
  async fit(spec, data, context) {
    const model = new Aae(spec, context.random);
    return await fitByLearner(model, data, context, (start) => aaeLearner(model, start));
  },
};
