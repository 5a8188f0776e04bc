/** Who scores batches: this thread, and Workers once there is enough work for them. */

import { Helpers } from "../helpers.ts";
import type { ModelFile } from "../store/mod.ts";
import { type HelperTask, type Job, type Outcome, prepare } from "./_job.ts";
import type { Detector } from "./detector.ts";

/** Milliseconds of work in this thread before Workers are started: about what starting one costs. */
const ALONE_MS = 100;

/** Options of a {@linkcode Crew}. */
export interface CrewOptions {
  /** Threads that score, this one among them. */
  readonly workers: number;
  /** The entry of the Workers. */
  readonly module: string;
  /** Called at most once: Workers cannot be had, or one was lost. */
  readonly onWarning: ((message: string) => void) | undefined;
}

/** Scores batches in several threads. */
export class Crew {
  readonly #detector: Detector;
  readonly #workers: number;
  readonly #helpers: Helpers<Job, Outcome>;
  #aloneMs = 0;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Scores in this thread for now.
   *
   * @param detector What scores.
   * @param options How many threads.
   */
  constructor(detector: Detector, options: CrewOptions) {
    this.#detector = detector;
    this.#workers = options.workers;
    this.#helpers = new Helpers(options.module, options.onWarning);
  }

  /** Batches that can be under way or waiting, before more would only take memory. */
  get most(): number {
    return 2 * this.#workers;
  }

  /**
   * Scores a batch: in a Worker that has room, or here, one after the other.
   *
   * @param job The batch; leave it alone until it is done.
   * @returns What was found, and whether this thread is busy with it.
   */
  run(job: Job): { readonly outcome: Promise<Outcome>; readonly here: boolean } {
    const helper = this.#helpers.free;
    if (!helper) return { outcome: this.#runHere(job), here: true };
    const outcome = helper.run(job).then(
      (outcome) => this.#detector.backend.name === "wasm" ? outcome : this.#score(job, outcome),
      (error) => {
        this.#helpers.warn(error);
        return this.#runHere(job);
      },
    );
    return { outcome, here: false };
  }

  /**
   * Starts the Workers, once; `run` does so itself when there is enough work.
   *
   * @returns When all are ready, or have failed.
   */
  async start(): Promise<void> {
    const { model, scoreName, backend } = this.#detector;
    await this.#helpers.start(this.#workers - 1, (): HelperTask => ({
      input: model.input,
      // The other backends take turns on one device, or are not worth it.
      ...(backend.name === "wasm" && { scoring: { model: share(model), score: scoreName } }),
    }));
  }

  /** Ends all Workers, and waits for what is under way here. */
  async close(): Promise<void> {
    this.#helpers.close();
    await this.#last;
  }

  #runHere(job: Job): Promise<Outcome> {
    const outcome = this.#last.then(async () => {
      const start = performance.now();
      const prepared = await prepare(job, this.#detector.model.input);
      const outcome = await this.#score(job, prepared);
      this.#aloneMs += performance.now() - start;
      if (this.#aloneMs > ALONE_MS) void this.start();
      return outcome;
    });
    this.#last = outcome.catch(() => {});
    return outcome;
  }

  async #score(job: Job, outcome: Outcome): Promise<Outcome> {
    job.scores.set(await this.#detector.scores(job.values, job.count, job.classes));
    return outcome;
  }
}

/** A model whose weights all threads see, instead of a copy each. */
function share(model: ModelFile): ModelFile {
  const weights = [...model.weights].map(([name, { shape, data }]) => {
    const copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
    copy.set(data);
    return [name, { shape, data: copy }] as const;
  });
  return { ...model, weights: new Map(weights) };
}
