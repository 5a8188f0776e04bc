/**
 * Reverse-mode differentiation of functions composed of our operations alone.
 *
 * tfjs's tape clones tensors, compares all pairs of them and traverses the graph twice, which on a small
 * network takes half as long as the arithmetic. This tape records {@linkcode runKernel} and
 * {@linkcode traced}, applies the gradients registered with tfjs, and frees tensors on the way back.
 */

import * as tf from "@tensorflow/tfjs-core";

/** Gradients by the name of the input, computed on demand. Each is a new tensor. */
export type InputGradients = Readonly<Record<string, () => tf.Tensor>>;

/** A recorded operation. */
interface Operation {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly back: (dys: readonly (tf.Tensor | undefined)[]) => InputGradients;
}

let current: Tape | undefined;

/** The tape that records in this thread, if any. */
export function currentTape(): Tape | undefined {
  return current;
}

function withTape<T>(tape: Tape | undefined, work: () => T): T {
  const before = current;
  current = tape;
  try {
    return work();
  } finally {
    current = before;
  }
}

/** The id of the next tensor: tfjs counts them. */
function nextTensorId(): number {
  return (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId();
}

/** A tape for one forward and one backward pass. */
export class Tape {
  readonly #operations: Operation[] = [];
  /** Ids of tensors with a gradient, and of tensors without one. */
  readonly #differentiable = new Set<number>();
  readonly #constants = new Set<number>();
  /** Tensors that precede the tape have smaller ids. */
  readonly #first = nextTensorId();

  /** @param variables Variables to differentiate with respect to. */
  constructor(variables: readonly tf.Variable[]) {
    for (const { id } of variables) this.#differentiable.add(id);
  }

  /**
   * Runs a function and records its operations.
   *
   * @param forward The function, composed of our operations alone.
   * @returns Its result.
   */
  run<T>(forward: () => T): T {
    return withTape(this, forward);
  }

  /** Runs a function without recording. */
  aside<T>(forward: () => T): T {
    return withTape(undefined, forward);
  }

  /** Marks a tensor created during recording as a constant. */
  constant<T extends tf.Tensor>(tensor: T): T {
    this.#constants.add(tensor.id);
    return tensor;
  }

  /**
   * Records an operation.
   *
   * @param inputs Its inputs, by name.
   * @param outputs Its outputs.
   * @param back Its gradient, from those of the outputs; undefined for an output without one.
   * @throws {TypeError} If an input comes from an operation that was not recorded.
   */
  record(
    inputs: Readonly<Record<string, tf.Tensor>>,
    outputs: readonly tf.Tensor[],
    back: Operation["back"],
  ): void {
    let needed = false;
    for (const name in inputs) {
      const { id } = inputs[name]!;
      if (this.#differentiable.has(id)) needed = true;
      else if (id >= this.#first && !this.#constants.has(id)) {
        throw new TypeError(
          `Cannot differentiate as "${name}" must be made by an operation with a gradient`,
        );
      }
    }
    const known = needed ? this.#differentiable : this.#constants;
    for (const { id } of outputs) known.add(id);
    if (needed) this.#operations.push({ inputs, outputs, back });
  }

  /**
   * Back-propagates from a result. Disposes of all recorded outputs, including the result.
   *
   * @param result The function's result.
   * @param seed The gradient with respect to it; disposed of.
   * @param variables Variables to differentiate with respect to.
   * @returns One gradient per variable.
   * @throws {TypeError} If the result does not depend on all variables.
   */
  back(result: tf.Tensor, seed: tf.Tensor, variables: readonly tf.Variable[]): tf.Tensor[] {
    const gradients = new Map<number, tf.Tensor>([[result.id, seed]]);
    for (let last = this.#operations.pop(); last; last = this.#operations.pop()) {
      const { outputs } = last;
      if (outputs.some(({ id }) => gradients.has(id))) this.#backThrough(last, gradients);
      for (const output of outputs) {
        gradients.get(output.id)?.dispose();
        gradients.delete(output.id);
        output.dispose();
      }
    }
    return variables.map(({ id, name }) => {
      const gradient = gradients.get(id);
      if (gradient) return gradient;
      throw new TypeError(
        `Cannot differentiate with respect to "${name}" as the result must depend on it`,
      );
    });
  }

  #backThrough({ inputs, outputs, back }: Operation, gradients: Map<number, tf.Tensor>): void {
    tf.tidy(() => {
      const through = back(outputs.map((output) => gradients.get(output.id)));
      for (const name in inputs) {
        const { id } = inputs[name]!;
        if (!this.#differentiable.has(id)) continue;
        const share = through[name]!(), others = gradients.get(id);
        gradients.set(id, tf.keep(others ? tf.add(others, share) : share));
        others?.dispose();
      }
    });
  }
}

/**
 * Runs tfjs operations and records their gradient; tfjs's tape has its own.
 *
 * @param inputs The inputs, by name.
 * @param forward Runs the operations; its output must be a new tensor.
 * @param back The gradient, from that of the output and the output.
 * @returns The output.
 */
export function traced(
  inputs: Readonly<Record<string, tf.Tensor>>,
  forward: () => tf.Tensor,
  back: (dy: tf.Tensor, output: tf.Tensor) => InputGradients,
): tf.Tensor {
  const output = forward();
  current?.record(inputs, [output], ([dy]) => back(dy!, output));
  return output;
}

/** Marks a tensor as a constant for the tape that records, if any. */
export function constant<T extends tf.Tensor>(tensor: T): T {
  return current ? current.constant(tensor) : tensor;
}
