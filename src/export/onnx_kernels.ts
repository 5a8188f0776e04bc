/** The kernels of tfjs as operators of ONNX, opset 17. */

import { type Extent, type GraphNode, type GraphValue, isPerImage } from "../compute/mod.ts";
import { attributeOf, axesOf, beginOf, inputOf, reshapeTo, rowsPerImage } from "./graph_parts.ts";
import { type Emit, END, type OnnxGraph } from "./onnx_graph.ts";
import {
  convolution,
  mirrored,
  padded,
  pooling,
  resized,
  transposedConvolution,
} from "./onnx_images.ts";

/** An operator with the same inputs and no attributes. */
function same(operator: string, ...names: readonly string[]): Emit {
  return (graph, node) =>
    graph.node(operator, names.map((name) => graph.value(inputOf(node, name))));
}

const binary = (operator: string) => same(operator, "a", "b");
const unary = (operator: string) => same(operator, "x");

/** Operators of one input after each other. */
function unaries(...operators: readonly string[]): Emit {
  return (graph, node) =>
    operators.reduce((x, operator) => graph.node(operator, [x]), graph.value(inputOf(node, "x")));
}

/** A reduction over axes; ONNX takes those of a sum as an input. */
function reduction(operator: string): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x"), axes = axesOf(node, x);
    const keepdims = attributeOf<boolean>(node, "keepDims") ? 1 : 0;
    return operator === "ReduceSum"
      ? graph.node(operator, [graph.value(x), graph.integers(axes)], { keepdims })
      : graph.node(operator, [graph.value(x)], { axes, keepdims });
  };
}

/** A product of matrices, the last two axes. */
const matrixProduct: Emit = (graph, node) => {
  const operand = (name: "a" | "b", transposed: boolean) => {
    const value = inputOf(node, name), rank = value.shape.length;
    const axes = value.shape.map((_, i) => i);
    return transposed
      ? graph.ordered(value, [...axes.slice(0, -2), rank - 1, rank - 2])
      : graph.value(value);
  };
  return graph.node("MatMul", [
    operand("a", attributeOf(node, "transposeA")),
    operand("b", attributeOf(node, "transposeB")),
  ]);
};

/** Another shape. */
const reshaped: Emit = (graph, node) => {
  const [input] = Object.values(node.inputs), shape = reshapeTo(node.outputs[0]!.shape);
  return graph.node("Reshape", [graph.value(input!), graph.integers(shape)]);
};

const slice: Emit = (graph, node) => {
  const x = inputOf(node, "x");
  const begin = beginOf(node, x);
  const sizes = node.outputs[0]!.shape;
  if (rowsPerImage(x.shape) !== rowsPerImage(sizes)) return sliceOfSteps(graph, x, begin, sizes);
  const starts = begin as readonly number[];
  const ends = sizes.map((size, i) => isPerImage(size) ? END : starts[i]! + size);
  const axes = starts.map((_, i) => i);
  return graph.node("Slice", [
    graph.value(x),
    ...[starts, ends, axes].map((numbers) => graph.integers(numbers)),
  ]);
};

/** Rows of one step of a sequence, `[steps * batch, features]`. */
function sliceOfSteps(
  graph: OnnxGraph,
  x: GraphValue,
  begin: readonly Extent[],
  sizes: readonly Extent[],
): string {
  if (rowsPerImage(sizes) !== 1) throw new TypeError("a slice of its images is none of ONNX");
  const shape = [rowsPerImage(x.shape), -1, ...x.shape.slice(1) as number[]];
  const steps = graph.node("Reshape", [graph.value(x), graph.integers(shape)]);
  const step = graph.constant([], BigInt64Array.of(BigInt(rowsPerImage(begin))));
  return graph.node("Gather", [steps, step], { axis: 0 });
}

const split: Emit = (graph, node) => {
  const x = inputOf(node, "x"), axis = attributeOf<number>(node, "axis"), { outputs } = node;
  if (rowsPerImage(outputs[0]!.shape) !== rowsPerImage(x.shape)) {
    // Equal parts of rows, one after the other.
    const parts = [outputs.length, -1, ...x.shape.slice(1) as number[]];
    const rows = graph.node("Reshape", [graph.value(x), graph.integers(parts)]);
    return outputs.map((_, i) =>
      graph.node("Gather", [rows, graph.constant([], BigInt64Array.of(BigInt(i)))], { axis: 0 })
    );
  }
  const sizes = outputs.map(({ shape }) => shape[axis] as number);
  return graph.several("Split", [graph.value(x), graph.integers(sizes)], { axis }, sizes.length);
};

