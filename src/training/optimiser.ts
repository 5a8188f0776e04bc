/** The optimiser of a group, each member moving its share of the weights. */

import {
  clipByNorm,
  createRule,
  heapView,
  NORM_EPSILON,
  type RuleOptions,
  tf,
  type UpdateRule,
  type Variable,
} from "../compute/mod.ts";
import { shareStart } from "./batches.ts";
import type { Group } from "./group.ts";

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
 * A member alone moves the variables in place. In a group all variables are one row of numbers, each
 * member adds up the gradients of its share of the row and moves only that: moments take no more memory
 * than they do for one, and the pass over them, which memory bounds, is shared too (stage 1 of ZeRO,
 * Rajbhandari et al. 2020, arXiv 1910.02054). Then all copy the row. Weights are the same to the bit on
 * every member.
 */
export class Optimiser {
  readonly #variables: readonly Variable[];
  readonly #group: Group;
  readonly #rule: UpdateRule;
  readonly #clip: number | undefined;
  /** A member's share of the row of weights, and of gradients; none for a member alone. */
  readonly #share: { readonly weights: Variable; readonly gradients: Variable } | undefined;
  readonly #from: number;

  private constructor(
    variables: readonly Variable[],
    group: Group,
    rule: UpdateRule,
    clip: number | undefined,
    share?: { readonly weights: Variable; readonly gradients: Variable },
  ) {
    this.#variables = variables;
    this.#group = group;
    this.#rule = rule;
    this.#clip = clip;
    this.#share = share;
    this.#from = shareStart(sizeOfAll(variables), group.rank, group.size);
  }

  /**
   * Makes an optimiser. Every member calls it with the same values.
   *
   * @param variables What it moves, with the values to start from.
   * @param options Which rule, and how long gradients may be.
   * @param group The member. Its boards have room for all variables.
   * @param resume Where to go on.
   * @returns The optimiser.
   */
  static async create(
    variables: readonly Variable[],
    options: OptimiserOptions,
    group: Group,
    resume?: OptimiserState,
  ): Promise<Optimiser> {
    if (group.size === 1) {
      const rule = await createRule(variables, options);
      if (resume) restore(rule, resume.steps, resume.moments);
      return new Optimiser(variables, group, rule, options.clip);
    }
    const size = sizeOfAll(variables);
    const from = shareStart(size, group.rank, group.size);
    const to = shareStart(size, group.rank + 1, group.size);
    const part = (arrays: readonly Float32Array[]) => flatten(arrays).slice(from, to);
    const variable = (values: Float32Array) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values), false));
    const share = {
      weights: variable(part(variables.map(heapView))),
      gradients: variable(new Float32Array(to - from)),
    };
    const rule = await createRule([share.weights], options);
    if (resume) {
      const count = variables.length;
      const kinds = rule.state.map((_, i) => resume.moments.slice(i * count, (i + 1) * count));
      restore(rule, resume.steps, kinds.map(part));
    }
    return new Optimiser(variables, group, rule, options.clip, share);
  }

  /**
   * Moves the variables.
   *
   * @param gradients This member's part of the gradients, in the order of the variables; left to the
   * caller to dispose of.
   * @param learningRate Of this step.
   */
  apply(gradients: readonly tf.Tensor[], learningRate: number): void {
    const { boards, common, rank } = this.#group;
    if (!this.#share) return this.#applyAlone(gradients, learningRate);
    const { weights, gradients: sum } = this.#share;
    const own = boards[rank]!;
    let at = 0;
    for (const gradient of gradients) {
      own.set(heapView(gradient), at);
      at += gradient.size;
    }
    this.#group.barrier();
    addUp(boards.map((board) => board.subarray(this.#from, this.#from + sum.size)), heapView(sum));
    if (this.#clip !== undefined) this.#shorten(heapView(sum), this.#clip);
    this.#rule.apply([sum], learningRate);
    common.set(heapView(weights), this.#from);
    this.#group.barrier();
    at = 0;
    for (const variable of this.#variables) {
      heapView(variable).set(common.subarray(at, at + variable.size));
      at += variable.size;
    }
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#rule.steps;
  }

  #applyAlone(gradients: readonly tf.Tensor[], learningRate: number): void {
    if (this.#clip === undefined) return this.#rule.apply(gradients, learningRate);
    const clipped = clipByNorm(gradients, this.#clip);
    this.#rule.apply(clipped, learningRate);
    tf.dispose(clipped);
  }

  /** {@linkcode clipByNorm} of this member's share of the gradients, in place, by the norm of all. */
  #shorten(share: Float32Array, most: number): void {
    const squares = Float64Array.of(share.reduce((sum, value) => sum + value * value, 0));
    this.#group.sum(squares);
    const scale = most / (Math.sqrt(squares[0]!) + NORM_EPSILON);
    if (scale >= 1) return;
    for (let i = 0; i < share.length; i++) share[i]! *= scale;
  }

  /** Lays out the moments for {@linkcode state}; every member calls it. */
  collect(): void {
    if (!this.#share) return;
    this.#rule.state.forEach((moment, i) => {
      this.#group.boards[i]!.set(heapView(moment), this.#from);
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
    const moments = this.#share
      ? state.flatMap((_, i) => split(boards[i]!, this.#variables))
      : await Promise.all(state.map(async (moment) => Float32Array.from(await moment.data())));
    return { steps, moments };
  }

  /** Frees the moments. */
  dispose(): void {
    this.#rule.dispose();
    this.#share?.weights.dispose();
    this.#share?.gradients.dispose();
  }
}

function restore(rule: UpdateRule, steps: number, moments: readonly Float32Array[]): void {
  rule.steps = steps;
  rule.state.forEach((moment, i) =>
    tf.tidy(() => moment.assign(tf.tensor(moments[i]!.slice(), moment.shape)))
  );
}

/** Sums of as many numbers, in the order of the members. */
function addUp([first, ...others]: readonly Float32Array[], sums: Float32Array): void {
  sums.set(first!);
  for (const other of others) {
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + other[i]!;
  }
}

function sizeOfAll(variables: readonly Variable[]): number {
  return variables.reduce((sum, variable) => sum + variable.size, 0);
}

function flatten(arrays: readonly Float32Array[]): Float32Array {
  const row = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    row.set(array, at);
    at += array.length;
  }
  return row;
}

function split(row: Float32Array, variables: readonly Variable[]): Float32Array[] {
  let at = 0;
  return variables.map(({ size }) => Float32Array.from(row.subarray(at, at += size)));
}
