/** The optimiser of a group, each member moving its share of the weights. */

import {
  clipByNorm,
  createRule,
  heapView,
  NORM_EPSILON,
  type RuleOptions,
  type Tensor,
  tf,
  type UpdateRule,
  type Variable,
} from "../compute/mod.ts";
import type { TrainedShard } from "./tensor_parallel_dense.ts";
import type { ProcessGroup } from "./process_group.ts";
import { ShardedParameters } from "./_sharded_parameters.ts";

/** What the optimiser has learnt so far, as a checkpoint holds it. */
export interface OptimiserState {
  /** Steps taken. */
  readonly steps: number;
  /** What the rule keeps, one kind after the other, by variable: of Adam means, then variances. */
  readonly moments: readonly Float32Array[];
}

/** How weights follow gradients. */
export interface OptimiserOptions extends RuleOptions {
  /** The greatest norm of a step's gradient, over all variables. @default {Infinity} */
  readonly clip?: number | undefined;
}

/**
 * A rule over a group.
 *
 * A member alone moves the variables in place. In a group each number is moved by one member, and by it
 * alone: of dense layers that are split each member has a part, and of the row of all other variables a
 * share. Weights are the same to the bit on every member, those of split layers once `gather` was called.
 */
export class Optimiser {
  /** Whose gradients `apply` takes: all but those of split layers. */
  readonly variables: readonly Variable[];
  /** All that it moves. */
  readonly #all: readonly Variable[];
  readonly #group: ProcessGroup;
  readonly #rule: UpdateRule;
  readonly #clip: number | undefined;
  /** None for a member alone. */
  readonly #row: ShardedParameters | undefined;
  readonly #parts: readonly TrainedShard[];
  /** Where a variable begins on a board. Those of the row come first. */
  readonly #places = new Map<Variable, number>();

  private constructor(
    all: readonly Variable[],
    group: ProcessGroup,
    rule: UpdateRule,
    clip: number | undefined,
    row?: ShardedParameters,
    parts: readonly TrainedShard[] = [],
  ) {
    this.#all = all;
    this.variables = others(all, parts);
    this.#group = group;
    this.#rule = rule;
    this.#clip = clip;
    this.#row = row;
    this.#parts = parts;
    let at = 0;
    for (const variable of [...this.variables, ...parts.map(({ kernel }) => kernel)]) {
      this.#places.set(variable, at);
      at += variable.size;
    }
  }

  /**
   * Makes an optimiser. Every member calls it with the same values.
   *
   * @param variables What it moves, with the values to start from.
   * @param options Which rule, and how long gradients may be.
   * @param group The member. Its boards have room for all variables.
   * @param resume Where to go on.
   * @param parts Of those variables that are split; the optimiser frees them. Others may move them too.
   * @returns The optimiser.
   */
  static async create(
    variables: readonly Variable[],
    options: OptimiserOptions,
    group: ProcessGroup,
    resume?: OptimiserState,
    parts: readonly TrainedShard[] = [],
  ): Promise<Optimiser> {
    if (group.size === 1) {
      const rule = await createRule(variables, options);
      if (resume) restore(rule, resume.steps, resume.moments);
      return new Optimiser(variables, group, rule, options.clip);
    }
    const whole = others(variables, parts), row = new ShardedParameters(whole, group);
    const rule = await createRule([row.weights, ...parts.map(({ weights }) => weights)], options);
    if (resume) {
      const kinds = rule.state.length / (1 + parts.length);
      const moments = Array.from({ length: kinds }, (_, kind) => {
        const of = (variable: Variable) =>
          resume.moments[kind * variables.length + variables.indexOf(variable)]!;
        return [row.take(whole.map(of)), ...parts.map((part) => part.take(of(part.kernel)))];
      });
      restore(rule, resume.steps, moments.flat());
    }
    return new Optimiser(variables, group, rule, options.clip, row, parts);
  }

  /**
   * Moves all variables.
   *
   * @param gradients This member's part of the gradients, in the order of `variables`; left to the
   * caller to dispose of.
   * @param learningRate Of this step.
   */
  apply(gradients: readonly Tensor[], learningRate: number): void {
    if (!this.#row) return this.#applyAlone(gradients, learningRate);
    this.#row.sum(gradients);
    const parts = this.#parts.map((part) => part.gradient());
    const all = [this.#row.gradients, ...parts];
    if (this.#clip !== undefined) this.#shorten(all, this.#clip);
    this.#rule.apply(all, learningRate);
    tf.dispose(parts);
    this.#row.gather();
  }

  /** Takes over the weights where something else has moved the variables since the last step. */
  refresh(): void {
    this.#row?.refresh();
  }

  /** Brings the weights of split layers to all members, which all call it. */
  gather(): void {
    if (this.#parts.length === 0) return;
    for (const part of this.#parts) part.put(heapView(part.weights), this.#place(part.kernel));
    this.#group.barrier();
    for (const { kernel } of this.#parts) heapView(kernel).set(this.#place(kernel));
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#rule.steps;
  }

  #applyAlone(gradients: readonly Tensor[], learningRate: number): void {
    if (this.#clip === undefined) return this.#rule.apply(gradients, learningRate);
    const clipped = clipByNorm(gradients, this.#clip);
    this.#rule.apply(clipped, learningRate);
    tf.dispose(clipped);
  }

  /** Where a variable is on a board. */
  #place(variable: Variable, board: Float32Array = this.#group.common): Float32Array {
    const at = this.#places.get(variable)!;
    return board.subarray(at, at + variable.size);
  }

  /** {@linkcode clipByNorm} of this member's gradients, in place, by the norm of all. */
  #shorten(gradients: readonly Tensor[], most: number): void {
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

  /** Lays out the moments for {@linkcode state}; every member calls it. */
  collect(): void {
    if (!this.#row) return;
    const { boards } = this.#group;
    const each = 1 + this.#parts.length;
    this.#rule.state.forEach((moment, i) => {
      const board = boards[Math.floor(i / each)]!, part = this.#parts[i % each - 1];
      if (part) part.put(heapView(moment), this.#place(part.kernel, board));
      else this.#row!.put(heapView(moment), board);
    });
    this.#group.barrier();
  }

  /**
   * What has been learnt so far. In a group any member may call it between `collect` and the next
   * barrier.
   *
   * @returns A copy.
   */
  async state(): Promise<OptimiserState> {
    const { steps, state } = this.#rule;
    const { boards } = this.#group;
    const kinds = state.length / (1 + this.#parts.length);
    const moments = this.#row
      ? boards.slice(0, kinds).flatMap((board) =>
        this.#all.map((variable) => this.#place(variable, board).slice())
      )
      : await Promise.all(state.map(async (moment) => Float32Array.from(await moment.data())));
    return { steps, moments };
  }

  /** Frees the moments, and the parts. */
  dispose(): void {
    this.#rule.dispose();
    for (const part of this.#parts) part.dispose();
    this.#row?.dispose();
  }
}

function restore(rule: UpdateRule, steps: number, moments: readonly Float32Array[]): void {
  rule.steps = steps;
  rule.state.forEach((moment, i) =>
    tf.tidy(() => moment.assign(tf.tensor(moments[i]!.slice(), moment.shape)))
  );
}

/** The variables that are not split. */
function others(all: readonly Variable[], parts: readonly TrainedShard[]): Variable[] {
  const kernels = new Set(parts.map(({ kernel }) => kernel));
  return all.filter((variable) => !kernels.has(variable));
}
