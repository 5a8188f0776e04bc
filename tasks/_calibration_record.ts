/** How a model was calibrated, whether its file says so or not. */

import { scoreParts } from "../src/models/mod.ts";
import type { CalibrationRecord, ModelFile } from "../src/store/mod.ts";

/** How a model was calibrated; files of models calibrated on images set aside do not say it. */
export function calibrationRecord(
  { calibration, calibrations, calibrationImages, score, spec }: ModelFile,
): CalibrationRecord {
  if (calibration) return calibration;
  const parts = scoreParts(score, spec);
  if (parts.length === 1) return { method: "split", images: calibrations.get(score)!.length };
  // The images that have every part of the score.
  const all = parts.map((part) => new Set(calibrationImages?.get(part)));
  const images = all.reduce((common, those) => common.intersection(those)).size;
  return { method: "split", images };
}
