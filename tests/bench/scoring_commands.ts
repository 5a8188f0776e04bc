/** Command lines of both sides that score a folder of image files. */

import { type Context, scoreFlags, taskCommand } from "./context.ts";
import { type Peer, peerScript, wayName } from "./peer.ts";
import type { Command, Finished } from "./process.ts";
import { agreement } from "./agreement.ts";

/** A folder of image files, and the model that scores them. */
export interface Job {
  readonly folder: string;
  readonly model: string;
  readonly images: number;
  /** Batch size of the peer, its fastest when tried. */
  readonly peerBatch: number;
}

/** For small images: fewer, larger batches. */
export const PNG_BATCH = 256;
/** For images that are slow to decode: the first batch is ready early, the last ones end together. */
export const JPEG_BATCH = 64;

/** A way to run the peer. */
export interface PeerWay {
  readonly name: string;
  readonly command: Command;
}

/** `deno task score`, from deno.json, by the score that the peer has. */
export function ourCommand(context: Context, { folder, model }: Job): Command {
  return taskCommand("score", [...scoreFlags(context, model), "--score=blurred_mse", folder]);
}

/** Pillow and PyTorch: decoding in the process itself or in one process per core. */
export function peerWays(peer: Peer, { folder, model, peerBatch }: Job): PeerWay[] {
  const cores = navigator.hardwareConcurrency;
  return [[1, 0], [1, cores], [cores, cores]].map(([threads, workers]) => ({
    name: `Pillow + ${wayName({ threads: threads! })}, ${workers || "no"} decoding processes`,
    command: {
      program: peer.python,
      args: [
        "-B",
        peerScript("files.py"),
        "--model",
        model,
        "--threads",
        String(threads),
        "--workers",
        String(workers),
        "--batch",
        String(peerBatch),
        "--device",
        peer.cuda ? "cuda" : "cpu",
        folder,
      ],
    },
  }));
}

/**
 * Checks that every image has its line, and that the mean scores agree.
 *
 * @param job The images and the model.
 * @param ours Output of stray.
 * @param theirs Output of the peer.
 * @param tolerance Largest relative difference of the mean scores.
 * @returns A description of the comparison.
 */
export function checkLines(
  job: Job,
  ours: Finished,
  theirs?: Finished,
  tolerance?: number,
): string {
  const mean = ({ stdout }: Finished) => {
    const lines = stdout.trimEnd().split("\n");
    if (lines.length !== job.images) {
      throw new Error(
        `Cannot trust the times as there must be ${job.images} lines: there are ${lines.length}`,
      );
    }
    return lines.reduce((sum, line) => sum + JSON.parse(line).score, 0) / lines.length;
  };
  return agreement(mean(ours), theirs && mean(theirs), tolerance);
}
