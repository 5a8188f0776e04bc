/** The contents of a safetensors file, read by its format alone, and hashes of them. */

import { createHash } from "node:crypto";

/** A tensor's place in a file. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** How the names of tensors begin that are no weights. */
const CALIBRATION = "calibration/";

/** Where the tensors' bytes begin: behind eight bytes for the header's length, and the header. */
export function dataStart(file: Uint8Array): number {
  return 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
}

/** All tensors, by name. */
function tensorsOf(file: Uint8Array): Entry[] {
  const start = dataStart(file);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return Object.keys(header).filter((name) => name !== "__metadata__").sort().map((name) => {
    const { shape, data_offsets: [from, to] } = header[name]!;
    return { name, shape, bytes: file.subarray(start + from, start + to) };
  });
}

function hashOf(tensors: readonly Entry[]): string {
  const hash = createHash("sha256");
  for (const { name, shape, bytes } of tensors) {
    hash.update(JSON.stringify([name, shape])).update(bytes);
  }
  return hash.digest("hex");
}

/** SHA-256 of bytes. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Hashes of a model file.
 *
 * Nothing has to be left out: a file holds no date, duration or path. `file` changes with the version
 * and with anything else in the metadata; `tensors` with names and values of weights and calibrations;
 * `weights` does not know what scores are called.
 */
export function fileHashes(file: Uint8Array): { file: string; tensors: string; weights: string } {
  const all = tensorsOf(file);
  return {
    file: sha256(file),
    tensors: hashOf(all),
    weights: hashOf(all.filter(({ name }) => !name.startsWith(CALIBRATION))),
  };
}
