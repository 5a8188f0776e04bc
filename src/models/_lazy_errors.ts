/** What images lost, worked out when it is asked for: a score needs some of it, never all. */

import type { Tensor, Tensor1D } from "../compute/mod.ts";
import type { ImageErrors } from "./model.ts";

/** How each term is worked out. */
export interface ErrorTerms {
  readonly reconstruction: () => Tensor;
  readonly loss: () => Tensor1D;
  /** Absent for a plain autoencoder. */
  readonly kl?: (() => Tensor1D) | undefined;
}

/** The terms, each worked out once. They must be asked for while what they are made of is there. */
export class LazyErrors implements ImageErrors {
  readonly #terms: ErrorTerms;
  #reconstruction: Tensor | undefined;
  #loss: Tensor1D | undefined;
  #kl: Tensor1D | undefined;

  /** @param terms How each is worked out. */
  constructor(terms: ErrorTerms) {
    this.#terms = terms;
  }

  get reconstruction(): Tensor {
    return this.#reconstruction ??= this.#terms.reconstruction();
  }

  get loss(): Tensor1D {
    return this.#loss ??= this.#terms.loss();
  }

  get kl(): Tensor1D | undefined {
    return this.#kl ??= this.#terms.kl?.();
  }
}
