/**
 * Evaluates ONNX files that stray has written, to check them: it reads the bytes as any runtime does, but knows the
 * operators that `onnx_kernels.ts` writes alone.
 */

import { PbfReader } from "pbf";
import { type Tensor, type Tensor1D, type Tensor4D, tf } from "../compute/mod.ts";
import { readModelProto } from "./_onnx.generated.ts";

/** An attribute in a file. */
interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f: number;
  readonly i: number;
  readonly s: Uint8Array;
  readonly ints: readonly number[];
}

/** A tensor in a file. */
interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data_type: number;
  readonly raw_data: Uint8Array;
}

/** The parts of a file that are evaluated. */
interface ModelProto {
  readonly graph: {
    readonly node: readonly {
      readonly op_type: string;
      readonly input: readonly string[];
      readonly output: readonly string[];
      readonly attribute: readonly AttributeProto[];
    }[];
    readonly initializer: readonly TensorProto[];
    readonly input: readonly { readonly name: string }[];
    readonly output: readonly { readonly name: string }[];
  };
}

/** Attributes by name: numbers, lists and texts. */
type Attributes = Readonly<Record<string, number | string | readonly number[] | undefined>>;

/** An operator: from inputs and attributes to its outputs; an omitted input is undefined. */
type Operator = (inputs: Tensor[], attributes: Attributes) => Tensor | Tensor[];

/**
 * Evaluates a file.
 *
 * @param bytes The file.
 * @param x The images.
 * @param shape `[batch, height, width, channels]`.
 * @returns The outputs by name, as plain numbers.
 * @throws {TypeError} If it has an operator that stray does not write.
 */
export async function evaluateOnnx(
  bytes: Uint8Array,
  x: Float32Array,
  shape: readonly [number, number, number, number],
): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  const { graph } = readModelProto(new PbfReader(bytes)) as ModelProto;
  const outputs = tf.tidy(() => {
    const values = new Map<string, Tensor>(
      graph.initializer.map((constant) => [constant.name, constantOf(constant)]),
    );
    values.set(graph.input[0]!.name, tf.tensor4d(x.slice(), [...shape]));
    for (const { op_type, input, output, attribute } of graph.node) {
      const operator = OPERATORS[op_type];
      if (!operator) throw new TypeError(`Cannot evaluate the operator ${op_type}`);
      const attributes = Object.fromEntries(attribute.map((each) => [each.name, valueOf(each)]));
      const found = [operator(input.map((name) => values.get(name)!), attributes)].flat();
      output.forEach((name, i) => values.set(name, found[i]!));
    }
    return graph.output.map(({ name }) => values.get(name)!);
  });
  const numbers = await Promise.all(outputs.map((output) => output.data()));
  tf.dispose(outputs);
  return new Map(graph.output.map(({ name }, i) => [name, numbers[i]!]));
}

function valueOf({ type, f, i, s, ints }: AttributeProto): Attributes[string] {
  if (type === 1) return f;
  if (type === 2) return i;
  return type === 3 ? new TextDecoder().decode(s) : ints;
}

/** A constant; whole numbers of 64 bits have 32 here. */
function constantOf({ dims, data_type, raw_data }: TensorProto): Tensor {
  const { buffer } = raw_data.slice();
  if (data_type === 1) return tf.tensor(new Float32Array(buffer), [...dims]);
  if (data_type === 9) return tf.tensor(new Uint8Array(buffer), [...dims], "bool");
  const whole = data_type === 6
    ? new Int32Array(buffer)
    : Int32Array.from(new BigInt64Array(buffer), (value) => Math.min(Number(value), 2 ** 31 - 1));
  return tf.tensor(whole, [...dims], "int32");
}

/** The numbers of a tensor of shapes, axes or places. */
function numbersOf(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync());
}

const list = (value: Attributes[string]) => value as readonly number[];
const float = (x: Tensor) => tf.cast(x, "float32");

