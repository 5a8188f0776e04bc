/** Entries into batches, batches to threads, results back into order. */

import type { AnyImage, Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { decode, type Image } from "../images/mod.ts";
import type { WantedMaps } from "../models/mod.ts";
import { Signal } from "../signal.ts";
import { receiveError } from "../workers/mod.ts";
import { yieldToEventLoop } from "../yield_to_event_loop.ts";
import type { PreparationResult } from "./_scoring_job.ts";
import type { ScoringPool } from "./_scoring_pool.ts";
import { SharedBatch } from "./_shared_batch.ts";
import type { Detector } from "./detector.ts";
import type { ScoredEntry, ScoredSample } from "./scored_entry.ts";

/** Entries in the first batch, doubled until batches are full: the first results, and Workers, come early. */
const FIRST_BATCH = 8;
/** A batch is sent once no entry came for this time, in ms, or up to twice as long. */
const STALL_MS = 30;

/** Entries in a batch whose images are kept. */
const INSPECTED = 16;

/** A batch on its way, and how it ended. */
interface SentBatch {
  readonly batch: SharedBatch;
  end: { readonly result: PreparationResult } | { readonly error: unknown } | undefined;
}

/** Scores entries in batches, by the threads of a pool; see `scoreEntries`. */
export async function* scoreBatches(
  pool: ScoringPool,
  entries: AsyncIterable<Entry<AnyImage>>,
  detector: Detector,
  maps: WantedMaps = { errors: false, mass: false },
): AsyncGenerator<readonly ScoredEntry[]> {
  detector.checkMaps(maps);
  const { input } = detector.model;
  const keeps = maps.errors || maps.mass;
  const maxEntries = keeps ? Math.min(INSPECTED, detector.batchSize) : detector.batchSize;
  const spare: SharedBatch[] = [];
  const queue: SentBatch[] = [];
  const progress = new Signal(), room = new Signal();
  let open: SharedBatch | undefined;
  let wanted = FIRST_BATCH, arrived = 0, seen = 0;
  let adding = false, stopped = false, ended = false;
  let failure: { readonly error: unknown } | undefined;

  /** Sends the open batch; waits for it if this thread scores it. */
  async function send(): Promise<void> {
    const batch = open!;
    open = undefined;
    wanted = Math.min(2 * wanted, maxEntries);
    const sent: SentBatch = { batch, end: undefined };
    queue.push(sent);
    const { result, here } = batch.job.count > 0 ? pool.run(batch.job) : NO_IMAGES;
    const end = result.then(
      (result) => void (sent.end = { result }),
      (error) => void (sent.end = { error }),
    ).then(() => progress.notify());
    if (here) await end;
  }

  async function fill(): Promise<void> {
    try {
      for await (const entry of entries) {
        while (!open && queue.length >= pool.capacity && !stopped) await room.wait();
        if (stopped) break;
        open ??= spare.pop() ??
          new SharedBatch(
            input,
            maxEntries,
            (label) => detector.placeOf(label),
            detector.detailNames.length,
            maps,
          );
        const added = open.add(entry);
        if (added) {
          adding = true;
          await added;
          adding = false;
        }
        arrived++;
        if (!open.isFull && open.entries.length < wanted) continue;
        await send();
        await yieldToEventLoop(); // lets replies of Workers in
      }
      if (open && !stopped) await send();
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      progress.notify();
    }
  }

  const ticker = setInterval(() => {
    if (open && open.entries.length > 0 && !adding && arrived === seen) void send();
    seen = arrived;
  }, STALL_MS);
  const filling = fill();
  try {
    for (;;) {
      // An abort does not wait for the batches under way.
      if (failure && !(failure.error instanceof StrayError)) throw failure.error;
      const [first] = queue;
      if (!first && ended) break;
      if (!first?.end) {
        await progress.wait();
        continue;
      }
      if ("error" in first.end) throw first.end.error;
      const scored = await collect(first.batch, first.end.result, detector, maps);
      first.batch.clear();
      spare.push(first.batch);
      queue.shift();
      room.notify();
      yield scored;
    }
    if (failure) throw failure.error;
  } finally {
    stopped = true;
    clearInterval(ticker);
    room.notify();
    await filling;
  }
}

/** The result of a batch without images. */
const NO_IMAGES = {
  result: Promise.resolve<PreparationResult>({ errors: [], notes: [] }),
  here: false,
};

/** The results of a scored batch, one per entry. */
async function collect(
  { job, entries, originals }: SharedBatch,
  result: PreparationResult,
  detector: Detector,
  wanted: WantedMaps,
): Promise<ScoredEntry[]> {
  const { scores, findings } = job, names = detector.detailNames;
  const { width, height } = detector.model.input, area = width * height;
  const failed = new Map(result.errors), notes = new Map(result.notes);
  const inspections = async (index: number): Promise<Pick<ScoredSample, "inspection" | "mass">> => {
    if (!wanted.errors && !wanted.mass) return {};
    const part = (maps: Float32Array) => maps.slice(index * area, (index + 1) * area);
    const image = await fullImage(originals[index]!);
    return {
      ...wanted.errors && { inspection: { image, errors: part(findings.errors) } },
      ...wanted.mass && {
        mass: {
          image,
          convergence: part(findings.convergence),
          significance: part(findings.significance),
        },
      },
    };
  };
  let next = 0;
  const scored = entries.map(async (entry): Promise<ScoredEntry> => {
    if ("error" in entry) return entry;
    const index = next++;
    const error = failed.get(index);
    if (error) {
      const { notes: _, ...name } = entry;
      return { ...name, error: receiveError(error) as StrayError };
    }
    const verdict = detector.judge(scores[index]!);
    const found = findings.details.slice(index * names.length, (index + 1) * names.length);
    return {
      ...{ ...entry, notes: notes.get(index) ?? entry.notes, verdict, ...await inspections(index) },
      ...names.length > 0 && { details: new Map(names.map((name, i) => [name, found[i]!])) },
    };
  });
  return await Promise.all(scored);
}

/** An image at full size; a file is decoded again, as its pixels were made where it was scored. */
async function fullImage(image: AnyImage): Promise<Image> {
  if (!("bytes" in image)) return image;
  const { atLeast: _, ...options } = image.options;
  return await decode(image.bytes, options);
}
