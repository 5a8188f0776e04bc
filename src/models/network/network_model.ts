/** The parts that models made of networks share. */

import type { LayerStatistics, Parameter } from "../../training/mod.ts";
import type { StoredWeights, Weights } from "../model.ts";
import type { Network } from "./network.ts";
import { copyParameters, setParameters } from "./parameters.ts";

/** A model that consists of networks. */
export abstract class NetworkModel {
  /** The networks, in the order in which their parameters are drawn. */
  abstract readonly networks: readonly Network[];

  /** All parameters, trained or not. */
  get parameters(): readonly Parameter[] {
    return this.networks.flatMap(({ parameters }) => parameters);
  }

  /**
   * Merges a step's batch statistics into the running ones, and disposes of them.
   *
   * @param statistics Collected by a forward pass in training.
   */
  update(statistics: readonly LayerStatistics[]): void {
    for (const network of this.networks) network.update(statistics);
  }

  /** Copies all values, by name. */
  snapshot(): Promise<Weights> {
    return copyParameters(this.parameters);
  }

  /**
   * Sets all values.
   *
   * @throws {TypeError} If one is missing, unknown or of another shape.
   */
  restore(weights: StoredWeights): void {
    setParameters(this.parameters, weights);
  }

  /** Frees the values. */
  dispose(): void {
    for (const network of this.networks) network.dispose();
  }
}
