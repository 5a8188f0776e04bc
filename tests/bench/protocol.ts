/**
 * Requests to the two sides of the benchmark, `ours.ts` and `peers/serve.py`, and their answers: one
 * line of JSON each.
 *
 * Both sides measure their own times, warmed up, so that neither start-up nor the pipe counts.
 */

import type { BackendName } from "../../mod.ts";

/** Asks for the device; stray starts its backend and answers with a {@linkcode Device}. */
export interface Hello {
  readonly do: "hello";
  readonly backend: BackendName;
  /** Whether the peer may use a GPU. */
  readonly cuda: boolean;
}

/** The device of stray's backend. */
export interface Device {
  /** Name of the GPU, or of the processor. */
  readonly device: string;
  /** Whether the WebGPU adapter is software: its times do not represent a GPU. */
  readonly software: boolean;
  /** Largest measured speed of matrix products on one core, GFLOP/s; null on other backends than wasm. */
  readonly coreGflops: number | null;
}

/** Prepares a training; stray answers after its first epoch. */
export interface TrainRequest {
  readonly do: "train";
  readonly network: string;
  readonly latent: number;
  readonly loss: string;
  readonly batch: number;
  readonly learningRate: number;
  /** An IDX file. */
  readonly data: string;
  /** For stray: all images of the file, held-out ones included; for the peer: training images. */
  readonly images: number;
  readonly backend: BackendName;
  readonly workers: number | undefined;
  /** Number of epochs to be requested. */
  readonly epochs: number;
}

/** Threads of the peer. */
export interface PeerThreads {
  /** Threads of PyTorch itself. */
  readonly threads: number;
  /** Whether OpenBLAS, by which PyTorch multiplies matrices, has one core only. @default {false} */
  readonly oneCore?: boolean;
}

/** Trains for one pass over the images. */
export interface EpochRequest extends PeerThreads {
  readonly do: "epoch";
}

/** Trains a model briefly and writes it to a file (stray only). */
export interface MakeRequest {
  readonly do: "make";
  readonly network: string;
  readonly latent: number;
  /** A source of images. */
  readonly data: string;
  /** Number of images. */
  readonly images: number;
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
export interface ScoreRequest extends PeerThreads {
  readonly do: "score";
  /**
   * `forward`: from floats to scores, batch by batch, in one thread of stray; `stream`: from bytes to
   * verdicts, in all threads.
   */
  readonly way: "forward" | "stream";
  /** Library of the peer. @default {"torch"} */
  readonly library?: "torch" | "sklearn";
  /** Number of passes over all images. */
  readonly rounds: number;
}

/** A request to a side. */
export type Request =
  | Hello
  | TrainRequest
  | EpochRequest
  | MakeRequest
  | LoadRequest
  | ScoreRequest;

/** The answer to a timed request. */
export interface Timed {
  /** Time taken. */
  readonly seconds: number;
  /** Images processed. */
  readonly images: number;
  /** Mean loss or mean score: it is compared, and prevents that work is skipped. */
  readonly result: number;
}
