/** The training loop, of whatever learns step by step. */

import { type Tensor, tf } from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import { Random } from "../random.ts";
import { EventLoopYielder } from "../yield_to_event_loop.ts";
import { ratesOf, type Step } from "./_step.ts";
import { batchBounds, largestGroup, shareOf } from "./batches.ts";
import type { EpochRecord, FitOptions, FitResult, TrainingState, Weights } from "./fit_options.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import type { Optimiser } from "./optimiser.ts";
import { parseSchedule, risingEpochs } from "./schedule.ts";
import type { Split } from "./split.ts";

/** Images a step when nothing is learnt. */
const VALIDATION_BATCH = 256;

/** Between two turns of the event loop, in ms: signals and progress bars need them. */
const TURN_MS = 50;

/** What learns, step by step. */
export interface Learner {
  /** What moves the weights; in a group every member has its own. */
  readonly optimiser:
    & Pick<Optimiser, "steps" | "collect" | "state" | "dispose">
    & Partial<Pick<Optimiser, "gather">>;
  /**
   * Learns from a batch.
   *
   * @param step The images of all members, and what is particular to the step.
   * @returns This member's part of the loss that is reported, summed over images.
   */
  step(step: Step): Tensor;
  /**
   * The loss without chance: what early stopping looks at.
   *
   * @param indices Some images.
   * @returns Summed over them.
   */
  loss(indices: Uint32Array): Tensor;
  /** A copy of all weights. */
  snapshot(): Promise<Weights>;
  /** Sets all weights. */
  restore(weights: Weights): void;
}

/**
 * Lets a model learn and leaves it with the weights of its best epoch.
 *
 * In a group each member computes its share of every batch; orders, noise, sums and so decisions are the
 * same on all, and the same as those of a member alone, to rounding.
 *
 * @param start Makes what learns, with the weights and the optimiser of the state where there is one.
 * @param split Which images train and which validate.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If a loss is no longer finite.
 * @throws {RangeError} If there are more members than images in the smallest batch.
 */
export async function learn(
  start: (resume: TrainingState | undefined) => Promise<Learner>,
  split: Split,
  options: FitOptions,
): Promise<FitResult> {
  const { resume, group = SINGLE_PROCESS, hyperparameters = {} } = options;
  const most = largestGroup(split.training.length, options.batch);
  if (group.size > most) {
    throw new RangeError(
      `Cannot train as threads must be at most ${most}, the images of the smallest batch: current number is ${group.size}`,
    );
  }
  const random = resume ? Random.fromState(resume.random) : options.random;
  const history: EpochRecord[] = [...resume?.history ?? []];
  const learner = await start(resume);
  const { optimiser } = learner;
  // While the KL term warms up, or the learning rate, losses say little of when to end.
  const { klWarmup = 0, schedule = "constant" } = hyperparameters;
  const warmup = Math.max(klWarmup, risingEpochs(parseSchedule(schedule), options.epochs));
  const yielder = new EventLoopYielder();
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
      const loss = await learnEpoch(learner, split.training, random, history, {
        ...options,
        yielder,
      });
      optimiser.gather?.();
      if (loss === undefined) {
        interrupted = true;
        break;
      }
      const validationLoss = await meanLoss(learner, split.validation, group);
      requireFinite(validationLoss, "held-out loss", epoch);
      const watchedLoss = await options.watch?.();
      if (watchedLoss !== undefined) requireFinite(watchedLoss, "watched loss", epoch);
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

/** One pass over the training images; undefined if the signal ended it. */
async function learnEpoch(
  learner: Learner,
  training: Uint32Array,
  random: Random,
  history: readonly EpochRecord[],
  options: FitOptions & { readonly yielder: EventLoopYielder },
): Promise<number | undefined> {
  const { batch, signal, yielder, onStep, group = SINGLE_PROCESS } = options;
  const { freeBits, augment } = options.hyperparameters ?? {};
  const epoch = history.length + 1;
  const order = random.permutation(training.length).map((i) => training[i]!);
  const noise = random.fork();
  const changes = augment && random.fork();
  const bounds = batchBounds(order.length, batch);
  const rates = ratesOf(options, history, bounds.length - 1);
  const losses: Tensor[] = [];
  let sum = 0, turned = performance.now();
  for (let i = 1; i < bounds.length; i++) {
    const images = bounds[i]!;
    const all = order.subarray(bounds[i - 1]!, images);
    const step = { batch: all, noise, changes, freeBits, ...rates(learner.optimiser.steps) };
    losses.push(learner.step(step));
    // Member 0 has the clock and the signal.
    const first = group.rank === 0;
    const due = first && performance.now() - turned >= TURN_MS, stop = first && signal?.aborted;
    const flags = Float32Array.of(due ? 1 : 0, stop ? 1 : 0);
    group.allReduce(flags);
    if (flags[1]! > 0) {
      tf.dispose(losses);
      return undefined;
    }
    if (flags[0] === 0 && images < order.length) continue;
    sum += await takeTotal(losses, group);
    requireFinite(sum, "loss", epoch);
    onStep?.({ epoch, images, of: order.length, loss: sum / images });
    if (first) await yielder.yield();
    turned = performance.now();
  }
  return sum / order.length;
}

/** A model whose losses are no numbers any more finds nothing: it is not to be kept. */
function requireFinite(loss: number, name: string, epoch: number): void {
  if (Number.isFinite(loss)) return;
  throw new StrayError(
    "value",
    `Cannot go on training as the ${name} must be finite: current value is ${loss} in epoch ${epoch}`,
    { hint: "lower --lr, bound gradients by --clip, or bring samples to [0, 1] by --scale" },
  );
}

/**
 * Reads losses of steps, a turn's at once, and adds them up over the group.
 *
 * Reads are asked for together: to wait for one takes Deno 12 ms on WebGPU, and 25 take no longer.
 */
async function takeTotal(losses: Tensor[], group: ProcessGroup): Promise<number> {
  const total = new Float64Array(1);
  const taken = losses.splice(0);
  for (const [loss] of await Promise.all(taken.map((loss) => loss.data()))) total[0]! += loss!;
  tf.dispose(taken);
  group.allReduce(total);
  return total[0]!;
}

/** The loss without chance, a mean an image. */
async function meanLoss(
  learner: Learner,
  which: Uint32Array,
  group: ProcessGroup,
): Promise<number> {
  const own = shareOf(which, group);
  const losses: Tensor[] = [];
  for (let start = 0; start < own.length; start += VALIDATION_BATCH) {
    losses.push(learner.loss(own.subarray(start, start + VALIDATION_BATCH)));
  }
  return await takeTotal(losses, group) / which.length;
}
