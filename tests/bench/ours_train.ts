/** A training of stray that goes on an epoch at a time, when it is told to. */

import { encodeModel, readSources, trainDetector } from "../../mod.ts";
import { architectureOf } from "./networks.ts";
import type { MakeRequest, Timed, TrainRequest } from "./protocol.ts";

/** What the times say about the version makes no difference here. */
const VERSION = "bench";

/**
 * Goes through the public door, `trainDetector`; an epoch's time is from its start to its last step,
 * without the validation that follows.
 */
export class Training {
  #done = Promise.withResolvers<Timed>();
  #go = Promise.withResolvers<void>();
  #startedMs = performance.now();
  #first = true;

  /**
   * Starts; its first epoch begins at once.
   *
   * @param request What is trained, on what.
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

  /** Trains for an epoch: the first was begun by the constructor. */
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

/** The option, where it was given: stray's own choice is made by leaving it out. */
export function workersOf(workers: number | undefined): object {
  return workers === undefined ? {} : { workers };
}

/** Trains a model for a moment, so that there is one to score with. */
export async function makeModel(request: MakeRequest): Promise<object> {
  const { network, latent, data, size, out } = request;
  const { model } = await trainDetector(readSources([data], { limit: 600 }), {
    architecture: architectureOf(network),
    latent,
    size,
    batch: 64,
    epochs: 2,
    backend: "wasm",
    seed: 1,
    version: VERSION,
  });
  await Deno.writeFile(out, encodeModel(model));
  return {};
}
