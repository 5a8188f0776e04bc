/** The command lines that score a folder of image files, here and there. */

import { type Context, scoreFlags, taskCommand } from "./context.ts";
import { type Peer, peerScript, wayName } from "./peer.ts";
import type { Command, Finished } from "./process.ts";
import { agreement } from "./agreement.ts";

/** A folder of image files, and the model that scores them. */
export interface Job {
  readonly folder: string;
  readonly model: string;
  readonly images: number;
  /** Images that the peer decodes and scores at a time; what was fastest for it when tried. */
  readonly peerBatch: number;
}

/** Small images: fewer, larger pieces of work. */
export const PNG_BATCH = 256;
/** Images that take long to decode: the first pieces are ready early, the last ones are even. */
export const JPEG_BATCH = 64;

/** A way in which the peer is run. */
export interface PeerWay {
  readonly name: string;
  readonly command: Command;
}

/** `deno task score`, as deno.json has it. */
export function ourCommand(context: Context, { folder, model }: Job): Command {
  return taskCommand("score", [...scoreFlags(context, model), folder]);
}

/** Pillow and PyTorch: decoding in the process itself or in as many as there are cores. */
export function peerWays(peer: Peer, { folder, model, peerBatch }: Job): PeerWay[] {
  const cores = navigator.hardwareConcurrency;
  return [[1, 0], [1, cores], [cores, cores]].map(([threads, workers]) => ({
    name: `Pillow + ${wayName(threads!)}, ${workers || "no"} decoding processes`,
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
 * Checks that every image got its line, and that the mean scores agree.
 *
 * @param job What was scored.
 * @param ours What stray left.
 * @param theirs What the peer left.
 * @param tolerance The largest difference of the mean scores, as a share.
 * @returns What was compared, in words.
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
