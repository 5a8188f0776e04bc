/** The memory that a training takes, here and there. */

import type { Context } from "./context.ts";
import { watchMemory } from "./process.ts";
import type { Timed } from "./protocol.ts";
import { startTrainings } from "./trainings.ts";

/** Peaks in MB. */
export interface TrainingPeaks {
  readonly images: number;
  readonly ours: number;
  /** Undefined without a peer. */
  readonly theirs: number | undefined;
}

/**
 * Trains for two epochs on both sides, with nobody looking at the clock.
 *
 * @param context What was asked for.
 * @param name The network.
 * @returns The largest memory of each.
 */
export async function trainOnce(context: Context, name: string): Promise<TrainingPeaks> {
  let images: number, peaks: Promise<number>[];
  {
    await using trainings = await startTrainings(context, name, 1);
    const { ours, theirs, first } = trainings;
    // The largest memory of the past is known to the system, that of children is seen from here on.
    peaks = [ours, theirs].flatMap((side) => side ? [watchMemory(side.pid)] : []);
    await ours.ask<Timed>({ do: "epoch", threads: 1 });
    await theirs?.ask<Timed>({ do: "epoch", threads: 1 });
    // Twice the interval at which memory is looked at.
    await new Promise((resolve) => setTimeout(resolve, 200));
    images = first.images;
  }
  const [ours, theirs] = await Promise.all(peaks);
  return { images, ours: ours!, theirs };
}
