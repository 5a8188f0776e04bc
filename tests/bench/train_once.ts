/** Peak memory of a training on both sides. */

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
 * Trains for two epochs on both sides, without timing.
 *
 * @param context The input of the section.
 * @param name The network.
 * @returns The peak memory of each.
 */
export async function trainOnce(context: Context, name: string): Promise<TrainingPeaks> {
  let images: number, peaks: Promise<number>[];
  {
    await using trainings = await startTrainings(context, name, 1);
    const { ours, theirs, first } = trainings;
    // The system records the past peak of the process; peaks of children are measured from here on.
    peaks = [ours, theirs].flatMap((side) => side ? [watchMemory(side.pid)] : []);
    await ours.ask<Timed>({ do: "epoch", threads: 1 });
    await theirs?.ask<Timed>({ do: "epoch", threads: 1 });
    // Twice the sampling interval.
    await new Promise((resolve) => setTimeout(resolve, 200));
    images = first.images;
  }
  const [ours, theirs] = await Promise.all(peaks);
  return { images, ours: ours!, theirs };
}