/** Runs an operation of tfjs on images, which it has with channels last. */
function onImages(x: Tensor, run: (x: Tensor4D) => Tensor): Tensor {
  const last = tf.transpose(x, [0, 2, 3, 1]) as Tensor4D;
  return tf.transpose(run(last), [0, 3, 1, 2]);
}

/** Pads the sides of images with channels last. */
function padded(x: Tensor4D, pads: readonly number[], value = 0): Tensor4D {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}

const convolution: Operator = ([x, kernel], { group, strides, pads, dilations }) =>
  onImages(x!, (image) => {
    const [down, across] = list(strides) as [number, number], image1 = padded(image, list(pads));
    const step = list(dilations) as [number, number];
    if (group === 1) {
      const filter = tf.transpose(kernel!, [2, 3, 1, 0]) as Tensor4D;
      return tf.conv2d(image1, filter, [down, across], "valid", "NHWC", step);
    }
    // tfjs takes equal strides alone: every pixel, of which some are kept.
    const filter = tf.transpose(kernel!, [2, 3, 0, 1]) as Tensor4D;
    const all = tf.depthwiseConv2d(image1, filter, 1, "valid");
    const keep = (size: number, stride: number) =>
      Int32Array.from({ length: Math.ceil(size / stride) }, (_, i) => i * stride);
    const rows = tf.gather(all, keep(all.shape[1], down), 1);
    return tf.gather(rows, keep(all.shape[2], across), 2);
  });

const transposedConvolution: Operator = ([x, kernel], { strides, pads, output_padding }) =>
  onImages(x!, (image) => {
    const filter = tf.transpose(kernel!, [2, 3, 1, 0]) as Tensor4D;
    const [batch, height, width] = image.shape, [rows, columns, filters] = filter.shape;
    const [down, across] = list(strides) as [number, number];
    const [below, beside] = list(output_padding) as [number, number];
    const [top, left, bottom, right] = list(pads) as [number, number, number, number];
    const size = [(height - 1) * down + rows, (width - 1) * across + columns] as const;
    const whole = tf.conv2dTranspose(
      image,
      filter,
      [batch, ...size, filters],
      [down, across],
      "valid",
    );
    const grown = padded(whole, [0, 0, below, beside]);
    return tf.slice(grown, [0, top, left, 0], [
      batch,
      size[0] + below - top - bottom,
      size[1] + beside - left - right,
      filters,
    ]);
  });

/** Means or maxima of windows; padding does not count. */
function pooling(kind: "max" | "average"): Operator {
  return ([x], { kernel_shape, strides, pads }) =>
    onImages(x!, (image) => {
      const window = list(kernel_shape) as [number, number],
        step = list(strides) as [number, number];
      if (kind === "max") {
        return tf.maxPool(padded(image, list(pads), -Infinity), window, step, "valid");
      }
      const mean = (values: Tensor4D) =>
        tf.avgPool(padded(values, list(pads)), window, step, "valid");
      return tf.div(mean(image), mean(tf.onesLike(image)));
    });
}

function reduction(reduce: typeof tf.sum): Operator {
  return ([x, axes], { axes: given, keepdims }) =>
    reduce(x!, axes ? numbersOf(axes) : [...list(given)], keepdims === 1);
}

const slice: Operator = ([x, starts, ends, axes]) => {
  const begin = x!.shape.map(() => 0), size = x!.shape.slice();
  const [from, to] = [numbersOf(starts!), numbersOf(ends!)];
  const places = axes ? numbersOf(axes) : from.map((_, i) => i);
  places.forEach((axis, i) => {
    begin[axis] = from[i]!;
    size[axis] = Math.min(to[i]!, x!.shape[axis]!) - from[i]!;
  });
  return tf.slice(x!, begin, size);
};

const resize: Operator = ([x, , scales]) =>
  onImages(x!, (image) => {
    const [, , down, across] = numbersOf(scales!) as [number, number, number, number];
    const [, height, width] = image.shape;
    const size: [number, number] = [Math.round(height * down), Math.round(width * across)];
    return tf.image.resizeBilinear(image, size, false, true);
  });

