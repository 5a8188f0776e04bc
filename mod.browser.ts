/**
 * The library in a browser: models score images in a page, by WebAssembly, without a server.
 *
 * `deno task build:browser` bundles this module into `dist/stray.browser.js`, one file for `<script type="module">` or
 * any bundler. Its numbers are those of the command line, up to the rounding of another WebAssembly engine.
 *
 * ```ts ignore
 * import { decode, Detector } from "./stray.browser.js";
 *
 * const model = await (await fetch("m.safetensors")).bytes();
 * const detector = await Detector.open(model, { backend: "wasm" });
 * const image = await decode(await file.bytes(), { name: file.name }); // a File of a form or a drop
 * const [verdict] = await detector.detect([image]); // { score, p, threshold, anomaly }
 * ```
 *
 * @module
 */

export { Detector, type DetectorOptions } from "./src/detection/detector.ts";
export type { Verdict, WantedFindings } from "./src/detection/findings.ts";
export { StrayError } from "./src/errors.ts";
export {
  decode,
  type DecodeOptions,
  type Image,
  type ModelInput,
  toChannels,
  writeModelInput,
} from "./src/images/mod.ts";
export { imageHeatmap } from "./src/report/mod.ts";
export { decodeModel, type ModelFile, modelId } from "./src/store/mod.ts";
export type { Backend, BackendName } from "./src/compute/mod.ts";
export type { ErrorCode } from "./src/errors.ts";
export type { Preprocessing, Region, RegionMask, Samples, Scale, Size } from "./src/images/mod.ts";
export type { MemoryBudget } from "./src/memory_budget.ts";
export type { ImageShape, ModelSpec, WantedMaps } from "./src/models/mod.ts";
export type {
  AnomalyReport,
  CalibrationRecord,
  StoredTensor,
  TrainingSummary,
} from "./src/store/mod.ts";
export type { EpochRecord, Hyperparameters } from "./src/training/mod.ts";
