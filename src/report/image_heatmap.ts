/** Heatmaps of images in their own size. */

import { type Image, mapToSource, type ModelInput, writeModelInput } from "../images/mod.ts";
import { drawHeatmap } from "./draw_heatmap.ts";
import { valueRange } from "./value_range.ts";

/**
 * Paints errors over an image, in its size.
 *
 * @param image The image.
 * @param errors `[height, width]` of the model's input, as `Detector.errorMaps` gives them.
 * @param input The model's input.
 * @returns An 8-bit RGB image.
 */
export function imageHeatmap(image: Image, errors: Float32Array, input: ModelInput): Image {
  const { width, height } = image, map = mapToSource(errors, input, image);
  const grey = new Float32Array(width * height), shape = { width, height, channels: 1 } as const;
  writeModelInput(
    image,
    { ...input, ...shape, fit: "stretch", resizes: true, converts: true, region: undefined },
    grey,
    0,
  );
  const range = input.scale.kind === "none" ? valueRange([grey]) : [0, 1] as const;
  return drawHeatmap(grey, map, { ...shape, range });
}
