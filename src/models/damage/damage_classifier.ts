/** The classifier of kinds of damage. */

import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../../compute/mod.ts";
import type { Random } from "../../random.ts";
import type { MakeExample } from "../../training/mod.ts";
import { Classifier } from "../classifier/classifier.ts";
import type { Model } from "../model.ts";
import { UNDAMAGED } from "./examples.ts";
import type { DamageSpec } from "./spec.ts";

/** Says which kind of damage an image has suffered, or none. */
export class DamageClassifier extends Classifier implements Model {
  readonly spec: DamageSpec;
  readonly makeExample: MakeExample | undefined;

  /**
   * @param spec The model as data.
   * @param random Source of the initial values.
   * @param makeExample Makes the examples that it learns from. @default {none: it does not learn}
   */
  constructor(spec: DamageSpec, random: Random, makeExample?: MakeExample) {
    super(spec.inputShape, 1 + spec.kinds.length, random, "relu");
    this.spec = spec;
    this.makeExample = makeExample;
  }

  /** The loss without random draws, nats, `[batch]`; images without a class are undamaged. */
  override validationLoss(x: Tensor, classes?: Int32Array): Tensor1D {
    const known = classes ?? new Int32Array(x.shape[0]!).fill(UNDAMAGED);
    return super.validationLoss(x, known.map((place) => place < 0 ? UNDAMAGED : place));
  }

  /** The log odds of damage of any kind, `[batch]`, for each name. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const odds = this.logOdds(x);
    return names.map(() => odds);
  }

  /** The log odds of damage of any kind: log-sum-exp of the kinds' logits, less that of "undamaged". */
  logOdds(x: Tensor): Tensor1D {
    const logits = this.logits(this.embed(x));
    const undamaged = tf.slice(logits, [0, UNDAMAGED], [-1, 1]);
    const kinds: Tensor2D = tf.slice(logits, [0, 1], [-1, this.spec.kinds.length]);
    return tf.sub(tf.logSumExp(kinds, 1), tf.reshape(undamaged, [-1])) as Tensor1D;
  }
}
