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
import { shareStart } from "./batches.ts";
import type { TrainedPart } from "./dense_parts.ts";
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
 * A member alone moves the variables in place. In a group a variable is moved by one member, or each of its
 * numbers is. Of dense layers that are split each member moves its part, whose gradient it alone has. All
 * other variables are one row of numbers: each member adds up the gradients of its share of the row and
 * moves only that, so that moments take no more memory than they do for one, and the pass over them, which
 * memory bounds, is shared too (stage 1 of ZeRO, Rajbhandari et al. 2020, arXiv 1910.02054). Then all copy
 * the row. Weights are the same to the bit on every member, those of split layers once `gather` was called.
 */
export class Optimiser {
  /** Whose gradients `apply` takes. */
  readonly variables: readonly Variable[];
  /** All that it moves. */
  readonly #all: readonly Variable[];
  readonly #parts: readonly TrainedPart[];
  readonly #group: Group;
  readonly #rule: UpdateRule;
  readonly #clip: number | undefined;
  /** A member's share of the row of weights, and of gradients; none for a member alone. */
  readonly #share: { readonly weights: Variable; readonly gradients: Variable } | undefined;
  /** Where the share begins in the row. */
  readonly #from: number;
  /** Where a variable begins on a board. Those of the row come first. */
  readonly #places: ReadonlyMap<Variable, number>;

  private constructor(
    all: readonly Variable[],
    parts: readonly TrainedPart[],
    group: Group,
    rule: UpdateRule,
    clip: number | undefined,
    share?: { readonly weights: Variable; readonly gradients: Variable },
  ) {
    this.#all = all;
    this.#parts = parts;
    this.variables = others(all, parts);
    this.#group = group;
    this.#rule = rule;
    this.#clip = clip;
    this.#share = share;
    this.#from = shareStart(sizeOfAll(this.variables), group.rank, group.size);
    let at = 0;
    const places = new Map<Variable, number>();
    for (const variable of [...this.variables, ...parts.map(({ kernel }) => kernel)]) {
      places.set(variable, at);
      at += variable.size;
    }
    this.#places = places;
  }

  /**
   * Makes an optimiser. Every member calls it with the same values.
   *
   * @param variables What it moves, with the values to start from.
   * @param options Which rule, and how long gradients may be.
   * @param group The member. Its boards have room for all variables.
   * @param resume Where to go on.
   * @param parts Of those variables that are split.
   * @returns The optimiser.
   */
  static async create(
    variables: readonly Variable[],
    options: OptimiserOptions,
    group: Group,
    resume?: OptimiserState,
    parts: readonly TrainedPart[] = [],
  ): Promise<Optimiser> {
    if (group.size === 1) {
      const rule = await createRule(variables, options);
      if (resume) restore(rule, resume.steps, resume.moments);
      return new Optimiser(variables, [], group, rule, options.clip);
    }
    const row = others(variables, parts);
    const size = sizeOfAll(row);
    const from = shareStart(size, group.rank, group.size);
    const to = shareStart(size, group.rank + 1, group.size);
    const shareOf = (arrays: readonly Float32Array[]) => flatten(arrays).slice(from, to);
    const variable = (values: Float32Array) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values), false));
    const share = {
      weights: variable(shareOf(row.map(heapView))),
      gradients: variable(new Float32Array(to - from)),
    };
    const rule = await createRule([share.weights, ...parts.map(({ weights }) => weights)], options);
    if (resume) {
      const moments = rule.state.flatMap((_, i) => {
        const kind = resume.moments.slice(i * variables.length, (i + 1) * variables.length);
        if (kind.length === 0) return [];
        const of = (variable: Variable) => kind[variables.indexOf(variable)]!;
        return [shareOf(row.map(of)), ...parts.map((part) => part.take(of(part.kernel)))];
      });
      restore(rule, resume.steps, moments);
    }
    return new Optimiser(variables, parts, group, rule, options.clip, share);
  }

  /**
   * Moves all variables.
   *
   * @param gradients This member's part of the gradients, in the order of `variables`; left to the
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
    const parts = this.#parts.map((part) => part.gradient());
    if (this.#clip !== undefined) this.#shorten([sum, ...parts], this.#clip);
    this.#rule.apply([sum, ...parts], learningRate);
    tf.dispose(parts);
    common.set(heapView(weights), this.#from);
    this.#group.barrier();
    this.#copy(this.variables);
  }

  /** Brings the weights of split layers to all members, which all call it. */
  gather(): void {
    if (this.#parts.length === 0) return;
    for (const part of this.#parts) part.put(heapView(part.weights), this.#place(part.kernel));
    this.#group.barrier();
    this.#copy(this.#parts.map(({ kernel }) => kernel));
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

  /** Where a variable is on a board. */
  #place(variable: Variable, board: Float32Array = this.#group.common): Float32Array {
    const at = this.#places.get(variable)!;
    return board.subarray(at, at + variable.size);
  }

  /** Copies variables from the common board. */
  #copy(variables: readonly Variable[]): void {
    for (const variable of variables) heapView(variable).set(this.#place(variable));
  }

  /** {@linkcode clipByNorm} of this member's gradients, in place, by the norm of all. */
  #shorten(gradients: readonly Tensor[], most: number): void {
    const squares = Float64Array.of(0);
    for (const gradient of gradients) {
      squares[0]! += heapView(gradient).reduce((sum, value) => sum + value * value, 0);
    }
    this.#group.sum(squares);
    const scale = most / (Math.sqrt(squares[0]!) + NORM_EPSILON);
    if (scale >= 1) return;
    for (const gradient of gradients) {
      const values = heapView(gradient);
      for (let i = 0; i < values.length; i++) values[i]! *= scale;
    }
  }

  /** Lays out the moments for {@linkcode state}; every member calls it. */
  collect(): void {
    if (!this.#share) return;
    const { boards } = this.#group;
    const each = 1 + this.#parts.length;
    this.#rule.state.forEach((moment, i) => {
      const board = boards[Math.floor(i / each)]!, part = this.#parts[i % each - 1];
      if (part) part.put(heapView(moment), this.#place(part.kernel, board));
      else board.set(heapView(moment), this.#from);
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
    const moments = this.#share
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

/** The variables that are not split. */
function others(all: readonly Variable[], parts: readonly TrainedPart[]): Variable[] {
  const kernels = new Set(parts.map(({ kernel }) => kernel));
  return all.filter((variable) => !kernels.has(variable));
}
