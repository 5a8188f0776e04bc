/**
 * Figures: contact sheets of images, heatmaps of errors, and maps of latents.
 *
 * Samples in, pixels out; nothing is written to files.
 *
 * @module
 */

export { contactSheet, type SheetOptions, toBytes } from "./contact_sheet.ts";
export { drawHeatmap, type HeatmapOptions } from "./draw_heatmap.ts";
export { drawMap, type DrawMapOptions } from "./draw_map.ts";
export { imageHeatmap } from "./image_heatmap.ts";
export { valueRange } from "./value_range.ts";
