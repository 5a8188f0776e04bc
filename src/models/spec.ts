/** A model as plain data: everything that a model file says about it besides its values. */

import type { ImageShape } from "../shape.ts";

/** Fields shared by the specs of all models. */
export interface ModelSpec {
  /** The model type: how the model computes, learns and is stored. */
  readonly kind: string;
  /** The model's name. */
  readonly name: string;
  /** Shape of one image as the model sees it. */
  readonly inputShape: ImageShape;
}
