/** Threads that score batches: this one, and Workers once there is enough work for them. */

import { isShared, sharedBytes } from "../shared_bytes.ts";
import type { ModelFile } from "../store/mod.ts";
import { type WorkerEntry, WorkerPool } from "../workers/mod.ts";
import {
  type PreparationResult,
  prepareBatch,
  scoreBatch,
  type ScoringJob,
  type ScoringTask,
} from "./_scoring_job.ts";
import type { Detector } from "./detector.ts";

/** Options of a {@linkcode ScoringPool}. */
interface ScoringPoolOptions {
  /** Number of threads, this one among them. */
  readonly workers: number;
  /** The Workers' module. */
  readonly entry: WorkerEntry;
  /** Called at most once: Workers cannot start, or one ended. */
  readonly onWarning: ((message: string) => void) | undefined;
}

/** Scores batches in several threads. */
export class ScoringPool {
  /** Maximum number of useful batches, under way or waiting. */
  readonly capacity: number;
  readonly #detector: Detector;
  /** Whether Workers score: other backends share one device, or are too slow. */
  readonly #workersScore: boolean;
  readonly #pool: WorkerPool<ScoringJob, PreparationResult>;
  #last: Promise<unknown> = Promise.resolve();

  /** Starts no Worker yet. */
  constructor(detector: Detector, { workers, entry, onWarning }: ScoringPoolOptions) {
    const { model, scoreName, backend, fpr } = this.#detector = detector;
    const workersScore = this.#workersScore = backend.name === "wasm";
    this.capacity = 2 * workers;
    this.#pool = new WorkerPool(entry, {
      workers: workers - 1,
      makeTask: (): ScoringTask => ({
        input: model.input,
        ...(workersScore && { scoring: { model: shareWeights(model), score: scoreName, fpr } }),
      }),
      onWarning,
    });
  }

  /**
   * Scores a batch: in a Worker that has room, or here, one after the other.
   *
   * @param job The batch; leave it alone until the result.
   * @returns The result, and whether this thread is busy with it.
   */
  run(job: ScoringJob): { readonly result: Promise<PreparationResult>; readonly here: boolean } {
    const result = this.#workersScore
      ? this.#pool.run(job, () => this.#runHere(job))
      : this.#pool.run(job, () => prepareBatch(job, this.#detector.model.input))
        ?.then((result) => scoreBatch(job, this.#detector).then(() => result));
    return result ? { result, here: false } : { result: this.#runHere(job), here: true };
  }

  /** Starts the Workers, once; `run` does so itself when there is enough work. */
  async start(): Promise<void> {
    await this.#pool.start();
  }

  /** Ends all Workers, and waits for the batch under way here. */
  async close(): Promise<void> {
    this.#pool.close();
    await this.#last;
  }

  #runHere(job: ScoringJob): Promise<PreparationResult> {
    const result = this.#last.then(() =>
      this.#pool.runHere(async () => {
        const result = await prepareBatch(job, this.#detector.model.input);
        await scoreBatch(job, this.#detector);
        return result;
      })
    );
    this.#last = result.catch(() => {});
    return result;
  }
}

/** The model with its weights in shared memory, instead of one copy per thread; those of a file already are. */
function shareWeights(model: ModelFile): ModelFile {
  const weights = [...model.weights].map(([name, { shape, data }]) => {
    if (isShared(data)) return [name, { shape, data }] as const;
    const bytes = sharedBytes(data.byteLength);
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const shared = data instanceof Uint8Array ? bytes : new Float32Array(bytes.buffer);
    return [name, { shape, data: shared }] as const;
  });
  return { ...model, weights: new Map(weights) };
}