/** The inputs of a list, in order; constants that depend on the batch get a row per image. */
function listOf(graph: OnnxGraph, { inputs }: GraphNode): string[] {
  return Object.values(inputs).map((value) => {
    const { data, shape } = value, [rows] = shape;
    if (!data || !isPerImage(rows)) return graph.value(value);
    const batch = graph.node("Slice", [
      graph.node("Shape", ["images"]),
      graph.integers([0]),
      graph.integers([1]),
    ]);
    const whole = graph.node("Concat", [batch, graph.integers(shape.slice(1) as number[])], {
      axis: 0,
    });
    return graph.node("Expand", [graph.value(value), whole]);
  });
}

const concatenation: Emit = (graph, node) =>
  graph.node("Concat", listOf(graph, node), { axis: attributeOf(node, "axis") });

const stack: Emit = (graph, node) => {
  const axis = attributeOf<number>(node, "axis");
  const parts = listOf(graph, node).map((name) =>
    graph.node("Unsqueeze", [name, graph.integers([axis])])
  );
  return graph.node("Concat", parts, { axis });
};

/** The four-quadrant arc tangent, which opset 17 lacks. */
const arcTangent: Emit = (graph, node) => {
  const y = graph.value(inputOf(node, "a")), x = graph.value(inputOf(node, "b"));
  const zero = graph.float(0), number = (value: number) => graph.float(value);
  const where = (condition: string, yes: string, no: string) =>
    graph.node("Where", [condition, yes, no]);
  const is = (operator: string, name: string) => graph.node(operator, [name, zero]);
  const safe = where(is("Equal", x), number(1), x);
  const angle = graph.node("Atan", [graph.node("Div", [y, safe])]);
  const half = where(is("GreaterOrEqual", y), number(Math.PI), number(-Math.PI));
  const right = where(
    is("Greater", y),
    number(Math.PI / 2),
    where(is("Less", y), number(-Math.PI / 2), zero),
  );
  const left = where(is("Less", x), graph.node("Add", [angle, half]), right);
  return where(is("Greater", x), angle, left);
};

/** log(1 + x) = 2 artanh(x / (2 + x)), which keeps the digits of a small x. */
const logOnePlus: Emit = (graph, node) => {
  const x = graph.value(inputOf(node, "x")), two = graph.float(2);
  const share = graph.node("Div", [x, graph.node("Add", [x, two])]);
  return graph.node("Mul", [graph.node("Atanh", [share]), two]);
};

const TYPES: Readonly<Record<string, number>> = { float32: 1, int32: 6, bool: 9 };

const cast: Emit = (graph, node) =>
  graph.node("Cast", [graph.value(inputOf(node, "x"))], {
    to: TYPES[attributeOf<string>(node, "dtype")]!,
  });

/** The index of the least or greatest. */
function place(operator: string): Emit {
  return (graph, node) => {
    const axis = attributeOf<number>(node, "axis");
    const found = graph.node(operator, [graph.value(inputOf(node, "x"))], { axis, keepdims: 0 });
    return graph.node("Cast", [found], { to: TYPES["int32"]! });
  };
}

const largest: Emit = (graph, node) => {
  const inputs = [
    graph.value(inputOf(node, "x")),
    graph.integers([attributeOf<number>(node, "k")]),
  ];
  const [values, places] = graph.several("TopK", inputs, { axis: -1, largest: 1, sorted: 1 }, 2);
  return [values!, graph.node("Cast", [places!], { to: TYPES["int32"]! })];
};

const gather: Emit = (graph, node) => {
  if (attributeOf<number>(node, "batchDims") > 0) {
    throw new TypeError("it gathers other rows per image");
  }
  const inputs = [inputOf(node, "x"), inputOf(node, "indices")].map((value) => graph.value(value));
  return graph.node("Gather", inputs, { axis: attributeOf(node, "axis") });
};

const oneHot: Emit = (graph, node) => {
  const depth = attributeOf<number>(node, "depth");
  const places = Int32Array.from({ length: depth }, (_, i) => i);
  const indices = graph.node("Unsqueeze", [
    graph.value(inputOf(node, "indices")),
    graph.integers([-1]),
  ]);
  const same = graph.node("Equal", [indices, graph.constant([depth], places)]);
  return graph.node("Cast", [same], { to: TYPES[attributeOf<string>(node, "dtype")]! });
};

