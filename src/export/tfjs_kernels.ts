/** The kernels of tfjs as operations of TensorFlow graphs. */

import { type Extent, type GraphNode, type GraphValue, isPerImage } from "../compute/mod.ts";
import { axesOf, beginOf, inputOf, pairOf, reshapeTo, rowsPerImage } from "./graph_parts.ts";
import { sidesOf, type TfPadding } from "./padding.ts";
import { attribute, inputsOf, type TfAttribute, type TfGraph } from "./tfjs_graph.ts";

/** Adds the operations of a kernel to a graph; the name of the node of its outputs, or of each output. */
type Emit = (graph: TfGraph, node: GraphNode, input: GraphValue) => string | string[];

type Attributes = Readonly<Record<string, TfAttribute>>;

/** An operation with the same inputs. */
function same(op: string, attributes: (node: GraphNode) => Attributes = () => ({})): Emit {
  return (graph, node) => graph.node(op, inputsOf(graph, node), attributes(node));
}

/** An operation whose attribute of the kernel, whole numbers, is a second input. */
function withIntegers(op: string, name: string): Emit {
  return (graph, node) => {
    const numbers = [node.attributes[name]].flat() as number[];
    return graph.node(op, [...inputsOf(graph, node), graph.integers(numbers)]);
  };
}

/** A reduction over axes. */
function reduction(op: string): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x");
    return graph.node(op, [graph.value(x), graph.integers(axesOf(node, x))], {
      keep_dims: attribute.truth(node.attributes["keepDims"] === true),
    });
  };
}

/** Numbers of windows: one each for batch and channels. */
function windows(value: unknown): TfAttribute {
  return attribute.integers([1, ...pairOf(value), 1]);
}

/** Strides and padding of a layer of windows over images of a shape. */
function strided(
  { attributes }: GraphNode,
  shape: readonly Extent[],
  window: readonly [number, number],
): Attributes {
  const strides = pairOf(attributes["strides"]);
  const sides = ([1, 2] as const).flatMap((axis) =>
    sidesOf(attributes["pad"] as TfPadding, axis, {
      size: shape[axis] as number,
      window: window[axis - 1]!,
      stride: strides[axis - 1]!,
    })
  );
  return {
    strides: windows(strides),
    padding: attribute.text("EXPLICIT"),
    explicit_paddings: attribute.integers([0, 0, ...sides, 0, 0]),
    data_format: attribute.text("NHWC"),
  };
}

function sidesOfFilter(filter: GraphValue): [number, number] {
  return [filter.shape[0] as number, filter.shape[1] as number];
}

function convolution(op: string): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x"), filter = inputOf(node, "filter");
    return graph.node(op, [graph.value(x), graph.value(filter)], {
      ...strided(node, x.shape, sidesOfFilter(filter)),
      // Kernels of unequal strides take `same` alone.
      ...node.attributes["pad"] === "same" && { padding: attribute.text("SAME") },
      dilations: windows(node.attributes["dilations"] ?? 1),
    });
  };
}

const transposedConvolution: Emit = (graph, node, input) => {
  const dy = inputOf(node, "dy"), filter = inputOf(node, "filter");
  const shape = node.attributes["inputShape"] as readonly Extent[];
  const size = graph.batchShape(input, shape.slice(1) as number[]);
  return graph.node("Conv2DBackpropInput", [size, graph.value(filter), graph.value(dy)], {
    ...strided(node, shape, sidesOfFilter(filter)),
    dilations: windows(1),
  });
};

function pooling(op: string): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x"), window = pairOf(node.attributes["filterSize"]);
    const valid = node.attributes["pad"] === "valid";
    return graph.node(op, [graph.value(x)], {
      ksize: windows(window),
      strides: windows(node.attributes["strides"]),
      padding: attribute.text(valid ? "VALID" : "SAME"),
      data_format: attribute.text("NHWC"),
    });
  };
}

const matrixProduct: Emit = (graph, node) =>
  graph.node("BatchMatMulV2", inputsOf(graph, node), {
    adj_x: attribute.truth(node.attributes["transposeA"] === true),
    adj_y: attribute.truth(node.attributes["transposeB"] === true),
  });

