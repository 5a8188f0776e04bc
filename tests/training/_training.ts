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
export function squares(count: number): ImageSet {
  const random = new Random(3);
  const images = new ImageSet([8, 8, 1]);
  for (let i = 0; i < count; i++) {
    const left = random.integer(5), top = random.integer(5);
    const image = Float32Array.from({ length: 64 }, () => 0.2 * random.uniform());
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) image[(top + y) * 8 + left + x] = 1;
    }
    images.add(image);
  }
  return images;
}

/** The room that a group needs for a training. */
export function roomOf({ architecture, batch }: SmallTraining): GroupCapacity {
  const model = build(architecture, new Random(1));
  const room = capacityFor(model.parameters, batch);
  model.dispose();
  return room;
}

function build(architecture: string, random: Random): Autoencoder {
  return new Autoencoder(NETWORKS[architecture]!.build({ inputShape: [8, 8, 1] }), random);
}

/** Trains, and checks that the members' networks are the same and that no step leaves a tensor behind. */
export async function trainSmall(
  training: SmallTraining,
  group: ProcessGroup,
): Promise<SmallResult> {
  const random = new Random(1);
  const images = squares(training.images);
  const split = splitImages(images.count, random);
  const before = tf.memory().numTensors;
  const model = build(training.architecture, random);
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
