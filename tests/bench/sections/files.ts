/** Times of whole processes, from image files to NDJSON. */

import { common, type Context, isWanted } from "../context.ts";
import { compare, type Way } from "../compare.ts";
import { type Finished, runProcess } from "../process.ts";
import type { Row } from "../row.ts";
import {
  checkLines,
  type Job,
  JPEG_BATCH,
  ourCommand,
  peerWays,
  PNG_BATCH,
} from "../scoring_commands.ts";
import { inTurns } from "../statistics.ts";

/** Tolerance of mean scores: libjpeg-turbo and Pillow shrink images by different filters. */
const JPEG_TOLERANCE = 0.1;

/** Scores PNG files of 28 x 28, and JPEG files of 640 x 480 resized to 64 x 64. */
export async function* files(context: Context): AsyncGenerator<Row> {
  const { options, inputs } = context;
  if (isWanted(context, "files", "png-28x28")) {
    const images = options.quick ? 300 : 10_000;
    context.tell("files/png-28x28");
    const folder = await inputs.pngs(images);
    const model = await inputs.model("vae", 8, await inputs.images(images, 28));
    yield* measure(context, "png-28x28", { folder, model, images, peerBatch: PNG_BATCH }, 1e-3);
  }
  if (isWanted(context, "files", "jpeg-640x480")) {
    context.tell("files/jpeg-640x480");
    const folder = await inputs.photos(options.quick ? 60 : 2000);
    const model = await inputs.model("vae", 8, folder, { width: 64, height: 64 });
    const images = await countFiles(folder);
    yield* measure(
      context,
      "jpeg-640x480",
      { folder, model, images, peerBatch: JPEG_BATCH },
      JPEG_TOLERANCE,
    );
  }
}

async function countFiles(folder: string): Promise<number> {
  return (await Array.fromAsync(Deno.readDir(folder))).length;
}

async function* measure(
  context: Context,
  name: string,
  job: Job,
  tolerance: number,
): AsyncGenerator<Row> {
  const { options, peer } = context;
  const { images } = job;
  const command = ourCommand(context, job);
  const ways = typeof peer === "string" ? [] : peerWays(peer, job);
  const things = [command, ...ways.map((way) => way.command)]
    .map((command) => () => runProcess(command));
  await inTurns(1, things); // the files are in the system's cache from now on
  const [ours, ...others] = await inTurns(options.runs, things);
  const row = {
    section: "files",
    unit: "images/s" as const,
    work: { images },
    ...common(context),
    check: checkLines(job, ours![0]!, others[0]?.[0], tolerance),
  };
  const timed = ({ seconds }: { seconds: number }) => ({ seconds, images, result: 0 });
  const peers = (seconds: (run: Finished) => { seconds: number }): Way[] =>
    others.map((runs, i) => ({
      name: ways[i]!.name,
      runs: runs.map((run) => timed(seconds(run))),
    }));
  const runs = ours!.map(timed);
  yield { ...row, name, ...compare(row, runs, peers((run) => run)) };
  if (others.length === 0) return;
  const withoutImports = peers(({ stderr }) => JSON.parse(stderr.trimEnd().split("\n").at(-1)!));
  yield {
    ...row,
    name: `${name}-no-import`,
    ...compare(row, runs, withoutImports),
    check: "stray's whole process against the peer's without the time of its imports",
  };
}
