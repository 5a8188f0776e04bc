/** Variables as one row of numbers, of which each member of a group moves its share. */

import { heapView, type Tensor, tf, type Variable } from "../compute/mod.ts";
import { shareStart } from "./batches.ts";
import type { ProcessGroup } from "./process_group.ts";

/**
 * A member's share of a row: moments take no more memory than they do for one, and the pass over them,
 * which memory bounds, is shared too (stage 1 of ZeRO, Rajbhandari et al. 2020, arXiv 1910.02054).
 */
export class ShardedParameters {
  /** The share's weights. */
  readonly weights: Variable;
  /** Its gradients. */
  readonly gradients: Variable;
  readonly #variables: readonly Variable[];
  readonly #group: ProcessGroup;
  readonly #from: number;
  readonly #to: number;

  /**
   * @param variables The row, with the values to start from.
   * @param group The member. Its boards have room for the row.
   */
  constructor(variables: readonly Variable[], group: ProcessGroup) {
    this.#variables = variables;
    this.#group = group;
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    this.#from = shareStart(size, group.rank, group.size);
    this.#to = shareStart(size, group.rank + 1, group.size);
    const variable = (values: Float32Array) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values), false));
    this.weights = variable(this.take(variables.map(heapView)));
    this.gradients = variable(new Float32Array(this.#to - this.#from));
  }

  /**
   * Adds up the gradients of the share over the members, in their order.
   *
   * @param own This member's part of the gradients of the variables.
   */
  sum(own: readonly Tensor[]): void {
    const { boards, rank } = this.#group;
    write(own.map(heapView), boards[rank]!);
    this.#group.barrier();
    const [first, ...others] = boards.map((board) => this.#of(board));
    const sums = heapView(this.gradients);
    sums.set(first!);
    for (const other of others) {
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + other[i]!;
    }
  }

  /** Takes the share's weights from the variables. */
  refresh(): void {
    let at = 0;
    const own = heapView(this.weights);
    for (const variable of this.#variables) {
      const from = Math.max(0, this.#from - at), to = Math.min(variable.size, this.#to - at);
      if (from < to) own.set(heapView(variable).subarray(from, to), at + from - this.#from);
      at += variable.size;
    }
  }

  /** Brings the weights of all members to the variables. */
  gather(): void {
    const { common } = this.#group;
    this.#of(common).set(heapView(this.weights));
    this.#group.barrier();
    let at = 0;
    for (const variable of this.#variables) {
      heapView(variable).set(common.subarray(at, at += variable.size));
    }
  }

  /**
   * This member's numbers of a row.
   *
   * @param row One array a variable.
   * @returns A copy.
   */
  take(row: readonly Float32Array[]): Float32Array {
    const whole = new Float32Array(row.reduce((sum, { length }) => sum + length, 0));
    write(row, whole);
    return this.#of(whole).slice();
  }

  /** Writes this member's numbers to where they are in a row. */
  put(own: Float32Array, row: Float32Array): void {
    this.#of(row).set(own);
  }

  /** Frees what it holds. */
  dispose(): void {
    tf.dispose([this.weights, this.gradients]);
  }

  #of(row: Float32Array): Float32Array {
    return row.subarray(this.#from, this.#to);
  }
}

/** Writes arrays one after the other. */
function write(arrays: readonly Float32Array[], row: Float32Array): void {
  let at = 0;
  for (const array of arrays) {
    row.set(array, at);
    at += array.length;
  }
}
