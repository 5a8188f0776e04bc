/** Computations as graphs of tfjs kernels: made of two recordings, of batches of two sizes. */

/** Batch sizes of the two recordings: whatever differs between them depends on the batch. */
export const BATCHES = [2, 3] as const;

/** The type of a tensor's elements. */
export type ElementType = "float32" | "int32" | "bool";

/** A number of a shape: a constant, or a multiple of the batch. */
export type Extent = number | { readonly perImage: number };

/** A tensor of a graph. */
export interface GraphValue {
  /** Its name, unique in the graph. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly Extent[];
  /** The type of its elements. */
  readonly type: ElementType;
  /** Its elements, if it is a constant; one that depends on the batch is the same for every image, and has one row. */
  readonly data?: Float32Array | Int32Array;
}

/** A kernel of tfjs in a graph. */
export interface GraphNode {
  /** The name of the kernel. */
  readonly kernel: string;
  /** Its inputs, by name; those of a list by index. */
  readonly inputs: Readonly<Record<string, GraphValue>>;
  /** Its attributes; numbers that depend on the batch as {@linkcode Extent}. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Its outputs. */
  readonly outputs: readonly GraphValue[];
}

/** A computation of batches of images. */
export interface ComputationGraph {
  /** The images, `[batch, height, width, channels]`. */
  readonly input: GraphValue;
  /** The kernels, each after those that it depends on. */
  readonly nodes: readonly GraphNode[];
  /** The results, by name. */
  readonly outputs: ReadonlyMap<string, GraphValue>;
}

/** A tensor while it is recorded. */
export interface Recorded {
  readonly id: number;
  readonly shape: readonly number[];
  readonly type: string;
  readonly data?: Float32Array | Int32Array;
}

/** A call of a kernel while it is recorded. */
export interface Call {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Recorded>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Recorded[];
}

/** A computation of one batch. */
export interface Recording {
  readonly input: Recorded;
  readonly calls: readonly Call[];
  readonly outputs: Readonly<Record<string, Recorded>>;
}

/**
 * Makes one graph of two recordings, without operations that repeat another or that nothing uses.
 *
 * @param two The recording of the smaller batch of {@linkcode BATCHES}.
 * @param three The recording of the larger batch.
 * @returns The graph.
 * @throws {TypeError} If the two differ in more than the size of the batch.
 */
export function mergeRecordings(two: Recording, three: Recording): ComputationGraph {
  if (kernelsOf(two) !== kernelsOf(three)) {
    throw new TypeError("its operations depend on the number of images");
  }
  const values = new Map<number, GraphValue>(), constants = new Constants();
  const merged = (a: Recorded, b: Recorded): GraphValue => {
    const found = values.get(a.id) ?? constants.unique(valueOf(a, b));
    values.set(a.id, found);
    return found;
  };
  const input = { ...valueOf(two.input, three.input), name: "images" };
  values.set(two.input.id, input);
  const known = new Map<string, GraphNode>(), nodes: GraphNode[] = [];
  two.calls.forEach((call, i) => {
    const other = three.calls[i]!, { kernel } = call;
    const inputs = Object.fromEntries(
      Object.entries(call.inputs).map((
        [name, value],
      ) => [name, merged(value, other.inputs[name]!)]),
    );
    const attributes = extentOf(call.attributes, other.attributes) as GraphNode["attributes"];
    const named = Object.entries(inputs).map(([key, { name }]) => [key, name]);
    const key = JSON.stringify([kernel, named, attributes]), same = known.get(key);
    if (same) return call.outputs.forEach(({ id }, j) => values.set(id, same.outputs[j]!));
    const outputs = call.outputs.map((value, j) => merged(value, other.outputs[j]!));
    const node = { kernel, inputs, attributes, outputs };
    known.set(key, node);
    nodes.push(node);
  });
  const outputs = Object.entries(two.outputs).map(([name, value]) =>
    [name, merged(value, three.outputs[name]!)] as const
  );
  return withoutUnused({ input, nodes, outputs: new Map(outputs) });
}

function kernelsOf({ calls }: Recording): string {
  return calls.map(({ kernel }) => kernel).join();
}

/** Constants, each once. */
class Constants {
  readonly #known = new Map<string, GraphValue[]>();

  /** A value, or one with the same elements in the same shape. */
  unique(value: GraphValue): GraphValue {
    const { data, shape, type } = value;
    if (!data) return value;
    const key = JSON.stringify([type, shape, data[0], data.at(-1)]),
      all = this.#known.get(key) ?? [];
    const found = all.find((other) => data.every((number, i) => number === other.data![i]));
    if (!found) this.#known.set(key, [...all, value]);
    return found ?? value;
  }
}

/** Drops nodes whose outputs nobody uses. */
function withoutUnused({ input, nodes, outputs }: ComputationGraph): ComputationGraph {
  const used = new Set([...outputs.values()].map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some(({ name }) => used.has(name))) return false;
    for (const { name } of Object.values(node.inputs)) used.add(name);
    return true;
  });
  return { input, nodes: kept.toReversed(), outputs };
}

function valueOf(a: Recorded, b: Recorded): GraphValue {
  const shape = a.shape.map((size, i) => extentOf(size, b.shape[i]) as Extent);
  const value = { name: `v${a.id}`, shape, type: a.type as ElementType };
  if (!a.data) return value;
  if (!shape.some(isPerImage)) return { ...value, data: a.data };
  const rows = shape[0], row = a.data.length / a.shape[0]!;
  const same = a.data.every((number, i) => number === a.data![i % row]);
  if (!isPerImage(rows) || rows.perImage !== 1 || !same) {
    throw new TypeError("its constants depend on the number of images");
  }
  return { ...value, data: a.data.slice(0, row) };
}

/** Whether a number of a shape depends on the batch. */
export function isPerImage(extent: Extent | undefined): extent is { readonly perImage: number } {
  return typeof extent === "object";
}

/** An attribute of which two recordings have two values: numbers that differ become extents. */
function extentOf(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && a !== b) {
    const perImage = a / BATCHES[0];
    if (Number.isInteger(perImage) && perImage * BATCHES[1] === b) return { perImage };
    throw new TypeError("its shapes are no multiples of the number of images");
  }
  if (Array.isArray(a)) return a.map((each, i) => extentOf(each, (b as unknown[])[i]));
  if (typeof a !== "object" || a === null) return a;
  return Object.fromEntries(
    Object.entries(a).map((
      [key, value],
    ) => [key, extentOf(value, (b as Record<string, unknown>)[key])]),
  );
}
