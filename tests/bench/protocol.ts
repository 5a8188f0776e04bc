/**
 * What the benchmark asks of its two sides, `ours.ts` and `peers/serve.py`: a line of JSON each way.
 *
 * Both sides measure their own times, with everything ready and warm, so that neither starting up nor
 * the pipe counts.
 */

import type { BackendName } from "../../mod.ts";

/** Asks who is there; stray brings up its backend, and answers with a {@linkcode Device}. */
export interface Hello {
  readonly do: "hello";
  readonly backend: BackendName;
  /** Whether the peer may use a GPU. */
  readonly cuda: boolean;
}

/** Where stray computes. */
export interface Device {
  /** In words: a GPU's name, or the processor. */
  readonly device: string;
  /** Whether a WebGPU adapter is a program on the processor: its times say nothing of a GPU. */
  readonly software: boolean;
}

/** Gets a training ready; stray answers after its first epoch. */
export interface TrainRequest {
  readonly do: "train";
  readonly network: string;
  readonly latent: number;
  readonly loss: string;
  readonly batch: number;
  readonly learningRate: number;
  /** An IDX file. */
  readonly data: string;
  /** stray: images of the file, of which a part is held out; the peer: images to train on. */
  readonly images: number;
  readonly backend: BackendName;
  readonly workers: number | undefined;
  /** Epochs that will be asked for. */
  readonly epochs: number;
}

/** Trains for one pass over the images. */
export interface EpochRequest {
  readonly do: "epoch";
  /** Threads of the peer. */
  readonly threads: number;
}

/** Trains a model in a moment and writes it to a file (stray only). */
export interface MakeRequest {
  readonly do: "make";
  readonly network: string;
  readonly latent: number;
  /** A source of images. */
  readonly data: string;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly out: string;
}

/** Opens a model file. */
export interface LoadRequest {
  readonly do: "load";
  readonly model: string;
  readonly data: string;
  readonly images: number;
  readonly score: string;
  readonly batch: number;
  readonly backend: BackendName;
  readonly workers: number | undefined;
}

/** Scores all images. */
export interface ScoreRequest {
  readonly do: "score";
  /**
   * `forward`: from floats to scores, a batch at a time, in one thread of stray; `stream`: from bytes to
   * verdicts, in all threads.
   */
  readonly way: "forward" | "stream";
  /** Threads of the peer. */
  readonly threads: number;
  /** How often all images are scored, one time after the other. */
  readonly rounds: number;
}

/** What a side is asked. */
export type Request =
  | Hello
  | TrainRequest
  | EpochRequest
  | MakeRequest
  | LoadRequest
  | ScoreRequest;

/** What a timed request gives. */
export interface Timed {
  /** How long it took. */
  readonly seconds: number;
  /** Images gone through. */
  readonly images: number;
  /** Mean loss, or mean score: it keeps the work from being left out, and is compared. */
  readonly result: number;
}
