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
export { writeFileAtomically } from "./write_file.ts";
