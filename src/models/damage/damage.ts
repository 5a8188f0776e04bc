/** Damage by a classifier of its kinds, and by the distance from undamaged images. */

import type { Tensor, Tensor1D } from "../../compute/mod.ts";
import { Random } from "../../random.ts";
import { divideWork, type LearningData, rangeOf, type SampleRange } from "../../training/mod.ts";
import { fitByGradients } from "../fit_by_gradients.ts";
import type { Model, StoredWeights, Weights } from "../model.ts";
import type { FitContext, FittedModel, ModelImplementation } from "../model_type.ts";
import { once } from "../network/lazy_errors.ts";
import { weightsOf } from "../network/parameters.ts";
import { measureUnits, type ScoreUnit, sumInUnits } from "../score_units.ts";
import { DamageClassifier } from "./damage_classifier.ts";
import { exampleMaker } from "./examples.ts";
import type { DamageSpec } from "./spec.ts";
import { storedWhole, WholeNeighbours, wholeTask } from "./whole_neighbours.ts";

/** Name of the units of the scores `odds` and `whole` in a model file. */
const UNITS = "units";
/** Units of `odds` and `whole` on MNIST. */
const USUAL: readonly ScoreUnit[] = [[-2.4, 1.6], [-0.29, 0.155]];

/** The parts of the model. */
interface Parts {
  readonly classifier: DamageClassifier;
  readonly neighbours: WholeNeighbours;
}

/**
 * A classifier of synthetic damage, and nearest neighbours.
 *
 * `odds` is what a classifier says that has learnt to tell kinds of damage from each other and from none, all
 * made of the training images ({@linkcode DamageClassifier}; as CutPaste, Li et al. 2021, arXiv 2104.04015,
 * and DRAEM, Zavrtanik et al. 2021, arXiv 2108.07610, with many kinds); `whole` compares the directions of
 * edges ({@linkcode WholeNeighbours}). `damage` is their sum, each in units of normal images.
 */
export class Damage implements Model {
  readonly spec: DamageSpec;
  readonly #parts: Parts;
  readonly #units: Float32Array;

  /**
   * @param spec The model as data.
   * @param parts The parts; disposed of with the model.
   * @param units Units of `odds`, then of `whole`, as `measureUnits` gives them.
   * @throws {TypeError} If these are not 4 numbers.
   */
  constructor(spec: DamageSpec, parts: Parts, units: Float32Array) {
    if (units.length !== 4) {
      throw new TypeError(
        `Cannot use "${UNITS}" as its length must be 4: current length is ${units.length}`,
      );
    }
    this.spec = spec;
    this.#parts = parts;
    this.#units = units;
  }

  /** The layer before the logits of the classifier, `[batch, EMBEDDING]`. */
  encode(x: Tensor): Tensor {
    return this.#parts.classifier.embed(x);
  }

  /** The cross-entropy of images that are undamaged, nats, `[batch]`. */
  validationLoss(x: Tensor): Tensor1D {
    return this.#parts.classifier.validationLoss(x);
  }

  /** Computes scores. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    const { classifier, neighbours } = this.#parts;
    const odds = once(() => classifier.logOdds(x)), whole = once(() => neighbours.score(x));
    return names.map((name) => {
      if (name === "odds") return odds();
      if (name === "whole") return whole();
      return sumInUnits([odds(), whole()], this.#units);
    });
  }

  /** All numbers. */
  async snapshot(): Promise<Weights> {
    const { classifier, neighbours } = this.#parts;
    return new Map([
      ...await classifier.snapshot(),
      ...neighbours.weights(),
      [UNITS, { shape: [2, 2], data: this.#units }] as const,
    ]);
  }

  /** Frees all values. */
  dispose(): void {
    this.#parts.classifier.dispose();
    this.#parts.neighbours.dispose();
  }
}

/** The range in which damaged samples stay: [0, 1], or that of the training images if they exceed it. */
function damagedRange({ images, split: { training } }: LearningData): SampleRange {
  let low = 0, high = 1, least = Infinity, most = -Infinity;
  for (const index of training) {
    const range = rangeOf(images.at(index));
    least = Math.min(least, range.low);
    most = Math.max(most, range.high);
  }
  if (least < low || most > high) [low, high] = [least, most];
  return { low, high };
}

/** Trains the classifier, then keeps images. */
async function fit(
  spec: DamageSpec,
  data: LearningData,
  context: FitContext,
): Promise<FittedModel> {
  // Before training, which resumed draws other numbers.
  const directions = context.random.fork();
  const makeExample = exampleMaker(spec.kinds, spec.inputShape, damagedRange(data));
  const classifier = new DamageClassifier(spec, context.random, makeExample);
  const { result } = await fitByGradients(classifier, data, context);
  let neighbours: WholeNeighbours | undefined;
  try {
    const [whole] = await divideWork([wholeTask(spec, data, directions)], context.group);
    neighbours = new WholeNeighbours(spec, whole);
    const parts = { classifier, neighbours };
    // Images that validate are not kept, and the classifier only chose its epoch by them.
    const units = await measureUnits(
      data.images,
      data.split.validation,
      USUAL,
      (x) => [classifier.logOdds(x), parts.neighbours.score(x)],
    );
    return { model: new Damage(spec, parts, units), result };
  } catch (error) {
    classifier.dispose();
    neighbours?.dispose();
    throw error;
  }
}

/** Restores a stored model. */
function open(spec: DamageSpec, weights: StoredWeights): Damage {
  const classifier = new DamageClassifier(spec, new Random(0));
  let neighbours: WholeNeighbours | undefined;
  try {
    const own = classifier.parameters.map(({ name }) => [name, weights.get(name)] as const);
    classifier.restore(new Map(own.flatMap(([name, values]) => values ? [[name, values]] : [])));
    neighbours = new WholeNeighbours(spec, storedWhole(weights));
    return new Damage(spec, { classifier, neighbours }, weightsOf(weights, UNITS));
  } catch (error) {
    classifier.dispose();
    neighbours?.dispose();
    throw error;
  }
}

/** The computing part of the type. */
export const DAMAGE_IMPLEMENTATION: ModelImplementation<DamageSpec> = { open, fit };
