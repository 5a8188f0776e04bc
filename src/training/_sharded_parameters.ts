/** Variables as one flat vector, sharded over the members of a group. */

import { heapView, type Tensor, tf, type Variable } from "../compute/mod.ts";
import { shareBounds } from "./batches.ts";
import type { ProcessGroup } from "./process_group.ts";

/**
 * A member's shard of the flat vector of variables. Each member updates its shard alone, so that moments take no more
 * memory than on one thread, and their update, bound by memory, is shared too (stage 1 of ZeRO,
 * Rajbhandari et al. 2020, arXiv 1910.02054).
 */
export class ShardedParameters {
  /** Weights of the shard. */
  readonly weights: Variable;
  /** Their gradients. */
  readonly gradients: Variable;
  readonly #variables: readonly Variable[];
  readonly #group: ProcessGroup;
  /** Where the vector begins in the group's buffers. */
  readonly #offset: number;
  readonly #share: { readonly from: number; readonly to: number };

  /**
   * @param variables The variables, with their initial values.
   * @param group View of this member; its buffers have room for the vector from the offset on.
   * @param offset Where the vector begins in the group's buffers.
   */
  constructor(variables: readonly Variable[], group: ProcessGroup, offset: number) {
    this.#variables = variables;
    this.#group = group;
    this.#offset = offset;
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    this.#share = shareBounds(size, group);
    const variable = (values: Float32Array) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values), false));
    const weights = this.take(variables.map(heapView));
    this.weights = variable(weights);
    this.gradients = variable(new Float32Array(weights.length));
  }

  /**
   * Sums the gradients of the shard over the members, in the order of ranks.
   *
   * @param own This member's part of the gradients of the variables.
   */
  reduceScatter(own: readonly Tensor[]): void {
    const { memberBuffers, rank } = this.#group;
    let at = this.#offset;
    for (const gradient of own) {
      memberBuffers[rank]!.set(heapView(gradient), at);
      at += gradient.size;
    }
    this.#group.barrier();
    const [first, ...others] = memberBuffers.map((buffer) => this.#shardOf(buffer));
    const sums = heapView(this.gradients);
    sums.set(first!);
    for (const other of others) {
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + other[i]!;
    }
  }

  /** Copies the shard's weights from the variables. */
  refresh(): void {
    this.#copy(this.#variables.map(heapView), heapView(this.weights));
  }

  /** Copies the weights of all members to the variables. */
  allGather(): void {
    const { sharedBuffer } = this.#group;
    this.put(heapView(this.weights), sharedBuffer);
    this.#group.barrier();
    let at = this.#offset;
    for (const variable of this.#variables) {
      heapView(variable).set(sharedBuffer.subarray(at, at += variable.size));
    }
  }

  /**
   * The shard of a vector.
   *
   * @param values One array per variable.
   * @returns A copy.
   */
  take(values: readonly Float32Array[]): Float32Array {
    const own = new Float32Array(this.#share.to - this.#share.from);
    this.#copy(values, own);
    return own;
  }

  /** Writes numbers of the shard to their place in one of the group's buffers. */
  put(own: Float32Array, buffer: Float32Array): void {
    this.#shardOf(buffer).set(own);
  }

  /** Frees the weights and gradients of the shard. */
  dispose(): void {
    tf.dispose([this.weights, this.gradients]);
  }

  /** Copies the shard from a vector. */
  #copy(values: readonly Float32Array[], own: Float32Array): void {
    let at = -this.#share.from;
    for (const array of values) {
      const from = Math.max(0, -at), to = Math.min(array.length, own.length - at);
      if (from < to) own.set(array.subarray(from, to), at + from);
      at += array.length;
    }
  }

  #shardOf(buffer: Float32Array): Float32Array {
    return buffer.subarray(this.#offset + this.#share.from, this.#offset + this.#share.to);
  }
}
