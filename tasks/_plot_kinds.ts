/** The figures that `plot` draws, as words; `_plot_figures.ts` draws them. */

/** A figure. */
interface KindWords {
  /** Contents of the figure. */
  readonly summary: string;
  /** Condition of the data, for the error where they do not meet it. */
  readonly needs: string;
  /** Greatest number of images. @default {no limit} */
  readonly most?: number;
}

/** Images that a page can show, and memory can hold as a drawing: some 0.8 GB. */
export const MOST_DRAWN = 2000;

const LENSES = "the records must name images that simulate made, beside its manifest.ndjson";
const BOTH =
  "there must be both anomalies and normal images: --positive A,B names the labels of anomalies";

/** All figures by name. */
export const PLOT_KINDS = {
  loss: {
    summary: "losses of training, validation and a watched label by epoch",
    needs: "the model must have learned in epochs",
  },
  scores: {
    summary: "histogram of the scores, with calibration, threshold and p",
    needs: "there must be scores",
  },
  pixels: {
    summary: "histogram of the pixels of images and of their reconstructions",
    needs: "there must be images",
  },
  roc: { summary: "ROC curve with the operating point", needs: BOTH },
  precision: { summary: "precision-recall curve with the operating point", needs: BOTH },
  map: {
    summary: "map of the latents, with some of the images",
    needs: "the model must have latents",
  },
  samples: {
    summary: "new images from the prior of the latents",
    needs: "the model must have a prior",
    most: MOST_DRAWN,
  },
  images: {
    summary: "images as the model sees them",
    needs: "there must be images",
    most: MOST_DRAWN,
  },
  reconstructions: {
    summary: "images over their reconstructions",
    needs: "the model must reconstruct images",
    most: MOST_DRAWN,
  },
  anomalies: {
    summary: "the strangest images over reconstruction and heatmap",
    needs: "there must be images",
    most: MOST_DRAWN,
  },
  calibration: {
    summary: "p-values of normal images against uniform ones",
    needs: "there must be normal images: --positive A,B names the labels of anomalies",
  },
  lenses: { summary: "scores of simulated lenses by signal-to-noise", needs: LENSES },
  classes: { summary: "AUROC of simulated lenses by class", needs: LENSES },
  strength: { summary: "AUROC of simulated lenses by strength of the substructure", needs: LENSES },
} as const satisfies Readonly<Record<string, KindWords>>;

/** The name of a figure. */
export type PlotKind = keyof typeof PLOT_KINDS;

/** The words of a figure. */
export function wordsOf(kind: PlotKind): KindWords {
  return PLOT_KINDS[kind];
}
