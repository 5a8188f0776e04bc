/** Errors of a batch, each term computed at its first use: a score needs some of them, never all. */

import type { Tensor, Tensor1D } from "../../compute/mod.ts";
import type { ImageErrors } from "../model.ts";

/** A function that calls another one once. */
export function once<Value>(compute: () => Value): () => Value {
  let found: { readonly value: Value } | undefined;
  return () => (found ??= { value: compute() }).value;
}

/** Computes each term of the errors. */
export interface ErrorTerms {
  readonly reconstruction: () => Tensor;
  readonly loss: () => Tensor1D;
  /** Absent for a plain autoencoder. */
  readonly kl?: (() => Tensor1D) | undefined;
}

/** Errors whose terms are computed once each, while the tensors they depend on exist. */
export function lazyErrors(terms: ErrorTerms): ImageErrors {
  const reconstruction = once(terms.reconstruction), loss = once(terms.loss);
  const kl = terms.kl && once(terms.kl);
  return {
    get reconstruction() {
      return reconstruction();
    },
    get loss() {
      return loss();
    },
    get kl() {
      return kl?.();
    },
  };
}
