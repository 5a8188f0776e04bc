/** The tasks of the `novelty` benchmark: images to train and to test on, and which of them are anomalies. */

import { type EntryName, isFailed, Random, readSources, StrayError } from "../../mod.ts";
import { usageError } from "../../src/cli/mod.ts";

/** Names of the tasks. */
export const TASK_NAMES = ["held-out", "one-class", "damaged"] as const;

/** A task. */
export type TaskName = typeof TASK_NAMES[number];

/** A source for a command, with its stdin if the source is `-`. */
export interface Input {
  readonly source: string;
  readonly stdin?: string;
}

/** One training and one test. */
export interface Trial {
  /** Training images. */
  readonly training: Input;
  /** Flags of `train` that choose among them by label. */
  readonly flags: readonly string[];
  /** Test images. */
  readonly test: Input;
  /**
   * The anomalies among the test images.
   *
   * @param labels The label of every test image, in order.
   * @returns 1 for an anomaly, 0 for a normal image.
   * @throws {StrayError} `label` If a label is missing or not among those of the training images.
   */
  truth(labels: readonly (string | undefined)[]): Uint8Array;
}

/** A task on given images. */
export interface Task {
  /** Names of the classes: a trial per class and seed. */
  readonly classes: readonly string[];
  /** Makes the trial of a class; a validation divides the images by the seed. */
  trial(label: string, seed: number): Trial;
}

/** Images and conditions of a task. */
export interface TaskOptions {
  readonly task: TaskName;
  /** Source of training images. */
  readonly data: string;
  /** Source of test images; never opened in a validation. */
  readonly test: string | undefined;
  /** File with a line of 0 and 1, where 1 marks the damaged test images. */
  readonly answer: string | undefined;
  /** Classes to measure. @default {all; in a validation the first five} */
  readonly classes: readonly string[] | undefined;
  /** Whether a part of the training images takes the place of the test images. */
  readonly validation: boolean;
}

/** Maximum number of images of a validation, and the share of them that train: 20,000 and 5,000. */
const DIVISION = { images: 25_000, training: 0.8 };

/** Classes that settings may be chosen on. */
const VALIDATION_CLASSES = 5;

/**
 * Prepares a task.
 *
 * @param options Images and conditions.
 * @returns The task.
 * @throws {StrayError} `usage` If a source or file is missing, or a class cannot be measured; `label` If
 * training images have no labels, or the answer file does not fit the test images; `not_found` and others If a
 * source or file cannot be read.
 */
export async function openTask(options: TaskOptions): Promise<Task> {
  const { task, data, validation } = options;
  if (task === "damaged") return await openDamaged(options);
  const images = await listImages(data);
  const all = sortedLabels(images, data);
  const classes = chooseClasses(all, options);
  const anomaly = task === "held-out" ? 1 : 0;
  const truthOf = (label: string) => (labels: readonly (string | undefined)[]) =>
    Uint8Array.from(labels, (each) => {
      if (each !== undefined && all.includes(each)) return each === label ? anomaly : 1 - anomaly;
      throw new StrayError(
        "label",
        `Cannot test as labels of test images must be among ${all.join(", ")}: ` +
          `current value is ${each === undefined ? "missing" : `"${each}"`}`,
      );
    });
  const inputsOf = validation
    ? (seed: number) => divide(images, seed)
    : sources(data, requireTest(options));
  return {
    classes,
    trial: (label, seed) => ({
      ...inputsOf(seed),
      flags: [task === "held-out" ? `--hold-out=${label}` : `--normal=${label}`],
      truth: truthOf(label),
    }),
  };
}

async function openDamaged(options: TaskOptions): Promise<Task> {
  const { data, answer, classes, validation } = options;
  if (validation || classes !== undefined) {
    throw usageError(
      `Cannot use --${validation ? "validation" : "classes"} as --task must be held-out or ` +
        "one-class: current value is damaged",
      validation ? "choose settings on another task" : "omit it",
    );
  }
  const test = requireTest(options);
  if (answer === undefined) {
    throw usageError(
      "Cannot test as --answer must be given with --task damaged",
      "name a file with a line of 0 and 1, where 1 marks the damaged images of --test",
    );
  }
  const truth = await readAnswer(answer, (await listImages(test)).length);
  const inputs = sources(data, test)();
  return { classes: ["damaged"], trial: () => ({ ...inputs, flags: [], truth: () => truth }) };
}

async function readAnswer(file: string, count: number): Promise<Uint8Array> {
  const digits = await Deno.readTextFile(file).then((text) => text.trim(), (cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StrayError("not_found", `Cannot read "${file}": ${reason}`, { cause });
  });
  if (/^[01]+$/.test(digits) && digits.length === count) return Uint8Array.from(digits, Number);
  throw new StrayError(
    "label",
    `Cannot use "${file}" as it must be a line with a 0 or 1 for each of ${count} test images: ` +
      `current length is ${digits.length}`,
  );
}

function requireTest({ test, data }: TaskOptions): string {
  if (test === undefined) {
    throw usageError(
      "Cannot test as --test must be given",
      "name test images, or add --validation",
    );
  }
  if (test !== data) return test;
  throw usageError("Cannot test as --test must have other images than --data");
}

function sources(data: string, test: string): () => Pick<Trial, "training" | "test"> {
  return () => ({ training: { source: data }, test: { source: test } });
}

async function listImages(source: string): Promise<EntryName[]> {
  const names: EntryName[] = [];
  for await (const entry of readSources([source])) {
    if (isFailed(entry)) throw entry.error;
    const { path, label } = entry;
    names.push(label === undefined ? { path } : { path, label });
  }
  return names;
}

function sortedLabels(images: readonly EntryName[], source: string): string[] {
  const labels = images.map(({ path, label }) => {
    if (label !== undefined) return label;
    throw new StrayError(
      "label",
      `Cannot train on "${source}" as every image must have a label: "${path}" has none`,
      { hint: "use class folders, or IDX with its label file" },
    );
  });
  return [...new Set(labels)].sort(new Intl.Collator("en", { numeric: true }).compare);
}

function chooseClasses(all: readonly string[], { classes, validation }: TaskOptions) {
  const offered = validation ? all.slice(0, VALIDATION_CLASSES) : all;
  const unknown = classes?.find((label) => !offered.includes(label));
  if (unknown === undefined) return classes ?? offered;
  throw usageError(
    `Cannot measure class "${unknown}" as it must be one of ${offered.join(", ")}` +
      (validation && all.includes(unknown) ? " with --validation" : ""),
    "separate classes by commas",
  );
}

/**
 * Divides labelled images at random.
 *
 * @param images Names and labels.
 * @param seed Determines the division.
 * @returns Two sources: NDJSON on stdin, 20,000 and 5,000 images, or four fifths and a fifth of fewer.
 */
export function divide(
  images: readonly EntryName[],
  seed: number,
): Pick<Trial, "training" | "test"> {
  // Split, as the first numbers after small seeds are alike.
  const chosen = new Random(seed).split().permutation(images.length).subarray(0, DIVISION.images);
  const cut = Math.round(chosen.length * DIVISION.training);
  // In the order of the source, so that containers are read from front to back.
  const input = (part: Uint32Array) => ({
    source: "-",
    stdin: Array.from(part.toSorted(), (index) => `${JSON.stringify(images[index])}\n`).join(""),
  });
  return { training: input(chosen.subarray(0, cut)), test: input(chosen.subarray(cut)) };
}
