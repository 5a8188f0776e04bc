/** The scores of every classifier that keeps embeddings of its training images. */

import type { ScoreDescription } from "../model_type.ts";

/** The descriptions; `EmbeddingNeighbours.score` and `maxLogitScore` compute them. */
export const CLASSIFIER_SCORES: readonly ScoreDescription[] = [
  {
    name: "embedding",
    summary: "log distance to the nearest training images in the classifier's embedding, less " +
      "theirs to each other",
    remembers: true,
  },
  {
    name: "max-logit",
    summary: "minus the largest logit of the classifier (Hendrycks et al. 2022)",
  },
];
