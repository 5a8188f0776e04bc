/** An ONNX graph while it is built: nodes, constants and their names. */

import { type GraphNode, type GraphValue, isPerImage } from "../compute/mod.ts";

/** An attribute of a node: a whole number, a list of them, or another number or a text by its type. */
export type Attribute = number | readonly number[] | { readonly float: number } | string;

/** Adds the operators of a kernel to a graph; the names of its outputs. */
export type Emit = (graph: OnnxGraph, node: GraphNode) => string | readonly string[];

/** A node: an operator of the ONNX standard. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** The end of any axis, for `Slice`. */
export const END = 2 ** 53 - 1;

/** Builds a graph. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly #names = new Map<string, string>();
  readonly #constants = new Map<string, string>();
  /** Results of `Transpose`: the input and the order of the axes. */
  readonly #transposed = new Map<string, { readonly input: string; readonly order: string }>();
  #count = 0;

  /** Adds a node. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.several(operator, inputs, attributes, 1)[0]!;
  }

  /** Adds a node with several outputs. */
  several(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    count: number,
  ): string[] {
    const outputs = Array.from({ length: count }, () => `t${this.#count++}`);
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a constant, once. */
  constant(shape: readonly number[], data: OnnxConstant["data"]): string {
    const small = data.length <= 64;
    const key = small ? `${data.constructor.name} ${shape}: ${[...data as Iterable<unknown>]}` : "";
    const found = small && this.#constants.get(key);
    if (found) return found;
    const name = `c${this.#count++}`;
    this.constants.push({ name, shape, data });
    if (small) this.#constants.set(key, name);
    return name;
  }

  /** A number. */
  float(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  /** Whole numbers, as shapes, axes and places are given. */
  integers(values: readonly number[]): string {
    return this.constant([values.length], BigInt64Array.from(values, BigInt));
  }

  /** Names the outputs of a node of the computation. */
  name(values: readonly GraphValue[], names: readonly string[]): void {
    values.forEach((value, i) => this.#names.set(value.name, names[i]!));
  }

  /** The name of a value of the computation. */
  value(value: GraphValue): string {
    const { name, data, shape, type } = value, found = this.#names.get(name);
    if (found !== undefined) return found;
    if (!data) throw new TypeError(`"${name}" comes from no earlier operation`);
    const elements = type === "bool" ? Uint8Array.from(data) : data;
    const added = this.constant(shape.map((size) => isPerImage(size) ? 1 : size), elements);
    this.#names.set(name, added);
    return added;
  }

  /** The name of a value with its axes in another order. */
  transpose(name: string, order: readonly number[]): string {
    const before = this.#transposed.get(name);
    const inverse = order.map((_, i) => order.indexOf(i));
    if (before?.order === inverse.join()) return before.input;
    const result = this.node("Transpose", [name], { perm: order });
    this.#transposed.set(result, { input: name, order: order.join() });
    return result;
  }

  /** The name of a constant or a value with its axes in another order; constants are moved here. */
  ordered(value: GraphValue, order: readonly number[]): string {
    const { data, shape, type } = value;
    if (!data || type !== "float32") return this.transpose(this.value(value), order);
    const sizes = shape as readonly number[];
    return this.constant(order.map((axis) => sizes[axis]!), moveAxes(data, sizes, order));
  }
}

/** The elements of a tensor with its axes in another order. */
function moveAxes(
  data: Float32Array | Int32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const sizes = order.map((axis) => shape[axis]!), steps = order.map((axis) => strides[axis]!);
  const moved = new Float32Array(data.length), place = sizes.map(() => 0);
  for (let i = 0, from = 0; i < moved.length; i++) {
    moved[i] = data[from]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      place[axis] = 0;
    }
  }
  return moved;
}
