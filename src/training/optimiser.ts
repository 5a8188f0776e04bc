/** The optimiser of a group: each member updates its share of the weights. */

import {
  clipByNorm,
  createRule,
  heapView,
  NORM_EPSILON,
  type Tensor,
  tf,
  type UpdateRule,
  type Variable,
} from "../compute/mod.ts";
import { ShardedParameters } from "./_sharded_parameters.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import type { DenseWeightShard } from "./tensor_parallel_dense.ts";

/** State of an optimiser, as a checkpoint holds it. */
export interface OptimiserState {
  /** Steps taken. */
  readonly steps: number;
  /** First moments of all variables, then the second ones if the rule has them. */
  readonly moments: readonly Float32Array[];
}

/** The place of an optimiser in a training. */
export interface OptimiserStart {
  /** View of this member; its buffers have room for all variables. @default {one process} */
  readonly group?: ProcessGroup | undefined;
  /** State to resume from. */
  readonly resume?: OptimiserState | undefined;
  /** Shards of some of the variables, freed by the optimiser. Optimisers may share them. @default {[]} */
  readonly shards?: readonly DenseWeightShard[] | undefined;
  /** Where the variables begin in the group's buffers. @default {0} */
  readonly offset?: number | undefined;
}

/**
 * An update rule applied by a group.
 *
 * A single process updates the variables in place. In a group one member alone updates each number: its
 * shards of the sharded dense layers, and its share of the values of all other variables. Weights are
 * bit-identical on all members, those of sharded layers after a call of `gather`.
 */
export class Optimiser {
  /** Variables whose gradients `apply` takes: all but the kernels of sharded layers. */
  readonly variables: readonly Variable[];
  readonly #all: readonly Variable[];
  readonly #group: ProcessGroup;
  readonly #rule: UpdateRule;
  readonly #clip: number | undefined;
  /** The shard of `variables` as one flat vector; absent in a single process. */
  readonly #flat: ShardedParameters | undefined;
  readonly #shards: readonly DenseWeightShard[];
  /** Where each variable begins in a buffer; kernels of sharded layers come last. */
  readonly #offsets = new Map<Variable, number>();

  private constructor(
    all: readonly Variable[],
    variables: readonly Variable[],
    { group = SINGLE_PROCESS, shards = [], offset = 0 }: OptimiserStart,
    rule: UpdateRule,
    clip: number | undefined,
    flat: ShardedParameters | undefined,
  ) {
    this.#all = all;
    this.variables = variables;
    this.#group = group;
    this.#rule = rule;
    this.#clip = clip;
    this.#flat = flat;
    this.#shards = shards;
    for (const variable of [...this.variables, ...shards.map(({ kernel }) => kernel)]) {
      this.#offsets.set(variable, offset);
      offset += variable.size;
    }
  }

  /**
   * Makes an optimiser. Every member calls it with the same values.
   *
   * @param variables Variables to update, with their initial values.
   * @param hyperparameters Settings.
   * @param start Group, shards and state.
   * @returns The optimiser.
   */
  static async create(
    variables: readonly Variable[],
    hyperparameters: Hyperparameters,
    start: OptimiserStart = {},
  ): Promise<Optimiser> {
    const { group = SINGLE_PROCESS, resume, shards = [], offset = 0 } = start;
    const kernels = new Set(shards.map(({ kernel }) => kernel));
    const whole = variables.filter((variable) => !kernels.has(variable));
    const flat = group.size > 1 ? new ShardedParameters(whole, group, offset) : undefined;
    const own = flat ? [flat.weights, ...shards.map(({ weights }) => weights)] : variables;
    const rule = await createRule(own, hyperparameters);
    const optimiser = new Optimiser(variables, whole, start, rule, hyperparameters.clip, flat);
    if (resume) optimiser.#restore(resume);
    return optimiser;
  }

