/** A stream of images in, a stream of verdicts out: same number, same order. */

import { type Entry, type EntryName, type FailedSample, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { writeModelInput } from "../images/mod.ts";
import { batchFor, type Detector, type Verdict } from "./detector.ts";

/** An image's name with its verdict; the pixels are gone. */
export interface ScoredSample extends EntryName {
  /** What the detector says. */
  readonly verdict: Verdict;
  /** Things about the image that a careful user would want to know. */
  readonly notes: readonly string[];
}

/** One image's outcome: scored, or failed with the reason. */
export type ScoredEntry = ScoredSample | FailedSample;

/** The first batch is small, so that the first results come early. */
const FIRST_BATCH = 8;
/** Milliseconds that a started batch waits for a source that stalls. */
const STALL_MS = 50;

/**
 * Scores images as they come, in batches, holding one batch in memory.
 *
 * A batch that is not full goes ahead when the source stalls, so that a slow pipe (`tail -f`) is
 * answered at once.
 *
 * @param entries What a source yields.
 * @param detector What scores them.
 * @returns One outcome an entry, in order, a batch at a time.
 */
export async function* scoreEntries(
  entries: AsyncIterable<Entry>,
  detector: Detector,
): AsyncGenerator<readonly ScoredEntry[]> {
  const { inputSize, model } = detector;
  const most = batchFor(model.spec.inputShape);
  const buffer = new Float32Array(most * inputSize);
  let batch: (FailedSample | Prepared)[] = [];
  let filled = 0;
  let wanted = Math.min(FIRST_BATCH, most);

  const finish = async (): Promise<ScoredEntry[]> => {
    const scores = filled > 0 ? await detector.scores(buffer, filled) : [];
    let next = 0;
    const scored = batch.map((entry) =>
      "error" in entry ? entry : { ...entry, verdict: detector.judge(scores[next++]!) }
    );
    batch = [];
    filled = 0;
    wanted = most;
    return scored;
  };

  const iterator = entries[Symbol.asyncIterator]();
  try {
    for (;;) {
      const pending = iterator.next();
      if (batch.length > 0 && await stalls(pending)) yield await finish();
      const { done, value: entry } = await pending;
      if (done) break;
      batch.push(take(entry, detector, buffer, filled));
      if (!("error" in batch.at(-1)!)) filled++;
      if (batch.length >= wanted) yield await finish();
    }
    if (batch.length > 0) yield await finish();
  } finally {
    await iterator.return?.();
  }
}

type Prepared = Omit<ScoredSample, "verdict">;

/** Puts an image into the batch; one that does not fit the model becomes a failed one. */
function take(
  entry: Entry,
  detector: Detector,
  buffer: Float32Array,
  place: number,
): FailedSample | Prepared {
  if (isFailed(entry)) return entry;
  const { image, ...name } = entry;
  try {
    writeModelInput(image, detector.model.input, buffer, place * detector.inputSize);
    return { ...name, notes: image.notes ?? [] };
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    return { ...name, error };
  }
}

/** Whether a promise is still open after a moment. */
async function stalls(pending: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), STALL_MS);
  });
  try {
    return await Promise.race([pending.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
