/** A training of stray that runs one epoch per request. */

import { encodeModel, readSources, trainDetector } from "../../mod.ts";
import { architectureOf } from "./networks.ts";
import type { MakeRequest, Timed, TrainRequest } from "./protocol.ts";

/** The version in the model file does not matter here. */
const VERSION = "bench";

/**
 * Uses the public function `trainDetector`. The time of an epoch runs from its start to its last step,
 * without the validation that follows.
 */
export class Training {
  #done = Promise.withResolvers<Timed>();
  #go = Promise.withResolvers<void>();
  #startedMs = performance.now();
  #first = true;

  /**
   * Starts the training; its first epoch begins at once.
   *
   * @param request The network and its data.
   */
  constructor(request: TrainRequest) {
    let last: { ms: number; images: number; loss: number };
    trainDetector(readSources([request.data], { limit: request.images }), {
      architecture: architectureOf(request.network),
      latent: request.latent,
      batch: request.batch,
      learningRate: request.learningRate,
      epochs: request.epochs + 1,
      patience: request.epochs + 1,
      backend: request.backend,
      seed: 1,
      version: VERSION,
      ...workersOf(request.workers),
      onStart: () => this.#startedMs = performance.now(),
      onStep: ({ images, loss }) => last = { ms: performance.now(), images, loss },
      onEpoch: async () => {
        const seconds = (last.ms - this.#startedMs) / 1000;
        this.#done.resolve({ seconds, images: last.images, result: last.loss });
        await this.#go.promise;
        this.#startedMs = performance.now();
      },
    }).catch((error) => this.#done.reject(error));
  }

  /** Trains for an epoch; the constructor has started the first. */
  epoch(): Promise<Timed> {
    if (!this.#first) {
      const go = this.#go;
      this.#done = Promise.withResolvers();
      this.#go = Promise.withResolvers();
      go.resolve();
    }
    this.#first = false;
    return this.#done.promise;
  }
}

/** The option, if given; stray chooses if it is omitted. */
export function workersOf(workers: number | undefined): object {
  return workers === undefined ? {} : { workers };
}

/** Trains a model briefly, for scoring. */
export async function makeModel(request: MakeRequest): Promise<object> {
  const { network, latent, data, images, size, out } = request;
  const { model } = await trainDetector(readSources([data], { limit: images }), {
    ...network === "knn"
      ? { architecture: "knn", blur: 0 }
      : { architecture: architectureOf(network), latent, batch: 64, epochs: 2 },
    size,
    backend: "wasm",
    seed: 1,
    version: VERSION,
  });
  await Deno.writeFile(out, encodeModel(model));
  return {};
}
