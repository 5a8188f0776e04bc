/** Peak memory in training and in scoring. */

import { common, type Context, isWanted } from "../context.ts";
import { type Command, runProcess } from "../process.ts";
import type { Row } from "../row.ts";
import { JPEG_BATCH, ourCommand, peerWays, PNG_BATCH } from "../scoring_commands.ts";
import { summarise } from "../statistics.ts";
import { trainOnce } from "../train_once.ts";
import { isMeasured, NETWORKS } from "../networks.ts";

/** Trains every network for two epochs, and scores a folder of each kind of file. */
export async function* memory(context: Context): AsyncGenerator<Row> {
  const { options, inputs, peer } = context;
  for (const name of Object.keys(NETWORKS)) {
    if (!isWanted(context, "memory", `train-${name}`) || !isMeasured(options, name)) continue;
    context.tell(`memory/train-${name}`);
    const { images, ours, theirs } = await trainOnce(context, name);
    yield rowOf(context, `train-${name}`, images, ours, theirs, "PyTorch, 1 thread");
  }
  const sources = [
    ["score-png", () => inputs.pngs(options.quick ? 300 : 10_000), undefined],
    ["score-jpeg", () => inputs.photos(options.quick ? 60 : 2000), { width: 64, height: 64 }],
  ] as const;
  for (const [name, source, size] of sources) {
    if (!isWanted(context, "memory", name)) continue;
    context.tell(`memory/${name}`);
    const folder = await source();
    const model = await inputs.model("vae", 8, folder, size);
    const images = (await Array.fromAsync(Deno.readDir(folder))).length;
    const job = { folder, model, images, peerBatch: size ? JPEG_BATCH : PNG_BATCH };
    const watch = async (command: Command) => (await runProcess(command, true)).peakMb;
    const ours = await watch(ourCommand(context, job));
    const [way] = typeof peer === "string" ? [] : peerWays(peer, job);
    const theirs = way && await watch(way.command);
    yield rowOf(context, name, images, ours, theirs, way?.name ?? "");
  }
}

function rowOf(
  context: Context,
  name: string,
  images: number,
  ours: number,
  theirs: number | undefined,
  peerName: string,
): Row {
  return {
    section: "memory",
    name,
    unit: "MB",
    work: { images },
    ...common(context),
    stray: summarise([ours]),
    peer: theirs === undefined
      ? null
      : { name: peerName, ...summarise([theirs]), ways: { [peerName]: theirs } },
    ratio: theirs === undefined ? null : summarise([theirs / ours]),
    check: "peak of one run, children included",
  };
}
