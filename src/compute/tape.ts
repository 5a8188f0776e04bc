/**
 * A reverse-mode tape of our own operations.
 *
 * tfjs's own tape clones what a gradient needs, looks at every pair of tensors and walks the graph twice:
 * on a small network that takes as long as half of the arithmetic. This one is for functions that are
 * made of our operations alone (see {@linkcode runKernel} and {@linkcode traced}); it applies the same
 * gradients, those that are registered with tfjs. It frees what a step has made as it goes back.
 */

import * as tf from "@tensorflow/tfjs-core";

/** Gradients by the name of the input, made when they are asked for. Each is a new tensor. */
export type InputGradients = Readonly<Record<string, () => tf.Tensor>>;

/** One operation that was run. */
interface Step {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly back: (dys: readonly (tf.Tensor | undefined)[]) => InputGradients;
}

let current: Tape | undefined;

/** The tape that is running in this thread, if one is. */
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

/** The number of the next tensor: tfjs counts them. */
function nextTensorId(): number {
  return (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId();
}

/** A tape: forward once, then back once. */
export class Tape {
  readonly #steps: Step[] = [];
  /** Tensors with a gradient, and others that are known, by their number. */
  readonly #differentiable = new Set<number>();
  readonly #constants = new Set<number>();
  /** What was there before the tape has smaller numbers. */
  readonly #first = nextTensorId();

  /** @param variables What to differentiate by. */
  constructor(variables: readonly tf.Variable[]) {
    for (const { id } of variables) this.#differentiable.add(id);
  }

  /**
   * Runs a function whose operations go on the tape.
   *
   * @param forward The function; made of our operations alone.
   * @returns What it returns.
   */
  run<T>(forward: () => T): T {
    return withTape(this, forward);
  }

  /** Runs a function whose operations do not. */
  aside<T>(forward: () => T): T {
    return withTape(undefined, forward);
  }

  /** Says that a tensor which is made meanwhile has no gradient. */
  constant<T extends tf.Tensor>(tensor: T): T {
    this.#constants.add(tensor.id);
    return tensor;
  }

  /**
   * Puts an operation on the tape.
   *
   * @param inputs What went in, by name.
   * @param outputs What came out.
   * @param back Its gradient, from those by what came out, undefined where there is none.
   * @throws {TypeError} If an input was made by an operation that is on no tape.
   */
  record(
    inputs: Readonly<Record<string, tf.Tensor>>,
    outputs: readonly tf.Tensor[],
    back: Step["back"],
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
    if (needed) this.#steps.push({ inputs, outputs, back });
  }

  /**
   * Goes back from a result. Everything that the operations gave is disposed of, the result too.
   *
   * @param result What the function returned.
   * @param seed The gradient by it; disposed of.
   * @param variables What to differentiate by.
   * @returns One gradient a variable.
   * @throws {TypeError} If the result does not depend on all of them.
   */
  back(result: tf.Tensor, seed: tf.Tensor, variables: readonly tf.Variable[]): tf.Tensor[] {
    const gradients = new Map<number, tf.Tensor>([[result.id, seed]]);
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { outputs } = step;
      if (outputs.some(({ id }) => gradients.has(id))) this.#backThrough(step, gradients);
      for (const output of outputs) {
        gradients.get(output.id)?.dispose();
        gradients.delete(output.id);
        output.dispose();
      }
    }
    return variables.map(({ id, name }) => {
      const gradient = gradients.get(id);
      if (gradient) return gradient;
      throw new TypeError(`Cannot differentiate by ${name} as the result must depend on it`);
    });
  }

  #backThrough({ inputs, outputs, back }: Step, gradients: Map<number, tf.Tensor>): void {
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
 * Runs tfjs operations that our tape is to know the gradient of; tfjs's tape knows it by itself.
 *
 * @param inputs What goes in, by name.
 * @param forward Runs them.
 * @param back Their gradient, from that by what came out, and what came out.
 * @returns What came out; it must be a new tensor.
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

/** Says that a tensor made meanwhile is a constant, for the tape that is running if there is one. */
export function constant<T extends tf.Tensor>(tensor: T): T {
  return current ? current.constant(tensor) : tensor;
}
