/** A small training, as each member of a group does it. */

import { heapView, tf } from "../../src/compute/mod.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { fitByGradients } from "../../src/models/fit_by_gradients.ts";
import { Random } from "../../src/random.ts";
import {
  capacityFor,
  type EpochRecord,
  type GroupCapacity,
  type Hyperparameters,
  ImageSet,
  type ProcessGroup,
  splitImages,
  type TrainingState,
  type Weights,
} from "../../src/training/mod.ts";
import { NETWORKS } from "../models/_models.ts";

/** A small training, as a message. */
export interface SmallTraining {
  readonly architecture: string;
  /** Width and height of the images. */
  readonly side: number;
  readonly images: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly hyperparameters?: Hyperparameters;
}

/** Its results. */
export interface SmallResult {
  readonly history: readonly EpochRecord[];
  readonly start: Weights;
  readonly weights: Weights;
  readonly states: readonly TrainingState[];
}

/** Bright squares at random places, on noise: no activation is 0 but for rounding. */
export function squares(count: number, side: number): ImageSet {
  const random = new Random(3), half = side / 2;
  const images = new ImageSet([side, side, 1]);
  for (let i = 0; i < count; i++) {
    const left = random.integer(half + 1), top = random.integer(half + 1);
    const image = Float32Array.from({ length: side * side }, () => 0.2 * random.uniform());
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) image[(top + y) * side + left + x] = 1;
    }
    images.add(image);
  }
  return images;
}

/** The room that a group needs for a training. */
export function roomOf(training: SmallTraining): GroupCapacity {
  const model = build(training, new Random(1));
  const room = capacityFor(model.parameters, training.batch);
  model.dispose();
  return room;
}

function build({ architecture, side }: SmallTraining, random: Random): Autoencoder {
  return new Autoencoder(NETWORKS[architecture]!.build({ inputShape: [side, side, 1] }), random);
}

/** Trains, and checks that the members' networks are the same and that no step leaves a tensor behind. */
export async function trainSmall(
  training: SmallTraining,
  group: ProcessGroup,
): Promise<SmallResult> {
  const random = new Random(1);
  const images = squares(training.images, training.side);
  const split = splitImages(images.count, random);
  const before = tf.memory().numTensors;
  const model = build(training, random);
  const start = await model.snapshot();
  const tensors: number[] = [], states: TrainingState[] = [];
  const data = { images, classes: new Int32Array(images.count).fill(-1), split };
  const { result: { history } } = await fitByGradients(model, data, {
    ...training,
    patience: training.epochs,
    random,
    group,
    onEpoch: async (_, state) => {
      tensors.push(tf.memory().numTensors);
      states.push(await state());
    },
  });
  for (const { name, value } of model.parameters) {
    const own = heapView(value).slice(), sum = own.slice();
    group.allReduce(sum);
    // Two equal numbers and a third: their sum is rounded once.
    own.forEach((x, i) => {
      if (sum[i] !== Math.fround(group.size * x)) throw new Error(`${name}: members differ`);
    });
  }
  const weights = await model.snapshot();
  model.dispose();
  if (new Set(tensors).size !== 1) throw new Error(`tensors after each epoch: ${tensors}`);
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`member ${group.rank} leaves ${left} tensors`);
  return { history, start, weights, states };
}
