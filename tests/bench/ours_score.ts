/** Scores images in memory repeatedly, with a detector of stray. */

import { Detector, isFailed, readSources, type Sample, scoreEntries } from "../../mod.ts";
import { writeModelInput } from "../../src/images/mod.ts";
import type { LoadRequest, ScoreRequest, Timed } from "./protocol.ts";

/** A detector, and the images that it scores. */
export class Loaded {
  readonly #detector: Detector;
  readonly #samples: readonly Sample[];
  readonly #batch: number;
  readonly #workers: number | undefined;
  #prepared: Float32Array | undefined;

  private constructor(detector: Detector, samples: readonly Sample[], request: LoadRequest) {
    this.#detector = detector;
    this.#samples = samples;
    this.#batch = request.batch;
    this.#workers = request.workers;
  }

  /** Opens a model file and reads the images. */
  static async open(request: LoadRequest): Promise<Loaded> {
    const { backend, score, model, data, images } = request;
    const detector = await Detector.open(await Deno.readFile(model), { backend, score });
    const samples: Sample[] = [];
    for await (const entry of readSources([data], { limit: images })) {
      if (isFailed(entry)) throw entry.error;
      samples.push(entry);
    }
    return new Loaded(detector, samples, request);
  }

  /** Images that the model keeps; 0 for a network. */
  get kept(): number {
    return this.#detector.model.weights.get("images")?.shape[0] ?? 0;
  }

  /** Scores all images, `rounds` times. */
  run({ way, rounds }: ScoreRequest): Promise<Timed> {
    return way === "forward" ? this.#forward(rounds) : this.#stream(rounds);
  }

  /** From floats in memory to scores, batch by batch. */
  async #forward(rounds: number): Promise<Timed> {
    const { inputSize } = this.#detector;
    const each = this.#samples.length, images = rounds * each;
    this.#prepared ??= this.#prepare();
    let sum = 0;
    const startedMs = performance.now();
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < each; at += this.#batch) {
        const count = Math.min(this.#batch, each - at);
        const batch = this.#prepared.subarray(at * inputSize, (at + count) * inputSize);
        for (const score of await this.#detector.scores(batch, count)) sum += score;
      }
    }
    return { seconds: (performance.now() - startedMs) / 1000, images, result: sum / images };
  }

  #prepare(): Float32Array {
    const { inputSize, model } = this.#detector;
    const prepared = new Float32Array(this.#samples.length * inputSize);
    this.#samples.forEach(({ image }, i) => {
      writeModelInput(image, model.input, prepared, i * inputSize);
    });
    return prepared;
  }

  /** From decoded images to verdicts, in order. */
  async #stream(rounds: number): Promise<Timed> {
    const samples = this.#samples;
    async function* entries() {
      for (let round = 0; round < rounds; round++) yield* samples;
    }
    let sum = 0, images = 0;
    const startedMs = performance.now();
    const workers = this.#workers ?? navigator.hardwareConcurrency;
    for await (const batch of scoreEntries(entries(), this.#detector, { workers })) {
      for (const entry of batch) {
        if ("error" in entry) throw entry.error;
        sum += entry.verdict.score;
        images++;
      }
    }
    return { seconds: (performance.now() - startedMs) / 1000, images, result: sum / images };
  }
}