  /**
   * Updates all variables.
   *
   * @param gradients This member's part of the gradients, in the order of `variables`; the caller
   * disposes of them.
   * @param learningRate Learning rate of this step.
   */
  apply(gradients: readonly Tensor[], learningRate: number): void {
    if (!this.#flat) {
      const clipped = this.#clip === undefined ? undefined : clipByNorm(gradients, this.#clip);
      this.#rule.apply(clipped ?? gradients, learningRate);
      if (clipped) tf.dispose(clipped);
      return;
    }
    this.#flat.reduceScatter(gradients);
    const ofShards = this.#shards.map((shard) => shard.gradient());
    const own = [this.#flat.gradients, ...ofShards];
    if (this.#clip !== undefined) this.#clipTogether(own, this.#clip);
    this.#rule.apply(own, learningRate);
    tf.dispose(ofShards);
    this.#flat.allGather();
  }

  /** Reads the weights again after something else has updated the variables. */
  refresh(): void {
    this.#flat?.refresh();
  }

  /** Copies the weights of sharded layers to all members, which all call it. */
  gather(): void {
    if (this.#shards.length === 0) return;
    const { sharedBuffer } = this.#group;
    for (const shard of this.#shards) {
      shard.put(heapView(shard.weights), this.#placeOf(shard.kernel, sharedBuffer));
    }
    this.#group.barrier();
    for (const { kernel } of this.#shards) {
      heapView(kernel).set(this.#placeOf(kernel, sharedBuffer));
    }
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#rule.steps;
  }

  /** The part of a buffer that belongs to a variable. */
  #placeOf(variable: Variable, buffer: Float32Array): Float32Array {
    const offset = this.#offsets.get(variable)!;
    return buffer.subarray(offset, offset + variable.size);
  }

  /** {@linkcode clipByNorm} of this member's gradients, in place, by the norm over all members. */
  #clipTogether(gradients: readonly Tensor[], most: number): void {
    const squares = Float64Array.of(0);
    for (const gradient of gradients) {
      squares[0]! += heapView(gradient).reduce((sum, value) => sum + value * value, 0);
    }
    this.#group.allReduce(squares);
    const scale = most / (Math.sqrt(squares[0]!) + NORM_EPSILON);
    if (scale >= 1) return;
    for (const gradient of gradients) {
      const values = heapView(gradient);
      for (let i = 0; i < values.length; i++) values[i]! *= scale;
    }
  }

  /** Copies the moments to the buffers, for {@linkcode state}; every member calls it. */
  collect(): void {
    if (!this.#flat) return;
    const { memberBuffers } = this.#group;
    const each = 1 + this.#shards.length;
    this.#rule.state.forEach((moment, i) => {
      const buffer = memberBuffers[Math.floor(i / each)]!, shard = this.#shards[i % each - 1];
      if (shard) shard.put(heapView(moment), this.#placeOf(shard.kernel, buffer));
      else this.#flat!.put(heapView(moment), buffer);
    });
    this.#group.barrier();
  }

  /**
   * Copies the state. In a group any member may call it between `collect` and the next barrier.
   *
   * @returns The steps and moments so far.
   */
  async state(): Promise<OptimiserState> {
    const { steps, state } = this.#rule;
    const kinds = state.length / (1 + this.#shards.length);
    const moments = this.#flat
      ? this.#group.memberBuffers.slice(0, kinds).flatMap((buffer) =>
        this.#all.map((variable) => this.#placeOf(variable, buffer).slice())
      )
      : await Promise.all(state.map(async (moment) => Float32Array.from(await moment.data())));
    return { steps, moments };
  }

  #restore({ steps, moments }: OptimiserState): void {
    this.#rule.steps = steps;
    const each = 1 + this.#shards.length;
    this.#rule.state.forEach((moment, i) => {
      const first = Math.floor(i / each) * this.#all.length, shard = this.#shards[i % each - 1];
      const of = (variable: Variable) => moments[first + this.#all.indexOf(variable)]!;
      const values = shard
        ? shard.take(of(shard.kernel))
        : this.#flat?.take(this.variables.map(of)) ?? moments[i]!.slice();
      tf.tidy(() => moment.assign(tf.tensor(values, moment.shape)));
    });
  }

  /** Frees the moments and the shards. */
  dispose(): void {
    this.#rule.dispose();
    for (const shard of this.#shards) shard.dispose();
    this.#flat?.dispose();
  }
}