const reshaped: Emit = (graph, node) => {
  const [value] = Object.values(node.inputs), shape = reshapeTo(node.outputs[0]!.shape);
  return graph.node("Reshape", [graph.value(value!), graph.integers(shape)]);
};

const slice: Emit = (graph, node) => {
  const x = inputOf(node, "x"), sizes = node.outputs[0]!.shape;
  const begin = beginOf(node, x);
  if (rowsPerImage(x.shape) === rowsPerImage(sizes)) {
    const numbers = sizes.map((size) => isPerImage(size) ? -1 : size);
    return graph.node("Slice", [
      graph.value(x),
      graph.integers(begin as number[]),
      graph.integers(numbers),
    ]);
  }
  // Rows of one step of a sequence, [steps * batch, features].
  if (rowsPerImage(sizes) !== 1) throw new TypeError("a slice of its images is none of a graph");
  const rest = x.shape.slice(1) as number[];
  const steps = graph.node("Reshape", [
    graph.value(x),
    graph.integers([rowsPerImage(x.shape), -1, ...rest]),
  ]);
  return graph.node("GatherV2", [steps, graph.integer(rowsPerImage(begin)), graph.integer(0)]);
};

const split: Emit = (graph, node) => {
  const x = inputOf(node, "x"), axis = node.attributes["axis"] as number, { outputs } = node;
  if (rowsPerImage(outputs[0]!.shape) !== rowsPerImage(x.shape)) {
    // Equal parts of rows, one after the other.
    const parts = [outputs.length, -1, ...x.shape.slice(1) as number[]];
    const rows = graph.node("Reshape", [graph.value(x), graph.integers(parts)]);
    return outputs.map((_, i) =>
      graph.node("GatherV2", [rows, graph.integer(i), graph.integer(0)])
    );
  }
  const sizes = outputs.map(({ shape }) => shape[axis] as number);
  return graph.node("SplitV", [graph.value(x), graph.integers(sizes), graph.integer(axis)], {
    num_split: attribute.integer(sizes.length),
  });
};

/** The inputs of a list; constants that depend on the batch get a row per image. */
function listOf(graph: TfGraph, { inputs }: GraphNode, input: GraphValue): string[] {
  return Object.values(inputs).map((value) => {
    if (!value.data || rowsPerImage(value.shape) === 0) return graph.value(value);
    const whole = graph.batchShape(input, value.shape.slice(1) as number[]);
    return graph.node("BroadcastTo", [graph.value(value), whole]);
  });
}

const concatenation: Emit = (graph, node, input) => {
  const parts = listOf(graph, node, input), axis = graph.integer(node.attributes["axis"] as number);
  return graph.node("ConcatV2", [...parts, axis], { N: attribute.integer(parts.length) });
};

const stack: Emit = (graph, node, input) => {
  const parts = listOf(graph, node, input);
  return graph.node("Pack", parts, {
    N: attribute.integer(parts.length),
    axis: attribute.integer(node.attributes["axis"] as number),
  });
};

const sum: Emit = (graph, node, input) => {
  const parts = listOf(graph, node, input);
  return graph.node("AddN", parts, { N: attribute.integer(parts.length) });
};

const cast: Emit = same("Cast", ({ attributes, inputs }) => ({
  SrcT: attribute.type(inputs["x"]!.type),
  DstT: attribute.type(attributes["dtype"] as "float32"),
}));

function place(op: string): Emit {
  return (graph, node) =>
    graph.node(op, [
      graph.value(inputOf(node, "x")),
      graph.integer(node.attributes["axis"] as number),
    ]);
}

const largest: Emit = (graph, node) =>
  graph.node("TopKV2", [
    graph.value(inputOf(node, "x")),
    graph.integer(node.attributes["k"] as number),
  ], { sorted: attribute.truth(true) });

const gather: Emit = (graph, node) =>
  graph.node("GatherV2", [
    graph.value(inputOf(node, "x")),
    graph.value(inputOf(node, "indices")),
    graph.integer(node.attributes["axis"] as number),
  ], { batch_dims: attribute.integer(node.attributes["batchDims"] as number) });

