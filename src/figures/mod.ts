/**
 * Figures: charts by Observable Plot, drawn to SVG without a browser, and rows of images; as SVG or PNG.
 *
 * Numbers and pixels in, a {@linkcode Figure} out: drawing, title and legend, which a page arranges and
 * {@linkcode standaloneSvg} puts into one file.
 *
 * @module
 */

export { escapeXml } from "./_svg.ts";
export { calibrationFigure } from "./calibration_figure.ts";
export {
  CLASS_COLOURS,
  COLOURS,
  type Figure,
  type FigureSize,
  type LegendEntry,
  type MarkedFigure,
  standaloneSvg,
  swatch,
} from "./figure.ts";
export { formatNumber, formatShare } from "./format.ts";
export {
  imageAddress,
  type ImageColumn,
  imageFigure,
  type ImageFigureOptions,
} from "./image_figure.ts";
export { aurocFigure, type GroupAuroc, type ScoredLens, signalFigure } from "./lens_figures.ts";
export { type EpochLosses, lossFigure, type LossOptions } from "./loss_figure.ts";
export { mapFigure, type MapOptions, pointsWithRoom } from "./map_figure.ts";
export { pixelFigure, type PixelOptions } from "./pixel_figure.ts";
export {
  describeArea,
  type OperatingPoint,
  precisionRecallFigure,
  type RankingOptions,
  rocFigure,
} from "./ranking_figures.ts";
export { rasterise } from "./rasterise.ts";
export { scoreFigure, type ScoreGroup, type ScoreOptions } from "./score_figure.ts";
export { type StreamedScore, streamFigure } from "./stream_figure.ts";
export { visibleText } from "./visible_text.ts";