const chosen: Emit = same("Where", "condition", "t", "e");

/** 1 above 0, else `alpha` times 1. */
const step: Emit = (graph, node) =>
  graph.node("Where", [
    graph.node("Greater", [graph.value(inputOf(node, "x")), graph.float(0)]),
    graph.float(1),
    graph.float(attributeOf<number>(node, "alpha")),
  ]);

/** Equal numbers, of any shape to which they stretch. */
function uniform(value: number): Emit {
  return (graph, node) => {
    const { shape, type } = node.outputs[0]!, ones = shape.map(() => 1);
    return graph.constant(ones, type === "float32" ? Float32Array.of(value) : Int32Array.of(value));
  };
}

const clipped: Emit = (graph, node) =>
  graph.node("Clip", [
    graph.value(inputOf(node, "x")),
    graph.float(attributeOf<number>(node, "clipValueMin")),
    graph.float(attributeOf<number>(node, "clipValueMax")),
  ]);

const softmax: Emit = (graph, node) =>
  graph.node("Softmax", [graph.value(inputOf(node, "logits"))], { axis: -1 });

/** Klambauer et al. 2017 (arXiv 1706.02515): all digits, as the standard's defaults. */
const SELU = { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } };

const square: Emit = (graph, node) => {
  const x = graph.value(inputOf(node, "x"));
  return graph.node("Mul", [x, x]);
};

const squaredDifference: Emit = (graph, node) => {
  const difference = binary("Sub")(graph, node) as string;
  return graph.node("Mul", [difference, difference]);
};

const transposed: Emit = (graph, node) =>
  graph.transpose(graph.value(inputOf(node, "x")), attributeOf(node, "perm"));

const tiled: Emit = (graph, node) =>
  graph.node("Tile", [
    graph.value(inputOf(node, "x")),
    graph.integers(attributeOf<readonly number[]>(node, "reps")),
  ]);

/** How each kernel is written; what is missing cannot be exported. */
export const ONNX_KERNELS: Readonly<Record<string, Emit>> = {
  Abs: unary("Abs"),
  Add: binary("Add"),
  AddN: (graph, node) => graph.node("Sum", listOf(graph, node)),
  ArgMax: place("ArgMax"),
  ArgMin: place("ArgMin"),
  Atan2: arcTangent,
  AvgPool: pooling("AveragePool"),
  BatchMatMul: matrixProduct,
  Cast: cast,
  ClipByValue: clipped,
  Concat: concatenation,
  Conv2D: convolution([3, 2, 0, 1], false),
  Conv2DBackpropInput: transposedConvolution,
  DepthwiseConv2dNative: convolution([2, 3, 0, 1], true),
  Equal: binary("Equal"),
  Exp: unary("Exp"),
  ExpandDims: reshaped,
  GatherV2: gather,
  Greater: binary("Greater"),
  GreaterEqual: binary("GreaterOrEqual"),
  Identity: unary("Identity"),
  Less: binary("Less"),
  LessEqual: binary("LessOrEqual"),
  Log: unary("Log"),
  Log1p: logOnePlus,
  LogicalAnd: binary("And"),
  Max: reduction("ReduceMax"),
  MaxPool: pooling("MaxPool"),
  Maximum: binary("Max"),
  Mean: reduction("ReduceMean"),
  Min: reduction("ReduceMin"),
  Minimum: binary("Min"),
  MirrorPad: mirrored,
  Multiply: binary("Mul"),
  Neg: unary("Neg"),
  OneHot: oneHot,
  OnesLike: uniform(1),
  Pack: stack,
  PadV2: padded,
  Pow: binary("Pow"),
  RealDiv: binary("Div"),
  Relu: unary("Relu"),
  Reshape: reshaped,
  ResizeBilinear: resized,
  Rsqrt: unaries("Sqrt", "Reciprocal"),
  Select: chosen,
  Selu: (graph, node) => graph.node("Selu", [graph.value(inputOf(node, "x"))], SELU),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Slice: slice,
  Softmax: softmax,
  Softplus: unary("Softplus"),
  SplitV: split,
  Sqrt: unary("Sqrt"),
  Square: square,
  SquaredDifference: squaredDifference,
  Step: step,
  Sub: binary("Sub"),
  Sum: reduction("ReduceSum"),
  Tanh: unary("Tanh"),
  Tile: tiled,
  TopK: largest,
  Transpose: transposed,
  ZerosLike: uniform(0),
};