const oneHot: Emit = (graph, node) =>
  graph.node("OneHot", [
    graph.value(inputOf(node, "indices")),
    graph.integer(node.attributes["depth"] as number),
    graph.float(node.attributes["onValue"] as number),
    graph.float(node.attributes["offValue"] as number),
  ], { T: attribute.type(node.attributes["dtype"] as "float32"), axis: attribute.integer(-1) });

/** Padding of images, as pairs of numbers per axis. */
function padding(graph: TfGraph, { attributes }: GraphNode): string {
  const sides = attributes["paddings"] as readonly (readonly [number, number])[];
  return graph.constant([sides.length, 2], "int32", Int32Array.from(sides.flat()));
}

const padded: Emit = (graph, node) =>
  graph.node("PadV2", [
    graph.value(inputOf(node, "x")),
    padding(graph, node),
    graph.float(node.attributes["constantValue"] as number),
  ]);

const mirrored: Emit = (graph, node) =>
  graph.node("MirrorPad", [graph.value(inputOf(node, "x")), padding(graph, node)], {
    mode: attribute.text((node.attributes["mode"] as string).toUpperCase()),
  });

const resized: Emit = (graph, node) =>
  graph.node("ResizeBilinear", [
    graph.value(inputOf(node, "images")),
    graph.integers(node.attributes["size"] as number[]),
  ], {
    align_corners: attribute.truth(node.attributes["alignCorners"] === true),
    half_pixel_centers: attribute.truth(node.attributes["halfPixelCenters"] === true),
  });

/** 1 above 0, else 0. */
const step: Emit = (graph, node) => {
  const above = graph.node("Greater", [graph.value(inputOf(node, "x")), graph.float(0)]);
  return graph.node("Cast", [above], {
    SrcT: attribute.type("bool"),
    DstT: attribute.type("float32"),
  });
};

const clipped: Emit = (graph, node) =>
  graph.node("ClipByValue", [
    graph.value(inputOf(node, "x")),
    graph.float(node.attributes["clipValueMin"] as number),
    graph.float(node.attributes["clipValueMax"] as number),
  ]);

/** How each kernel is written; what is missing cannot be exported. */
export const TFJS_KERNELS: Readonly<Record<string, Emit>> = {
  ...Object.fromEntries(
    [
      ...["Abs", "Atan2", "Equal", "Exp", "Greater", "GreaterEqual", "Identity", "Less"],
      ...[
        "LessEqual",
        "Log",
        "Log1p",
        "LogicalAnd",
        "Maximum",
        "Minimum",
        "Neg",
        "OnesLike",
        "Pow",
      ],
      ...["RealDiv", "Relu", "Rsqrt", "Selu", "Sigmoid", "Sign", "Softmax", "Softplus", "Sqrt"],
      ...["Square", "SquaredDifference", "Sub", "Tanh", "ZerosLike"],
    ].map((op) => [op, same(op)]),
  ),
  Add: same("AddV2"),
  AddN: sum,
  ArgMax: place("ArgMax"),
  ArgMin: place("ArgMin"),
  AvgPool: pooling("AvgPool"),
  BatchMatMul: matrixProduct,
  Cast: cast,
  ClipByValue: clipped,
  Concat: concatenation,
  Conv2D: convolution("Conv2D"),
  Conv2DBackpropInput: transposedConvolution,
  DepthwiseConv2dNative: convolution("DepthwiseConv2dNative"),
  ExpandDims: reshaped,
  GatherV2: gather,
  Max: reduction("Max"),
  MaxPool: pooling("MaxPool"),
  Mean: reduction("Mean"),
  Min: reduction("Min"),
  MirrorPad: mirrored,
  Multiply: same("Mul"),
  OneHot: oneHot,
  Pack: stack,
  PadV2: padded,
  Reshape: reshaped,
  ResizeBilinear: resized,
  Select: same("SelectV2"),
  Slice: slice,
  SplitV: split,
  Step: step,
  Sum: reduction("Sum"),
  Tile: withIntegers("Tile", "reps"),
  TopK: largest,
  Transpose: withIntegers("Transpose", "perm"),
};
