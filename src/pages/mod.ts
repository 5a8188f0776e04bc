/**
 * Pages for browsers: whole in one file each, with a policy that lets them load nothing.
 *
 * Figures, addresses of pictures and plain numbers in, HTML out.
 *
 * @module
 */

export {
  type Decision,
  type DecisionStop,
  type Failure,
  type Gallery,
  type GalleryItem,
  type Headline,
  type ImageTable,
  type ReportContents,
  type Thumbnails,
} from "./report_contents.ts";
export { reportPage } from "./report_page.ts";
export { scorePage, type ScorePageContents } from "./score_page.ts";
export { figureHtml, type WatchedImage, watchPage, type WatchState } from "./watch_page.ts";
