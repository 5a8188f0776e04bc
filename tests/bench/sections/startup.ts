/** Time to the first record, and to the help. */

import { common, type Context, isWanted, taskCommand } from "../context.ts";
import { compare } from "../compare.ts";
import { type Command, runProcess } from "../process.ts";
import type { Row } from "../row.ts";
import { checkLines, type Job, ourCommand, peerWays } from "../scoring_commands.ts";
import { inTurns } from "../statistics.ts";

/** Starts `score` on a single image, and prints the help. */
export async function* startup(context: Context): AsyncGenerator<Row> {
  const { inputs } = context;
  if (isWanted(context, "startup", "first-record")) {
    context.tell("startup/first-record");
    const folder = await inputs.pngs(1);
    // Enough images to train the model.
    const model = await inputs.model("vae", 8, await inputs.images(300, 28));
    const job = { folder, model, images: 1, peerBatch: 1 };
    const { peer } = context;
    const [way] = typeof peer === "string" ? [] : peerWays(peer, job);
    yield await measure(context, "first-record", ourCommand(context, job), job, way);
  }
  if (isWanted(context, "startup", "help")) {
    context.tell("startup/help");
    yield await measure(context, "help", taskCommand("stray", ["--help"]));
  }
  if (isWanted(context, "startup", "score-help")) {
    context.tell("startup/score-help");
    yield await measure(context, "score-help", taskCommand("score", ["--help"]));
  }
}

async function measure(
  context: Context,
  name: string,
  command: Command,
  job?: Job,
  peer?: { readonly name: string; readonly command: Command },
): Promise<Row> {
  const { runs } = context.options;
  const things = [command, ...(peer ? [peer.command] : [])].map((command) => () =>
    runProcess(command)
  );
  await inTurns(1, things);
  const [ours, theirs] = await inTurns(runs, things);
  const row = {
    section: "startup",
    name,
    unit: "ms" as const,
    work: job ? { images: job.images } : {},
    ...common(context),
    check: job ? checkLines(job, ours![0]!, theirs?.[0], 1e-3) : "ended with 0",
  };
  const first = ({ firstSeconds }: { firstSeconds: number }) => ({
    seconds: firstSeconds,
    images: 1,
    result: 0,
  });
  const ways = peer && theirs ? [{ name: peer.name, runs: theirs.map(first) }] : [];
  return { ...row, ...compare(row, ours!.map(first), ways) };
}