const pad: Operator = ([x, pads, value]) => {
  const sides = numbersOf(pads!), rank = x!.rank;
  const pairs = x!.shape.map((_, i): [number, number] => [sides[i]!, sides[i + rank]!]);
  return tf.pad(x!, pairs, value ? value.dataSync()[0]! : 0);
};

const TYPES: Readonly<Record<number, "float32" | "int32" | "bool">> = {
  1: "float32",
  6: "int32",
  7: "int32",
  9: "bool",
};

const unary = (run: (x: Tensor) => Tensor): Operator => ([x]) => run(x!);
const binary = (run: (a: Tensor, b: Tensor) => Tensor): Operator => ([a, b]) => run(a!, b!);

const OPERATORS: Readonly<Record<string, Operator>> = {
  Abs: unary(tf.abs),
  Add: binary(tf.add),
  And: binary(tf.logicalAnd),
  ArgMax: ([x], { axis }) => tf.argMax(x!, axis as number),
  ArgMin: ([x], { axis }) => tf.argMin(x!, axis as number),
  Atan: unary(tf.atan),
  Atanh: unary(tf.atanh),
  AveragePool: pooling("average"),
  Cast: ([x], { to }) => tf.cast(x!, TYPES[to as number]!),
  Clip: ([x, low, high]) => tf.minimum(tf.maximum(x!, low!), high!),
  Concat: (all, { axis }) => tf.concat(all, axis as number),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Div: binary(tf.div),
  Equal: binary((a, b) => tf.equal(float(a), float(b))),
  Exp: unary(tf.exp),
  Expand: ([x, shape]) => tf.broadcastTo(x!, numbersOf(shape!)),
  Gather: ([x, places], { axis }) => tf.gather(x!, tf.cast(places!, "int32"), axis as number),
  Greater: binary(tf.greater),
  GreaterOrEqual: binary(tf.greaterEqual),
  Identity: unary((x) => tf.clone(x)),
  Less: binary(tf.less),
  LessOrEqual: binary(tf.lessEqual),
  Log: unary(tf.log),
  MatMul: binary((a, b) => tf.matMul(a, b)),
  Max: binary(tf.maximum),
  MaxPool: pooling("max"),
  Min: binary(tf.minimum),
  Mul: binary(tf.mul),
  Neg: unary(tf.neg),
  Pad: pad,
  Pow: binary(tf.pow),
  Reciprocal: unary(tf.reciprocal),
  ReduceMax: reduction(tf.max),
  ReduceMean: reduction(tf.mean),
  ReduceMin: reduction(tf.min),
  ReduceSum: reduction(tf.sum),
  Relu: unary(tf.relu),
  Reshape: ([x, shape]) => tf.reshape(x!, numbersOf(shape!)),
  Resize: resize,
  Selu: unary(tf.selu),
  Shape: ([x]) => tf.tensor1d(x!.shape, "int32"),
  Sigmoid: unary(tf.sigmoid),
  Sign: unary(tf.sign),
  Slice: slice,
  Softmax: unary((x) => tf.softmax(x)),
  Softplus: unary(tf.softplus),
  Split: ([x, sizes], { axis }) => tf.split(x!, numbersOf(sizes!), axis as number),
  Sqrt: unary(tf.sqrt),
  Sub: binary(tf.sub),
  Sum: (all) => all.reduce((a, b) => tf.add(a, b)),
  Tanh: unary(tf.tanh),
  Tile: ([x, repeats]) => tf.tile(x!, numbersOf(repeats!)),
  TopK: ([x, count]) => {
    const { values, indices } = tf.topk(x!, numbersOf(count!)[0]!);
    return [values, indices];
  },
  Transpose: ([x], { perm }) => tf.transpose(x!, [...list(perm)]),
  Unsqueeze: ([x, axes]) => tf.expandDims(x!, numbersOf(axes!)[0]!),
  Where: ([condition, yes, no]) => tf.where(condition as Tensor1D, yes!, no!),
};
