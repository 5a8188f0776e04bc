/**
 * Files that hold tensors.
 *
 * @module
 */

export {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  type TensorFile,
} from "./safetensors.ts";
