/** From a stream of normal images to the contents of a model file. */

import { type Backend, enableGradients, openBackend } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  type Capable,
  defaultScore,
  type ModelDefinition,
  type ModelOptions,
  type ModelSpec,
  modelTypeOf,
  openModel,
  parseLoss,
  requireCapability,
  scoreParts,
} from "../models/mod.ts";
import { sizeOf } from "../shape.ts";
import {
  checkpointSettings,
  encodeCheckpoint,
  type ModelFile,
  requireStorable,
} from "../store/mod.ts";
import {
  capacityFor,
  chooseThreads,
  estimateSeconds,
  loadImages,
  type Split,
  WorkerGroup,
} from "../training/mod.ts";
import { workerEntry } from "../workers/mod.ts";
import { withLearnableLabels } from "./_learnable_labels.ts";
import { buildSpec, checkStepMemory } from "./_build_spec.ts";
import { classIndices, loadCalibrationImages } from "./_calibration_images.ts";
import { storedCalibration } from "./calibration_method.ts";
import { detectorScore } from "./_combined_score.ts";
import { resumedCalibration, resumedState } from "./_resume.ts";
import { divideImages, modelOf, planTraining, requireImages } from "./_training_plan.ts";
import { warnOfFewSteps, warnOfNeighbours } from "./_training_warnings.ts";
import { latentsIn } from "./_check_score.ts";
import { GREATEST_SCORE } from "./calibration.ts";
import { type CalibrationChoice, chooseCalibration } from "./calibration_choice.ts";
import { compareAnomalies } from "./known_anomalies.ts";
import { nameOf } from "./_refuse_options.ts";
import { type Candidate, candidatesAmong, candidatesFor, chooseModel } from "./choose_model.ts";
import { type TrainingCallbacks, type TrainingJob, trainMember } from "./train_member.ts";
import type { TrainingResult, TrainOptions } from "./train_options.ts";
import { arePhotographs } from "./photographs.ts";
import { UnseenLabels } from "./unseen_labels.ts";
import { WatchedImages } from "./watched_images.ts";

/** A shape that every model takes which is not made for one of its own. */
const ANY_SHAPE = [320, 320, 3] as const;

/** After so many images, at most so many Workers start while further images are read. */
const EARLY = { images: 2000, workers: 7 };

/**
 * Trains a detector on normal images and calibrates it on normal images that it never saw, or by models
 * that never saw them.
 *
 * @param entries The entries of a source.
 * @param options Model, settings and callbacks.
 * @returns The model.
 * @throws {StrayError} `empty` if there are too few images; `usage`, `label`, `shape`, `value`,
 * `backend` or `model` as the options or the images demand.
 */
export async function trainDetector(
  entries: AsyncIterable<Entry>,
  options: TrainOptions,
): Promise<TrainingResult> {
  const candidates = candidatesFor(options), { resume } = options;
  // A file that is no checkpoint is refused before images are read.
  if (resume) checkpointSettings(resume.bytes, resume.name);
  const backend = await openBackend(options.backend);
  const workerGroup = new WorkerGroup(workerEntry("train"));
  try {
    return await trainWith(workerGroup, entries, candidates, backend, options);
  } finally {
    workerGroup.stop();
  }
}

