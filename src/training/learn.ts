/** The training loop. */

import { type Tensor, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import { Random } from "../random.ts";
import { EventLoopYielder } from "../yield_to_event_loop.ts";
import { batchBounds, largestGroup, shareOf } from "./batches.ts";
import type { EpochRecord, FitResult, LearningOptions, TrainingState } from "./fit_options.ts";
import type { Learner, LearningData } from "./learner.ts";
import { Loader } from "./loader.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import { parseSchedule, rateFactor, risingEpochs } from "./schedule.ts";

/** Images per batch of the validation loss. */
const VALIDATION_BATCH = 256;

/** Seed of the examples by which a model is validated: their loss says which epoch is best. */
const EXAMPLES_SEED = 1;

/** Time between two turns of the event loop, ms: signals and progress bars need them. */
const YIELD_MS = 50;

/**
 * Trains a model and leaves it with the weights of its best epoch.
 *
 * In a process group each member computes its share of every batch; orders, noise, sums and hence
 * decisions are the same on all members, and the same as those of a single process, to rounding.
 *
 * The validation loss is always the whole loss on the images as they are: without warm-up, free bits
 * or augmentation. Training does not end early while the KL term warms up or the learning rate rises
 * (`one-cycle`).
 *
 * @param start Makes the learner, with weights and optimiser of the state where there is one.
 * @param data Images, labels and the split.
 * @param options Settings and callbacks.
 * @returns The history of the training.
 * @throws {StrayError} `value` If a loss is no longer finite.
 * @throws {RangeError} If there are more members than images in the smallest batch.
 */
export async function learn(
  start: (resume: TrainingState | undefined) => Promise<Learner>,
  data: LearningData,
  options: LearningOptions,
): Promise<FitResult> {
  const { resume, group = SINGLE_PROCESS, hyperparameters = {} } = options;
  const { training, validation } = data.split;
  const most = largestGroup(training.length, options.batch);
  if (group.size > most) {
    throw new RangeError(
      `Cannot train as threads must be at most ${most}, the images of the smallest batch: current number is ${group.size}`,
    );
  }
  const random = resume ? Random.fromState(resume.random) : options.random;
  const history: EpochRecord[] = [...resume?.history ?? []];
  const learner = await start(resume);
  const { optimiser } = learner;
  const loader = new Loader(data, group, {
    augment: hyperparameters.augment,
    makeExample: learner.makeExample,
  });
  const { imageSize } = data.images;
  const loop: Loop = {
    ...{ learner, loader, group, yielder: new EventLoopYielder(), imageSize },
    lossScale: hyperparameters.reduction === "mean" ? 1 / imageSize : 1,
  };
  // During warm-up of the KL term or the learning rate the losses say little about when to end.
  const { klWarmup = 0, schedule = "constant" } = hyperparameters;
  const warmup = Math.max(klWarmup, risingEpochs(parseSchedule(schedule), options.epochs));
  let interrupted = false;
  try {
    let best = resume ? resume.best : { epoch: 0, weights: await learner.snapshot() };
    let bestLoss = history[best.epoch - 1]?.validationLoss ?? Infinity;
    const stale = () => history.length - Math.max(best.epoch, warmup);
    const state = async (): Promise<TrainingState> => ({
      epoch: history.length,
      history: [...history],
      weights: await learner.snapshot(),
      best,
      optimiser: await optimiser.state(),
      random: random.state,
    });
    while (history.length < options.epochs && stale() < options.patience) {
      const epoch = history.length + 1;
      const loss = await learnEpoch(loop, training, random, history, options);
      optimiser.gather?.();
      if (loss === undefined) {
        interrupted = true;
        break;
      }
      const validationLoss = await meanLoss(loop, validation);
      requireFinite(validationLoss, "validation loss", epoch, loop);
      const watched = await options.watch?.();
      const watchedLoss = watched === undefined ? undefined : watched * loop.lossScale;
      if (watchedLoss !== undefined) requireFinite(watchedLoss, "watched loss", epoch, loop);
      const record = {
        epoch,
        loss,
        validationLoss,
        ...watchedLoss !== undefined && { watchedLoss },
      };
      history.push(record);
      if (validationLoss < bestLoss) {
        bestLoss = validationLoss;
        best = { epoch, weights: await learner.snapshot() };
      }
      optimiser.collect();
      await options.onEpoch?.(record, state);
      group.barrier();
    }
    if (best.epoch > 0) learner.restore(best.weights);
    return { history, bestEpoch: best.epoch, interrupted };
  } finally {
    optimiser.dispose();
  }
}

/** The parts that every step works with. */
interface Loop {
  readonly learner: Learner;
  readonly loader: Loader;
  readonly group: ProcessGroup;
  readonly yielder: EventLoopYielder;
  /** Samples per image. */
  readonly imageSize: number;
  /** Factor of all losses, those reported and those differentiated. */
  readonly lossScale: number;
}

/** Messages of member 0 to the others: go on after this step, yield to the event loop, or end. */
const GO_ON = 0, YIELD = 1, END = 2;

/** One pass over the training images; undefined if the signal ended it. */
async function learnEpoch(
  loop: Loop,
  training: Uint32Array,
  random: Random,
  history: readonly EpochRecord[],
  options: LearningOptions,
): Promise<number | undefined> {
  const { learner, loader, group, yielder, lossScale } = loop;
  const { batch, signal, onStep, hyperparameters = {} } = options;
  const epoch = history.length + 1;
  const order = random.permutation(training.length).map((i) => training[i]!);
  const noise = random.fork();
  const changes = loader.changes ? random.fork() : undefined;
  const bounds = batchBounds(order.length, batch);
  const rates = ratesOf(options, history, bounds.length - 1);
  const losses: Tensor[] = [];
  let sum = 0, yielded = performance.now();
  for (let i = 1; i < bounds.length; i++) {
    const images = bounds[i]!;
    const { learningRate, klWeight } = rates(learner.optimiser.steps);
    // The clock and the signal are member 0's. Members meet in the step, at the latest in its optimiser.
    const due = performance.now() - yielded >= YIELD_MS;
    const posted = group.post(signal?.aborted ? END : due ? YIELD : GO_ON);
    const { batch: own, input, ...randomness } = loader.step(
      order.subarray(bounds[i - 1]!, images),
      noise,
      changes,
    );
    losses.push(learner.step(own, {
      ...randomness,
      input,
      statistics: [],
      klWeight,
      lossScale,
      freeBits: hyperparameters.freeBits,
      reduce: group.size > 1 ? (sums) => group.allReduce(sums) : undefined,
    }, learningRate));
    tf.dispose([own.x, ...input ? [input] : []]);
    const next = posted();
    if (next === END) {
      tf.dispose(losses);
      return undefined;
    }
    if (next === GO_ON && images < order.length) continue;
    sum += lossScale * await takeTotal(losses, group);
    requireFinite(sum, "loss", epoch, loop);
    onStep?.({ epoch, images, of: order.length, loss: sum / images });
    if (group.rank === 0) await yielder.yield();
    yielded = performance.now();
  }
  return sum / order.length;
}

/**
 * The settings that vary from step to step: functions of the number of steps done, so that a
 * checkpoint need not hold them.
 */
function ratesOf(
  { learningRate, epochs, hyperparameters = {} }: LearningOptions,
  history: readonly EpochRecord[],
  stepsPerEpoch: number,
): (step: number) => { readonly learningRate: number; readonly klWeight: number } {
  const schedule = parseSchedule(hyperparameters.schedule ?? "constant");
  const steps = epochs * stepsPerEpoch;
  const warmup = (hyperparameters.klWarmup ?? 0) * stepsPerEpoch;
  const epoch = history.length + 1;
  const validationLosses = history.map((record) => record.validationLoss);
  return (step) => ({
    learningRate: learningRate * rateFactor(schedule, { step, steps, epoch, validationLosses }),
    klWeight: step < warmup ? step / warmup : 1,
  });
}

/** Refuses a loss that is not finite: such a model finds nothing. */
function requireFinite(
  loss: number,
  name: string,
  epoch: number,
  { lossScale, imageSize }: Loop,
): void {
  if (Number.isFinite(loss)) return;
  const means = lossScale === 1
    ? `losses are sums over the ${imageSize} samples of an image: take a learning rate for means by ` +
      "--reduction mean; or "
    : "";
  throw new StrayError(
    "value",
    `Cannot go on training as the ${name} must be finite: current value is ${loss} in epoch ${epoch}`,
    {
      hint: `${means}lower --lr, bound gradients by --clip, or bring samples to [0, 1] by --scale`,
    },
  );
}

/**
 * Reads the losses of several steps and sums them over the group.
 *
 * All reads are started together: on WebGPU one read takes Deno 12 ms, and 25 take no longer.
 */
async function takeTotal(losses: Tensor[], group: ProcessGroup): Promise<number> {
  const total = new Float64Array(1);
  const taken = losses.splice(0);
  for (const [loss] of await Promise.all(taken.map((loss) => loss.data()))) total[0]! += loss!;
  tf.dispose(taken);
  group.allReduce(total);
  return total[0]!;
}

/** The mean loss per image, without random draws but those of examples, the same in every epoch. */
async function meanLoss(
  { learner, loader, group, lossScale }: Loop,
  which: Uint32Array,
): Promise<number> {
  const own = shareOf(which, group);
  const random = new Random(EXAMPLES_SEED);
  const randoms = shareOf(Array.from(which, () => random.split()), group);
  const losses: Tensor[] = [];
  for (let start = 0; start < own.length; start += VALIDATION_BATCH) {
    const end = start + VALIDATION_BATCH;
    const batch = loader.validation(own.subarray(start, end), randoms.slice(start, end));
    losses.push(tf.tidy(() => tf.sum(learner.validationLoss(batch))));
    batch.x.dispose();
  }
  return lossScale * await takeTotal(losses, group) / which.length;
}
