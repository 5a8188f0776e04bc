/** Several optimisers of one model. */

import type { Variable } from "../compute/mod.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { Optimiser, type OptimiserStart, type OptimiserState } from "./optimiser.ts";

/**
 * Several optimisers of one model, in lockstep, as one in a checkpoint. The variables that they update
 * may overlap; each has moments of its own.
 */
export class Optimisers {
  /** The optimisers, in the order of `create`. */
  readonly each: readonly Optimiser[];

  private constructor(each: readonly Optimiser[]) {
    this.each = each;
  }

  /**
   * Makes optimisers. Every member of a group calls it with the same values.
   *
   * @param players Variables that each optimiser updates.
   * @param hyperparameters Settings of all.
   * @param start Group, shards and state; the group's buffers have room for the variables of all.
   * @returns One optimiser per player.
   */
  static async create(
    players: readonly (readonly Variable[])[],
    hyperparameters: Hyperparameters,
    { group, resume, shards = [] }: Omit<OptimiserStart, "offset">,
  ): Promise<Optimisers> {
    const variables = players.reduce((sum, { length }) => sum + length, 0);
    let at = 0, offset = 0;
    const each: Optimiser[] = [];
    for (const player of players) {
      // A rule may keep several moments per variable, or none.
      const kept = resume ? resume.moments.length / variables * player.length : 0;
      each.push(
        await Optimiser.create(player, hyperparameters, {
          group,
          resume: resume && { ...resume, moments: resume.moments.slice(at, at + kept) },
          shards: shards.filter(({ kernel }) => player.includes(kernel)),
          offset,
        }),
      );
      at += kept;
      offset += player.reduce((sum, { size }) => sum + size, 0);
    }
    return new Optimisers(each);
  }

  /** Steps taken so far, by each optimiser. */
  get steps(): number {
    return this.each[0]!.steps;
  }

  /** Copies the weights of sharded layers to all members, which all call it. */
  gather(): void {
    for (const optimiser of this.each) optimiser.gather();
  }

  /** Copies all moments to the buffers, for {@linkcode state}; every member calls it. */
  collect(): void {
    for (const optimiser of this.each) optimiser.collect();
  }

  /** Copies the states, one optimiser after the other; see {@linkcode Optimiser.state}. */
  async state(): Promise<OptimiserState> {
    const states = await Promise.all(this.each.map((optimiser) => optimiser.state()));
    return { steps: this.steps, moments: states.flatMap(({ moments }) => moments) };
  }

  /** Frees all moments and shards. */
  dispose(): void {
    for (const optimiser of this.each) optimiser.dispose();
  }
}
