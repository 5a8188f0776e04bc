/**
 * Detectors in formats of other programs.
 *
 * @module
 */

export { type Agreement, checkExport, type Evaluate } from "./check_export.ts";
export {
  type CheckedExport,
  type EncodedExport,
  EXPORT_FORMATS,
  exportDetector,
  type ExportFacts,
  type ExportFormat,
  type ExportSource,
  filesIn,
  isOwnExport,
} from "./formats.ts";
