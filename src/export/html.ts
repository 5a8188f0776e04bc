/** Models as pages that score images in a browser. */

import type { Detector } from "../detection/mod.ts";
import { StrayError } from "../errors.ts";
import { scorePage } from "../pages/mod.ts";
import type { EncodedExport, ExportSource } from "./formats.ts";
import { pageScript } from "./page_script.ts";

/**
 * Exports a model as one page, which opens from a file: it holds the model file and stray itself.
 *
 * @param source The model.
 * @returns The file.
 * @throws {StrayError} `not_found` If stray for browsers is not built.
 */
export async function exportHtml({ detector, model }: ExportSource): Promise<EncodedExport> {
  const { scoreName, fpr, calibrationImages, model: { spec, input } } = detector;
  const page = scorePage({
    name: spec.name,
    score: scoreName,
    fpr,
    facts: [
      `Score ${scoreName}, calibrated on ${calibrationImages} normal images`,
      `an anomaly has p of at most ${fpr}`,
      `images of ${input.resizes ? "any size" : `${input.width} x ${input.height} pixels`}`,
    ],
    maps: mapsErrors(detector),
    model,
    script: await pageScript(),
  });
  return { files: new Map([["", new TextEncoder().encode(page)]]) };
}

/** Whether a detector maps errors, and is calibrated on enough images to say which are large. */
function mapsErrors(detector: Detector): boolean {
  try {
    detector.checkMaps({ errors: true, mass: false });
    return true;
  } catch (error) {
    if (error instanceof StrayError) return false;
    throw error;
  }
}