async function trainWith(
  workerGroup: WorkerGroup,
  entries: AsyncIterable<Entry>,
  candidates: readonly Candidate[],
  backend: Backend,
  options: TrainOptions,
): Promise<TrainingResult> {
  const { latentsOf } = options;
  const most = backend.name === "wasm" ? options.workers ?? navigator.hardwareConcurrency : 1;
  let suitable = candidates;
  const unseen = new UnseenLabels(options.holdOut);
  const watched = options.watch === undefined ? undefined : new WatchedImages(options.watch);
  const labelOf: (string | undefined)[] = [];
  let likely: Candidate | undefined;
  const loaded = await loadImages(unseen.watch(watched?.watch(entries) ?? entries), {
    ...options,
    scale: options.scale ?? scaleOf(options.lenses),
    input: latentsOf?.input,
    omits: candidates.every(({ definition }) => definition.type.omitsMissing),
    looksAhead: candidates.some(({ definition }) => definition.side !== undefined),
    sideFor(first) {
      const photographs = (options.mayBePhotographs ?? true) && arePhotographs(first);
      suitable = candidatesAmong(candidates, photographs);
      const chosen = chooseModel(suitable, { ...modelOptions(options), inputShape: ANY_SHAPE });
      const { definition: { side } } = chosen;
      // No other model takes canvases.
      if (side !== undefined && !options.size) suitable = [chosen];
      if (photographs && options.architecture !== undefined && side === undefined) {
        options.onWarning?.(
          `images are photographs, of which ${nameOf(options)} sees pixels`,
          "--model patchcore compares what they show",
        );
      }
      return side === undefined ? undefined : options.side ?? side;
    },
    onInput(input) {
      // Labels are not known yet.
      const { height, width, channels } = input;
      const inputShape = [height, width, channels] as const;
      likely = chooseModel(suitable, { ...modelOptions(options), inputShape });
      checkStepMemory(likely.definition, input, options);
    },
    onImage(entry, count) {
      labelOf.push(entry.label);
      if (count === EARLY.images && suitable.every(({ definition }) => definition.type.learning)) {
        workerGroup.resize(Math.min(most - 1, EARLY.workers));
      }
      options.onImage?.(entry, count);
    },
  });
  const { images, input, labels, range, fingerprint } = loaded;
  requireImages(loaded);
  const { onFailure, cache } = options;
  let read = images.count;
  const onImage: TrainOptions["onImage"] = (entry) => options.onImage?.(entry, ++read);
  const anomalies = options.anomalies &&
    (await loadImages(options.anomalies, {
      ...{ input, flag: "--anomalies", onFailure, onImage, cache },
    })).images;
  // The model that makes the latents must not have seen the images that calibrate.
  const same = latentsOf?.training.fingerprint === fingerprint ? latentsOf : undefined;
  const choice = same
    ? splitOf(same, images.count, options.calibrate)
    : options.calibrate ?? resumedCalibration(options);
  const known: ModelOptions = {
    ...modelOptions(options),
    inputShape: images.shape,
    images: images.count,
    classes: labels,
  };
  const able = withLearnableLabels(suitable, labelOf, options);
  const candidate = chooseModel(able, known), { definition } = candidate;
  if (candidate !== likely) checkStepMemory(definition, input, options);
  const { type, defaults } = definition, { learning } = type;
  if (learning) await enableGradients();
  const ofAll = definition.build(known);
  const chosen = chooseCalibration(choice, {
    learning,
    remembers: remembers(ofAll, definition, options.score),
    leavesOneOut: type.leavesOneOut?.(ofAll) ?? false,
    allCalibrate: type.allCalibrate,
  }, images.count);
  const { random, split, folds, counts } = divideImages(
    images.count,
    same?.training.seed ?? options.seed ?? 0,
    definition,
    chosen,
  );
  const own = typeof choice === "object"
    ? await loadCalibrationImages(choice, { ...options, input, onImage, count: undefined })
    : undefined;
  const spec = buildSpec(
    definition,
    { ...known, images: counts.training },
    { range, chosen: options.scale !== undefined || latentsOf !== undefined },
    options.onWarning,
  );
  warnOfNeighbours(counts.training, options);
  const planned = { spec, defaults, loaded, training: counts.training, chosen };
  const plan = planTraining(planned, options);
  warnOfFewSteps(planned, plan, options);
  requireStorable({ spec, input, settings: { ...plan.fit, seed: plan.seed } });
  const { fit: { epochs, batch }, settings } = plan;
  const job: TrainingJob = {
    spec,
    images: images.share(),
    classes: classIndices(spec, labelOf),
    split,
    random: random.state,
    file: options.graph?.file,
    calibration: {
      method: chosen.method,
      folds,
      own: own && { images: own.images.share(), classes: classIndices(spec, own.labels) },
    },
    ...plan.fit,
    resume: resumedState(options, plan),
  };
  const watch = watched?.measure(spec, input);
  const multiplyAdds = learning?.multiplyAdds(spec) ?? 0;
  const threadsFor = ({ training }: Split) => {
    const cost = { multiplyAdds, images: training.length, batch, epochs };
    return chooseThreads(cost, most, options.workers !== undefined);
  };
  // Each model must have work for all threads in its smallest batch.
  workerGroup.resize(
    learning
      ? Math.min(...[split, ...folds].map(threadsFor)) - 1
      : type.maxBatch
      ? Math.min(most, Math.ceil(counts.calibration / type.maxBatch)) - 1
      : 0,
  );
  const trouble = await workerGroup.ready();
  const threads = workerGroup.size;
  const shapes = learning?.parameters(spec) ?? [];
  const parameters = shapes.filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const seconds = learning &&
    estimateSeconds({ multiplyAdds, images: counts.training, epochs }, threads);
  const calibration = {
    ...chosen,
    images: own ? own.images.count : counts.calibration,
  };
  options.onStart?.({
    ...{ backend, threads, trouble, spec, input, labels, parameters },
    ...{ images: counts, calibration, epochs, seconds, chosen: candidate.chosen },
  });
  const callbacks: TrainingCallbacks = {
    encoder: latentsOf && await openEncoder(latentsOf),
    signal: options.signal,
    watch,
    onFold: options.onFold,
    onStep: options.onStep,
    onEpoch: (record, state) =>
      options.onEpoch?.(record, async () => encodeCheckpoint(settings, await state())),
  };
  const { model: fitted, ...trained } = await workerGroup.run(
    // A batch has no more images than there are.
    {
      ...capacityFor(learning?.optimised?.(spec) ?? shapes, Math.min(batch, counts.training)),
      ...!learning && { parameters: (type.exchanged?.(spec) ?? 0) * workerGroup.size },
    },
    job,
    (group) => trainMember(job, random, group, callbacks),
  );
  try {
    const calibrated = { spec, ...storedCalibration(trained.calibrated) };
    const report = anomalies && await compareAnomalies({
      ...{ model: fitted, calibrated, score: plan.score, images, split, anomalies },
      allCalibrate: chosen.method === "cross" || chosen.method === "loo",
      scoreGiven: options.score !== undefined,
    });
    const { score } = report ?? plan;
    const judged = detectorScore(score, calibrated, "model");
    const doubt = type.doubt?.(calibrated.calibrations);
    for (const { message, hint } of [...trained.remarks, ...doubt ? [doubt] : []]) {
      options.onWarning?.(message, hint);
    }
    const outcome = {
      ...{ ...trained, weights: await fitted.snapshot(), backend, threads },
      ...{ score, calibrating: judged.calibration.length, anomalies: report },
    };
    return {
      model: modelOf({ ...planned, spec: fitted.spec }, plan, counts, outcome, options.version),
      interrupted: trained.interrupted,
      overflows: judged.calibration.filter((value) => value >= GREATEST_SCORE).length,
      unseenLabels: await unseen.compare({ model: fitted, score: judged, images, split }, input),
    };
  } finally {
    fitted.dispose();
  }
}

