/**
 * Packs the first layers of a MobileNetV2, trained on Open Images, into a module.
 *
 * The source is the detector of npm's `@mediapipe/objectron` (its package.json: Apache-2.0), a .tflite file in half
 * precision. Run after the package changes its version, in the project's folder:
 *
 *     deno run --lock=tasks/deno.lock --unstable-raw-imports --allow-write src/models/patchcore/network/build.ts
 *
 * @module
 */

import { deflateRawSync } from "node:zlib";
import { readTflite, type Tensor } from "./_tflite.ts";
import { LAYERS } from "./layers.ts";

/** The .tflite file follows a list of class names. */
const FILE_START = 184;

/** Reads the numbers of all layers: kernels as `[height, width, in, out]`, each before its biases. */
export function halfPrecisionWeights(assets: Uint8Array): Uint16Array {
  const { operators, tensors } = readTflite(assets.subarray(FILE_START));
  const layers = operators.filter(({ inputs }) => inputs.length === 3).slice(0, LAYERS.length);
  return Uint16Array.from(layers.flatMap(({ inputs }, i) => {
    const [kernel, biases] = inputs.slice(1).map((place) => halfFloats(tensors, operators, place));
    return [...kernelOf(kernel!, LAYERS[i]!.groups === 1), ...biases!.data];
  }));
}

interface HalfFloats {
  readonly shape: readonly number[];
  readonly data: Uint16Array;
}

/** The numbers of a tensor that an operator widens from half precision. */
function halfFloats(
  tensors: readonly Tensor[],
  operators: ReturnType<typeof readTflite>["operators"],
  place: number,
): HalfFloats {
  const widening = operators.find(({ inputs, outputs }) =>
    inputs.length === 1 && outputs[0] === place
  );
  const { shape, data } = tensors[widening!.inputs[0]!]!;
  return { shape, data: new Uint16Array(data.slice().buffer) };
}

/** A kernel as tfjs has it: from `[out, height, width, in]`; a depthwise one is so already. */
function kernelOf({ shape, data }: HalfFloats, isDense: boolean): Uint16Array {
  if (!isDense) return data;
  const [out, height, width, input] = shape as [number, number, number, number];
  const pixels = height * width * input;
  return Uint16Array.from(data, (_, i) => data[(i % out) * pixels + Math.floor(i / out)]!);
}

/** The source text of the module. */
export function packModule(weights: Uint16Array): string {
  const packed = deflateRawSync(new Uint8Array(weights.buffer), { level: 9 }).toBase64();
  return `// deno-fmt-ignore-file\n// deno-lint-ignore-file\n` +
    "/**\n * Made by build.ts from npm:@mediapipe/objectron; do not edit.\n *\n" +
    " * MobileNetV2, trained on Open Images: its licence is in LICENCE.md.\n *\n * @module\n */\n\n" +
    "/** A raw deflate stream of half-precision numbers, little-endian, in base64. */\n" +
    `export const WEIGHTS =\n  "${packed}";\n`;
}

/** The module, from the package. */
export async function generatedModule(): Promise<string> {
  const assets = await import(
    "npm:@mediapipe/objectron@0.4.1675468480/objectron_solution_packed_assets.data",
    { with: { type: "bytes" } }
  );
  return packModule(halfPrecisionWeights(assets.default));
}

if (import.meta.main) {
  await Deno.writeTextFile(
    new URL("weights.generated.ts", import.meta.url),
    await generatedModule(),
  );
}
