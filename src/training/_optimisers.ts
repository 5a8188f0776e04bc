/** Several optimisers of one model. */

import type { Variable } from "../compute/mod.ts";
import type { TrainedShard } from "./tensor_parallel_dense.ts";
import type { ProcessGroup } from "./process_group.ts";
import { Optimiser, type OptimiserState } from "./optimiser.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** What optimisers are made of. */
export interface OptimisersOptions {
  /** How each of them moves weights. */
  readonly hyperparameters: Hyperparameters;
  /** The member. Its boards have room for what all of them move, one after the other. */
  readonly group: ProcessGroup;
  /** Split layers; each optimiser has the parts of what it moves. */
  readonly parts: readonly TrainedShard[];
  /** Where to go on. */
  readonly resume?: OptimiserState | undefined;
}

/**
 * Several optimisers of one model, in lockstep, that a checkpoint holds as one. What they move may
 * overlap; their moments are each one's own.
 */
export class Optimisers {
  /** One a player. */
  readonly each: readonly Optimiser[];

  private constructor(each: readonly Optimiser[]) {
    this.each = each;
  }

  /**
   * Makes optimisers. Every member calls it with the same values.
   *
   * @param players What each of them moves.
   * @param options How.
   * @returns One a player.
   */
  static async create(
    players: readonly (readonly Variable[])[],
    { hyperparameters, group, parts, resume }: OptimisersOptions,
  ): Promise<Optimisers> {
    const variables = players.reduce((sum, { length }) => sum + length, 0);
    let at = 0, board = 0;
    const each: Optimiser[] = [];
    for (const player of players) {
      // An optimiser may keep several numbers a variable, or none.
      const kept = resume ? resume.moments.length / variables * player.length : 0;
      const own = resume && { ...resume, moments: resume.moments.slice(at, at + kept) };
      const place = boardsFrom(group, board);
      const split = parts.filter(({ kernel }) => player.includes(kernel));
      each.push(await Optimiser.create(player, hyperparameters, place, own, split));
      at += kept;
      board += player.reduce((sum, { size }) => sum + size, 0);
    }
    return new Optimisers(each);
  }

  /** Steps taken so far, by each of them. */
  get steps(): number {
    return this.each[0]!.steps;
  }

  /** Brings the weights of split layers to all members, which all call it. */
  gather(): void {
    for (const optimiser of this.each) optimiser.gather();
  }

  /** Lays out all moments for {@linkcode state}; every member calls it. */
  collect(): void {
    for (const optimiser of this.each) optimiser.collect();
  }

  /** What has been learnt so far, a player's after the other's; see {@linkcode Optimiser.state}. */
  async state(): Promise<OptimiserState> {
    const states = await Promise.all(this.each.map((optimiser) => optimiser.state()));
    return { steps: this.steps, moments: states.flatMap(({ moments }) => moments) };
  }

  /** Frees all moments, and the parts. */
  dispose(): void {
    for (const optimiser of this.each) optimiser.dispose();
  }
}

/**
 * A group whose boards begin further on, for what is laid out beside something else.
 *
 * @param group The group.
 * @param from The number of numbers that are left to others.
 * @returns The same group otherwise.
 */
function boardsFrom(group: ProcessGroup, from: number): ProcessGroup {
  return {
    rank: group.rank,
    size: group.size,
    boards: group.boards.map((board) => board.subarray(from)),
    common: group.common.subarray(from),
    allReduce: (values) => group.allReduce(values),
    exchange: (write) => group.exchange(write),
    barrier: () => group.barrier(),
  };
}