/** The user's choices among the options of models. */
function modelOptions(options: TrainOptions): Omit<ModelOptions, "inputShape"> {
  const { latentsOf, loss } = options;
  return {
    ...options,
    latents: latentsOf && latentsIn(latentsOf),
    loss: loss && parseLoss(loss),
  };
}

/** The scale of images of lenses, which is their recipe's. */
function scaleOf(lenses: ModelOptions["lenses"]): TrainOptions["scale"] {
  return lenses && { kind: lenses.stretch === "none" ? "none" : "depth" };
}

/** Whether the score that is planned compares with kept images. */
function remembers(spec: ModelSpec, { defaults }: ModelDefinition, score?: string): boolean {
  const parts = scoreParts(score ?? defaultScore(spec, defaults), spec);
  return modelTypeOf(spec).scores(spec)
    .some(({ name, remembers = false }) => remembers && parts.includes(name));
}

/** Opens the model whose latents are compared. */
async function openEncoder({ spec, weights }: ModelFile): Promise<Capable<"encode">> {
  const model = await openModel(spec, weights).catch((cause) => {
    if (!(cause instanceof TypeError)) throw cause;
    throw new StrayError("model", `Cannot use the model of --latents-of: ${cause.message}`, {
      cause,
    });
  });
  return requireCapability(model, "encode");
}

/**
 * The calibration where the model of the latents was trained on the same images: only those can
 * calibrate that it set aside.
 */
function splitOf(
  { training: { images } }: ModelFile,
  count: number,
  choice: CalibrationChoice | undefined,
): CalibrationChoice {
  if (typeof choice === "object") return choice;
  const { training, validation, calibration } = images;
  const setAside = training + validation + calibration === count ? calibration : 0;
  if (setAside > 0 && (choice === undefined || choice === "split")) return "split";
  throw new StrayError(
    "usage",
    "Cannot compare latents as the model of --latents-of must not have seen the images that " +
      `calibrate: it set ${setAside} of these ${count} aside`,
    {
      hint: setAside > 0
        ? "omit --calibrate, or calibrate on other images: --calibrate SRC"
        : "train that model with --calibrate split, or calibrate on other images: --calibrate SRC",
    },
  );
}
