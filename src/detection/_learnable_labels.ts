/** Whether labels are of enough images that a model which nobody named learns from them. */

import type { Candidate } from "./choose_model.ts";
import type { TrainOptions } from "./train_options.ts";

/** Fewest images of a label from which a classifier learns it. */
const LEAST_IMAGES = 20;

/** Share of the images that must have such labels. */
const LEAST_SHARE = 0.5;

/**
 * Leaves out models that learn from labels where these are missing, or of too few images each.
 *
 * With fewer images per label neighbours alone find a digit that is left out as well or better: measured
 * in docs/experiments.md.
 *
 * @param candidates The models that may be trained.
 * @param labels The label of every image.
 * @param options Where the user named the model it stays; `onWarning` is called with the reason.
 * @returns The models, in the same order.
 */
export function withLearnableLabels(
  candidates: readonly Candidate[],
  labels: readonly (string | undefined)[],
  { onWarning }: TrainOptions,
): readonly Candidate[] {
  const needsLabels = ({ definition }: Candidate) => definition.type.learning?.needsLabels;
  const others = candidates.filter((candidate) => !needsLabels(candidate));
  if (others.length === candidates.length || others.length === 0) return candidates;
  const counts = new Map<string | undefined, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const without = counts.get(undefined) ?? 0;
  if (without === labels.length || counts.size === 1) return candidates;
  if (without > 0) {
    onWarning?.(
      `labels play no part as ${without} of ${labels.length} images have none`,
      "label all images, or none",
    );
    return others;
  }
  const few = labels.filter((label) => counts.get(label)! < LEAST_IMAGES).length;
  if (few <= (1 - LEAST_SHARE) * labels.length) return candidates;
  onWarning?.(
    `labels play no part as ${few} of ${labels.length} images are of labels with fewer than ` +
      `${LEAST_IMAGES} images, too few to learn`,
    "label more images, or learn them all the same: --model open-set",
  );
  return others;
}
