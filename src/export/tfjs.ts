/** Detectors as graph models of TensorFlow.js: `model.json` and `weights.bin`. */

import { evaluateGraphModel, type GraphValue } from "../compute/mod.ts";
import type { EncodedExport, ExportSource } from "./formats.ts";
import { attribute, tensorShape, type TfConstant, TfGraph } from "./tfjs_graph.ts";
import { TFJS_KERNELS } from "./tfjs_kernels.ts";

/** The version of TensorFlow's graphs that the operations belong to. */
const PRODUCER = 440;
/** The file of the constants, beside `model.json`. */
const WEIGHTS = "weights.bin";

/**
 * Exports a model as a folder with `model.json` and `weights.bin`.
 *
 * @param source The model.
 * @returns The files.
 * @throws {TypeError} If it has a kernel that graph models have not.
 */
export async function exportTfjs(source: ExportSource): Promise<EncodedExport> {
  const { input, nodes, outputs } = await source.graph();
  const { version, metadata } = source.facts;
  const graph = new TfGraph();
  graph.placeholder(input);
  for (const node of nodes) {
    const emit = TFJS_KERNELS[node.kernel];
    if (!emit) throw new TypeError(`graph models have no operation for ${node.kernel}`);
    graph.name(node.outputs, emit(graph, node, input));
  }
  for (const [name, value] of outputs) {
    graph.node("Identity", [graph.value(value)], { T: attribute.type(value.type) }, name);
  }
  const signature = (values: Iterable<readonly [string, GraphValue]>) =>
    Object.fromEntries(
      Array.from(values, ([name, value]) => [name, {
        name: `${name}:0`,
        dtype: attribute.type(value.type)["type"],
        tensorShape: tensorShape(value),
      }]),
    );
  const weights = graph.constants.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  const model = {
    format: "graph-model",
    generatedBy: `stray ${version}`,
    convertedBy: null,
    userDefinedMetadata: metadata,
    signature: { inputs: signature([[input.name, input]]), outputs: signature(outputs) },
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: PRODUCER } },
    weightsManifest: [{ paths: [WEIGHTS], weights }],
  };
  const data = joined(graph.constants);
  return {
    files: new Map([
      [WEIGHTS, data],
      ["model.json", new TextEncoder().encode(JSON.stringify(model))],
    ]),
    evaluate: (x, shape) => evaluateGraphModel(model, data, [...outputs.keys()], { x, shape }),
  };
}

/** The elements of all constants, one after the other. */
function joined(constants: readonly TfConstant[]): Uint8Array<ArrayBuffer> {
  const size = constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { data } of constants) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
