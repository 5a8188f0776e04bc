/** Small networks in ONNX format (protocol buffers: github.com/onnx/onnx, onnx.proto). */

import { concatenate } from "../../../src/concatenate.ts";
import { Random } from "../../../src/random.ts";

const utf8 = new TextEncoder();

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return Uint8Array.from([...bytes, value]);
}

/** A field with a whole number. */
function whole(field: number, value: number): Uint8Array {
  return concatenate(Uint8Array, [varint(field * 8), varint(value)]);
}

/** A field with bytes, a text or fields. */
function part(field: number, value: string | Uint8Array | readonly Uint8Array[]): Uint8Array {
  const bytes = typeof value === "string"
    ? utf8.encode(value)
    : value instanceof Uint8Array
    ? value
    : concatenate(Uint8Array, value);
  return concatenate(Uint8Array, [varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/** Types of elements and of attributes. */
const FLOAT = 1, INT64 = 7, INT = 2, INTS = 7;

/** A constant. */
function initializer(name: string, dims: readonly number[], data: Float32Array | BigInt64Array) {
  const bytes = new Uint8Array(data.buffer);
  return part(5, [
    ...dims.map((dim) => whole(1, dim)),
    ...[whole(2, data instanceof Float32Array ? FLOAT : INT64), part(8, name), part(9, bytes)],
  ]);
}

/** An operation; attributes are whole numbers or lists of them. */
function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Uint8Array {
  return part(1, [
    ...inputs.map((name) => part(1, name)),
    ...[part(2, output), part(4, type)],
    ...Object.entries(attributes).map(([name, value]) =>
      part(5, [
        part(1, name),
        ...typeof value === "number"
          ? [whole(3, value), whole(20, INT)]
          : [...value.map((each) => whole(8, each)), whole(20, INTS)],
      ])
    ),
  ]);
}

/** An input or output; free axes have a name. */
function value(field: number, name: string, dims: readonly (number | string)[]): Uint8Array {
  const axes = dims.map((dim) => part(1, [typeof dim === "number" ? whole(1, dim) : part(2, dim)]));
  return part(field, [
    part(1, name),
    part(2, [part(1, [whole(1, FLOAT), part(2, axes)])]),
  ]);
}

/** A convolution of 3 x 3 with bias, padded by 1, and relu after it. */
export interface MadeLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  /** `[outputs, inputs, 3, 3]`. */
  readonly kernel: Float32Array;
  readonly biases: Float32Array;
}

/** The two layers of the network. */
export function madeLayers(channels = 3): readonly [MadeLayer, MadeLayer] {
  const random = new Random(7);
  const normals = (count: number, deviation: number) =>
    Float32Array.from({ length: count }, () => deviation * random.normal());
  const layer = (inputs: number, outputs: number, stride: number): MadeLayer => ({
    ...{ inputs, outputs, stride },
    kernel: normals(outputs * inputs * 9, Math.sqrt(2 / (9 * inputs))),
    biases: normals(outputs, 0.1),
  });
  return [layer(channels, 6, 4), layer(6, 10, 2)];
}

/** Choices for a network. */
export interface MadeOnnx {
  /** Channels of the input. @default {3} */
  readonly channels?: number;
  /** Height and width of the input. @default {any} */
  readonly size?: readonly [number, number];
  /** Batch size of the input. @default {1} */
  readonly batch?: number;
}

/**
 * A network of two convolutions, at strides 4 and 8: outputs `fine` and `coarse`, and `tokens`, the cells of `coarse`
 * as a transformer has them, after two others.
 */
export function madeOnnx(
  { channels = 3, size, batch = 1 }: MadeOnnx = {},
): Uint8Array<ArrayBuffer> {
  const layers = madeLayers(channels);
  const constants = layers.flatMap(({ inputs, outputs, kernel, biases }, i) => [
    initializer(`kernel${i}`, [outputs, inputs, 3, 3], kernel),
    initializer(`biases${i}`, [outputs], biases),
  ]);
  const convolution = (i: number, input: string, output: string) => [
    node("Conv", [input, `kernel${i}`, `biases${i}`], `sum${i}`, {
      ...{ kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      strides: [layers[i]!.stride, layers[i]!.stride],
    }),
    node("Relu", [`sum${i}`], output),
  ];
  const outputs = layers[1].outputs, [height, width] = size ?? ["height", "width"];
  const graph = [
    ...convolution(0, "image", "fine"),
    ...convolution(1, "fine", "coarse"),
    node("Reshape", ["coarse", "flat"], "rows"),
    node("Transpose", ["rows"], "cells", { perm: [0, 2, 1] }),
    node("Concat", ["further", "cells"], "tokens", { axis: 1 }),
  ];
  return Uint8Array.from(concatenate(Uint8Array, [
    whole(1, 8), // version of the format
    part(7, [
      ...graph,
      part(2, "made"),
      ...constants,
      initializer("flat", [3], BigInt64Array.of(1n, BigInt(outputs), -1n)),
      initializer("further", [1, 2, outputs], new Float32Array(2 * outputs).fill(1000)),
      value(11, "image", [batch, channels, height, width]),
      value(12, "fine", [batch, layers[0].outputs, "rows", "columns"]),
      value(12, "coarse", [batch, outputs, "fewer rows", "fewer columns"]),
      value(12, "tokens", [batch, "tokens", outputs]),
    ]),
    part(8, [part(1, ""), whole(2, 17)]), // version of the operations
  ]));
}
