/** The spec of a training: checked against the samples and the size of the images. */

import { StrayError } from "../errors.ts";
import type { ModelInput } from "../images/mod.ts";
import {
  comparesProbabilities,
  type ModelDefinition,
  type ModelOptions,
  type ModelSpec,
} from "../models/mod.ts";
import { sizeOf } from "../shape.ts";
import { defaultBatch, type SampleRange, shortNumber, smallerSize } from "../training/mod.ts";
import type { TrainOptions } from "./train_options.ts";

/** Called with a fact and its remedy. */
type Warn = TrainOptions["onWarning"];

/** Numbers above which networks do not learn: their steps are small beside samples. */
const LARGE = 100;

/** Magnitude below which float32 loses digits of squares, or all of them. */
const TINY = 1e-15;

const SCALE_HINT =
  "--scale auto maps the range of the images to [0, 1], and --scale LOW,HIGH a range of yours";

/**
 * Builds a spec for images. Where samples lie outside [0, 1] and the model takes them for
 * probabilities, its output becomes linear and a loss that nobody chose becomes `mse`. Networks do not
 * learn grey levels of 0 to 255: large numbers are refused unless somebody chose the scale.
 *
 * @param definition The model.
 * @param options The images and the user's options.
 * @param samples The range of the samples, as the model sees them, and whether the scale was chosen.
 * @param onWarning Called if the output was changed.
 * @returns The spec.
 * @throws {StrayError} `value` If the model has no linear output, or squares of the samples vanish;
 * `usage` if the loss is defined for probabilities alone; any error of `build`.
 */
export function buildSpec(
  { type, build, takesOutput }: ModelDefinition,
  options: ModelOptions,
  { range, chosen }: { readonly range: SampleRange; readonly chosen: boolean },
  onWarning: Warn,
): ModelSpec {
  const spec = build(options);
  const [height, width, channels] = spec.inputShape;
  if (height * width === 1) {
    onWarning?.(
      `images have 1 x 1 pixels, ${channels === 1 ? "one number" : `${channels} numbers`} each: ` +
        "there is no structure to learn",
      "give larger images, or several numbers per vector",
    );
  }
  refuseTiny(type, spec, range);
  if (range.low >= 0 && range.high <= 1 || !type.needsUnitSamples?.(spec)) return spec;
  const found = `they lie from ${shortNumber(range.low)} to ${shortNumber(range.high)}`;
  if (!takesOutput) {
    const custom = type.layers ? `; or set "output": "linear" in the network's file` : "";
    throw new StrayError(
      "value",
      `Cannot train "${spec.name}" as samples must lie in [0, 1], from black to white: ${found}`,
      { hint: SCALE_HINT + custom },
    );
  }
  if (options.loss !== undefined && comparesProbabilities(options.loss)) {
    throw new StrayError(
      "usage",
      `Cannot use --loss ${options.loss} as samples must lie in [0, 1], as probabilities do: ${found}`,
      { hint: SCALE_HINT },
    );
  }
  if (!chosen && Math.max(-range.low, range.high) > LARGE) {
    throw new StrayError(
      "value",
      `Cannot train "${spec.name}" as samples must be small numbers for a network to learn: ${found}`,
      { hint: `${SCALE_HINT}; --scale none trains on them as they are` },
    );
  }
  const linear = build({ ...options, output: "linear" });
  const loss = type.describeLoss ? `, its loss ${type.describeLoss(linear)}` : "";
  onWarning?.(
    `samples must lie in [0, 1] for a sigmoid, but ${found}: the output of ${spec.name} is linear${loss}`,
    `networks learn best from small numbers: ${SCALE_HINT}`,
  );
  return linear;
}

/** Refuses samples whose squares vanish: all images would look black. */
function refuseTiny(
  { scaleInvariant }: ModelDefinition["type"],
  spec: ModelSpec,
  { low, high }: SampleRange,
): void {
  const magnitude = Math.max(-low, high);
  if (magnitude === 0 || magnitude >= TINY || scaleInvariant?.(spec)) return;
  throw new StrayError(
    "value",
    `Cannot train "${spec.name}" as samples must reach ${TINY} for float32 to hold their squares: ` +
      `they lie from ${shortNumber(low)} to ${shortNumber(high)}`,
    { hint: SCALE_HINT },
  );
}

/** Maximum memory of a step, bytes, for images whose size the user did not choose. */
const MAX_STEP = 2 ** 32;
/** Copies of the outputs of layers in a step: themselves, their gradients, and room for both. */
const ACTIVATION_COPIES = 3;
/** Copies of the parameters: values, gradients, two moments, the best ones, and room. */
const PARAMETER_COPIES = 8;

/**
 * Estimates the memory of a training step, and refuses a large one for images whose size the user
 * did not choose: a photograph of a camera has a thousand times the pixels of a digit.
 *
 * @param definition The model.
 * @param input The preparation of the images.
 * @param options The options of the training.
 * @throws {StrayError} `too_large` If it takes more than 4 GiB and there is no `size`, which the hint
 * proposes; any error of `build`.
 */
export function checkStepMemory(
  { type: { learning }, build, defaults }: ModelDefinition,
  { width, height, channels }: ModelInput,
  options: TrainOptions,
): void {
  if (!learning) return;
  const inputShape = [height, width, channels] as const;
  const { latent, loss, beta, gibbs, batch = defaultBatch(inputShape, defaults.batch) } = options;
  // Labels are not known yet; models of few and of many labels are hardly different in size.
  const spec = build({ inputShape, latent, loss, beta, gibbs, classes: ["a", "b"] });
  const parameters = learning.parameters(spec).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const bytes = 4 * (ACTIVATION_COPIES * batch * learning.activations(spec) +
    PARAMETER_COPIES * parameters);
  if (bytes <= MAX_STEP) return;
  const size = `${(bytes / 2 ** 30).toPrecision(2)} GiB`;
  const what = `a step of ${batch} images of ${width} x ${height} x ${channels}`;
  const smaller = smallerSize(width, height);
  if (options.size) {
    options.onWarning?.(
      `${what} takes about ${size} of memory`,
      `${options.batch === undefined ? "" : "a smaller --batch or "}--size ${smaller} takes less`,
    );
    return;
  }
  throw new StrayError(
    "too_large",
    `Cannot train "${spec.name}" as a step must take at most ${MAX_STEP / 2 ** 30} GiB of memory ` +
      `unless --size is given: ${what} takes about ${size}`,
    {
      hint: `${
        options.batch === undefined ? "" : "lower --batch, or "
      }add --size ${smaller}, or --size ${width}x${height} to try it all the same`,
    },
  );
}
