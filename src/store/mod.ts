/**
 * Files that hold tensors: models and checkpoints, in the safetensors format.
 *
 * @module
 */

export {
  CALIBRATE,
  CALIBRATION_SHARE,
  checkpointSettings,
  decodeCheckpoint,
  encodeCheckpoint,
  MODEL,
  PREPARATION,
  type TrainingSettings,
} from "./checkpoint.ts";
export {
  decodeModel,
  encodeModel,
  type ModelFile,
  modelId,
  requireStorable,
} from "./model_file.ts";
export {
  type AnomalyReport,
  type CalibrationRecord,
  storedTraining,
  type TrainingSummary,
} from "./model_metadata.ts";
export { encodeNpy, npyHeader } from "../npy.ts";
export { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.ts";
export { checkWritable, writeFileAtomically } from "../write_file.ts";
