/** From entries to batches, to whoever scores them, and back into order. */

import { Signal } from "../signal.ts";
import type { AnyImage, Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { yieldToEventLoop } from "../yield_to_event_loop.ts";
import type { Crew } from "./_crew.ts";
import type { Outcome } from "./_job.ts";
import { Tray } from "./_tray.ts";
import type { Detector } from "./detector.ts";
import type { ScoredEntry, ScoredSample } from "./scored_entry.ts";

/** The first batch is small, so that the first results come early. */
const FIRST_BATCH = 8;
/** A started batch goes ahead once nothing came for this time, in ms, or up to twice as long. */
const STALL_MS = 30;

/** A batch that is being scored, and how it ended. */
interface Sent {
  readonly tray: Tray;
  end: { readonly outcome: Outcome } | { readonly error: unknown } | undefined;
}

/**
 * Scores entries in batches; see `scoreEntries`.
 *
 * @param crew Who scores.
 * @param entries What a source yields.
 * @param detector What they score with.
 * @param inspect Whether images come with maps of their errors.
 * @returns One outcome an entry, in order, a batch at a time.
 */
export async function* scoreWith(
  crew: Crew,
  entries: AsyncIterable<Entry<AnyImage>>,
  detector: Detector,
  inspect = false,
): AsyncGenerator<readonly ScoredEntry[]> {
  const { input } = detector.model;
  const most = detector.batchSize;
  const spare: Tray[] = [];
  const queue: Sent[] = [];
  const news = new Signal(), room = new Signal();
  let open: Tray | undefined;
  let wanted = FIRST_BATCH, arrived = 0, seen = 0;
  let adding = false, stopped = false, ended = false;
  let failure: { readonly error: unknown } | undefined;

  /** Sends off the open batch; waits for it if this thread is to score it. */
  async function send(): Promise<void> {
    const tray = open!;
    open = undefined;
    wanted = most;
    const sent: Sent = { tray, end: undefined };
    queue.push(sent);
    const { outcome, here } = tray.images > 0 ? crew.run(tray.job) : NOTHING;
    const end = outcome.then(
      (outcome) => void (sent.end = { outcome }),
      (error) => void (sent.end = { error }),
    ).then(() => news.notify());
    if (here) await end;
  }

  async function fill(): Promise<void> {
    try {
      for await (const entry of entries) {
        while (!open && queue.length >= crew.most && !stopped) await room.wait();
        if (stopped) break;
        open ??= spare.pop() ?? new Tray(input, most, (label) => detector.placeOf(label));
        const added = open.add(entry);
        if (added) {
          adding = true;
          await added;
          adding = false;
        }
        arrived++;
        if (!open.isFull && open.entries.length < wanted) continue;
        await send();
        await yieldToEventLoop(); // or the Workers would not be heard
      }
      if (open && !stopped) await send();
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      news.notify();
    }
  }

  const ticker = setInterval(() => {
    if (open && open.entries.length > 0 && !adding && arrived === seen) void send();
    seen = arrived;
  }, STALL_MS);
  const filling = fill();
  try {
    for (;;) {
      // An abort does not wait for what is under way.
      if (failure && !(failure.error instanceof StrayError)) throw failure.error;
      const [first] = queue;
      if (!first && ended) break;
      if (!first?.end) {
        await news.wait();
        continue;
      }
      if ("error" in first.end) throw first.end.error;
      const outcomes = await finish(first.tray, first.end.outcome, detector, inspect);
      first.tray.clear();
      spare.push(first.tray);
      queue.shift();
      room.notify();
      yield outcomes;
    }
    if (failure) throw failure.error;
  } finally {
    stopped = true;
    clearInterval(ticker);
    room.notify();
    await filling;
  }
}

/** For a batch without images. */
const NOTHING = { outcome: Promise.resolve<Outcome>({ failed: [], notes: [] }), here: false };

/** The outcomes of a batch that was scored. */
async function finish(
  tray: Tray,
  { failed, notes }: Outcome,
  detector: Detector,
  inspect: boolean,
): Promise<ScoredEntry[]> {
  const { count, values, classes, scores } = tray.job;
  const noted = new Map(notes);
  const size = detector.inputSize;
  const errors = new Map<number, StrayError>();
  for (const slot of failed) {
    try {
      noted.set(slot, await tray.retry(slot));
      const image = values.subarray(slot * size, (slot + 1) * size);
      scores.set(await detector.scores(image, 1, classes.subarray(slot, slot + 1)), slot);
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      errors.set(slot, error);
    }
  }
  const maps = inspect ? await detector.errorMaps(values, count) : undefined;
  const inspection = (slot: number): Pick<ScoredSample, "inspection"> => {
    if (!maps) return {};
    const pixels = values.slice(slot * size, (slot + 1) * size), area = maps.length / count;
    return { inspection: { pixels, errors: maps.slice(slot * area, (slot + 1) * area) } };
  };
  let next = 0;
  return tray.entries.map((entry) => {
    if ("error" in entry) return entry;
    const slot = next++;
    const error = errors.get(slot);
    if (error) {
      const { notes: _, ...name } = entry;
      return { ...name, error };
    }
    const verdict = detector.judge(scores[slot]!);
    return { ...entry, notes: noted.get(slot) ?? entry.notes, verdict, ...inspection(slot) };
  });
}
