/** Models as pages that score images in a browser. */

import type { Detector } from "../detection/mod.ts";
import { StrayError } from "../errors.ts";
import type { ModelSpec } from "../models/mod.ts";
import { scorePage } from "../pages/mod.ts";
import type { EncodedExport, ExportSource } from "./formats.ts";
import { pageScript } from "./page_script.ts";

/**
 * Exports a model as one page, which opens from a file: it holds the model file and stray itself.
 *
 * @param source The model.
 * @returns The file.
 * @throws {StrayError} `not_found` If stray for browsers is not built.
 * @throws {TypeError} If the model needs more than stray itself.
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
    network: await networkOf(spec),
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

/** The weights of the frozen network, if a model compares its features. */
async function networkOf(spec: ModelSpec): Promise<string | undefined> {
  const { features } = spec as { readonly features?: unknown };
  if (features === "graph") throw new TypeError("a page cannot run the ONNX graph of its features");
  if (features !== "network") return undefined;
  return (await import("../models/patchcore/network/weights.generated.ts")).WEIGHTS;
}
