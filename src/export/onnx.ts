/** Detectors as ONNX files: opset 17 of the standard domain, batches of any size. */

import { PbfWriter } from "pbf";
import { type ComputationGraph, type GraphValue, isPerImage } from "../compute/mod.ts";
import { writeModelProto } from "./_onnx.generated.ts";
import type { EncodedExport, ExportFacts, ExportSource } from "./formats.ts";
import { type Attribute, type OnnxConstant, OnnxGraph } from "./onnx_graph.ts";
import { ONNX_KERNELS } from "./onnx_kernels.ts";

/** The operators' version, and the format version that belongs to it. */
const OPSET = 17, IR = 8;

/**
 * Exports a model as one ONNX file.
 *
 * @param source The model.
 * @returns The file.
 * @throws {TypeError} If it has a kernel that ONNX has not.
 */
export async function exportOnnx({ graph, facts }: ExportSource): Promise<EncodedExport> {
  const bytes = encodeOnnx(await graph(), facts);
  return {
    files: new Map([["", bytes]]),
    evaluate: async (x, shape) => {
      const { evaluateOnnx } = await import("./onnx_evaluator.ts");
      return await evaluateOnnx(bytes, x, shape);
    },
  };
}

/**
 * Encodes a graph.
 *
 * @param graph The graph; its input is named `images`.
 * @param facts Facts for the metadata.
 * @returns Bytes of the file.
 * @throws {TypeError} If it has a kernel that ONNX has not.
 */
export function encodeOnnx(
  { input, nodes, outputs }: ComputationGraph,
  { version, metadata }: ExportFacts,
): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  graph.name([input], [input.name]);
  for (const node of nodes) {
    const emit = ONNX_KERNELS[node.kernel];
    if (!emit) throw new TypeError(`opset ${OPSET} has no operator for ${node.kernel}`);
    graph.name(node.outputs, [emit(graph, node)].flat());
  }
  const named = [...outputs].map(([name, value]) => ({
    op_type: "Identity",
    input: [graph.value(value)],
    output: [name],
  }));
  const writer = new PbfWriter();
  writeModelProto({
    ir_version: IR,
    producer_name: "stray",
    producer_version: version,
    opset_import: [{ domain: "", version: OPSET }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: "stray",
      node: [
        ...graph.nodes.map(({ operator, inputs, outputs, attributes }) => ({
          op_type: operator,
          input: inputs,
          output: outputs,
          attribute: Object.entries(attributes).map(attributeProto),
        })),
        ...named,
      ],
      initializer: graph.constants.map(tensorProto),
      input: [valueProto(input.name, input)],
      output: [...outputs].map(([name, value]) => valueProto(name, value)),
    },
  }, writer);
  return Uint8Array.from(writer.finish());
}

/** Numbers of the types of elements. */
const ELEMENTS = { float32: 1, int32: 6, bool: 9 } as const;

function valueProto(name: string, { shape, type }: GraphValue) {
  const dim = shape.map((size) => isPerImage(size) ? { dim_param: "batch" } : { dim_value: size });
  return { name, type: { tensor_type: { elem_type: ELEMENTS[type], shape: { dim } } } };
}

function tensorProto({ name, shape, data }: OnnxConstant) {
  const type = data instanceof Float32Array
    ? 1
    : data instanceof Int32Array
    ? 6
    : data instanceof Uint8Array
    ? 9
    : 7;
  const raw_data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, data_type: type, raw_data };
}

/** Numbers of the types of attributes: a float, a whole number, a text, whole numbers. */
function attributeProto([name, value]: readonly [string, Attribute]) {
  if (typeof value === "number") return { name, type: 2, i: value };
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: value };
}
