/** A TensorFlow graph while it is built, as the JSON of tfjs's graph models has it. */

import { type GraphNode, type GraphValue, isPerImage } from "../compute/mod.ts";

/** Names of the types of elements. */
const TYPES = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" } as const;

/** An attribute: the protobuf's JSON. */
export type TfAttribute = Readonly<Record<string, unknown>>;

/** A node. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, TfAttribute>>;
}

/** A constant. */
export interface TfConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Attributes by type. */
export const attribute = {
  type: (type: keyof typeof TYPES): TfAttribute => ({ type: TYPES[type] }),
  integer: (value: number): TfAttribute => ({ i: `${value}` }),
  integers: (values: readonly number[]): TfAttribute => ({
    list: { i: values.map((value) => `${value}`) },
  }),
  truth: (value: boolean): TfAttribute => ({ b: value }),
  text: (value: string): TfAttribute => ({ s: btoa(value) }),
};

/** The shape of a value as protobuf: -1 for the batch. */
export function tensorShape({ shape }: Pick<GraphValue, "shape">): TfAttribute {
  return { dim: shape.map((size) => ({ size: isPerImage(size) ? "-1" : `${size}` })) };
}

/** Builds a graph. */
export class TfGraph {
  readonly nodes: TfNode[] = [];
  readonly constants: TfConstant[] = [];
  readonly #names = new Map<string, string>();
  #count = 0;

  /** Adds a node; the name of its first output, `name:1` being that of the second. */
  node(
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, TfAttribute>> = {},
    name = `n${this.#count++}`,
  ): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** Adds a constant. */
  constant(
    shape: readonly number[],
    dtype: TfConstant["dtype"],
    data: TfConstant["data"],
  ): string {
    const name = `c${this.#count++}`, type = attribute.type(dtype);
    const tensor = { dtype: TYPES[dtype], tensorShape: tensorShape({ shape }) };
    this.nodes.push({ name, op: "Const", attr: { dtype: type, value: { tensor } } });
    this.constants.push({ name, shape, dtype, data });
    return name;
  }

  /** Whole numbers: shapes, axes and places. */
  integers(values: readonly number[]): string {
    return this.constant([values.length], "int32", Int32Array.from(values));
  }

  /** A whole number. */
  integer(value: number): string {
    return this.constant([], "int32", Int32Array.of(value));
  }

  /** A number. */
  float(value: number): string {
    return this.constant([], "float32", Float32Array.of(value));
  }

  /** The input. */
  placeholder(value: GraphValue): void {
    const attr = { dtype: attribute.type(value.type), shape: { shape: tensorShape(value) } };
    this.nodes.push({ name: value.name, op: "Placeholder", attr });
    this.#names.set(value.name, value.name);
  }

  /** Names the outputs of a node of the computation: each, or by that of a node `name`, `name:1`, … */
  name(values: readonly GraphValue[], names: string | readonly string[]): void {
    const nameOf = (i: number) =>
      typeof names !== "string" ? names[i]! : i === 0 ? names : `${names}:${i}`;
    values.forEach((value, i) => this.#names.set(value.name, nameOf(i)));
  }

  /** The name of a value of the computation. */
  value(value: GraphValue): string {
    const { name, data, shape, type } = value, found = this.#names.get(name);
    if (found !== undefined) return found;
    if (!data) throw new TypeError(`"${name}" comes from no earlier operation`);
    const sizes = shape.map((size) => isPerImage(size) ? 1 : size);
    const added = this.constant(sizes, type, type === "bool" ? Uint8Array.from(data) : data);
    this.#names.set(name, added);
    return added;
  }

  /** A shape whose first number is the size of the batch. */
  batchShape(input: GraphValue, rest: readonly number[]): string {
    const shape = this.node("Shape", [this.value(input)]);
    const batch = this.node("Slice", [shape, this.integers([0]), this.integers([1])]);
    const parts = [batch, this.integers(rest), this.integer(0)];
    return this.node("ConcatV2", parts, { N: attribute.integer(2) });
  }
}

/** The inputs of a node in the order of its kernel. */
export function inputsOf(graph: TfGraph, { inputs }: GraphNode): string[] {
  return Object.values(inputs).map((value) => graph.value(value));
}
