/** Images per second in training, by network. */

import { common, type Context, isWanted } from "../context.ts";
import { compare } from "../compare.ts";
import { forwardFlops, isMeasured, NETWORKS } from "../networks.ts";
import { peerThreads, wayName } from "../peer.ts";
import type { Timed } from "../protocol.ts";
import type { Row } from "../row.ts";
import { inTurns } from "../statistics.ts";
import { short } from "../table.ts";
import { startTrainings } from "../trainings.ts";

/** Trains every network for some epochs, in turns with the peer. */
export async function* train(context: Context): AsyncGenerator<Row> {
  for (const name of Object.keys(NETWORKS)) {
    if (!isWanted(context, "train", name) || !isMeasured(context.options, name)) continue;
    context.tell(`train/${name}`);
    yield await measure(context, name);
  }
}

async function measure(context: Context, name: string): Promise<Row> {
  const { options, peer } = context;
  await using trainings = await startTrainings(context, name, options.runs);
  const { spec, batch, ours, first, theirs, peerFirst } = trainings;
  const threads = typeof peer === "string" ? [] : peerThreads(peer);
  const [runs, ...others] = await inTurns(options.runs, [
    () => ours.ask<Timed>({ do: "epoch", threads: 1 }),
    ...threads.map((each) => () => theirs!.ask<Timed>({ do: "epoch", ...each })),
  ]);
  const { images } = first;
  const row = {
    section: "train",
    name,
    unit: NETWORKS[name]!.perStep ? "ms/step" as const : "images/s" as const,
    work: {
      images,
      steps: Math.ceil(images / batch),
      gflop: 3 * forwardFlops(spec) * images / 1e9,
    },
    ...common(context),
  };
  const ways = others.map((runs, i) => ({ name: wayName(threads[i]!), runs }));
  const curves = [curve(first, runs!)];
  if (peerFirst) {
    curves.push(`peer's ${curve(peerFirst, others.flat())}`);
    checkLosses(first.result, peerFirst.result);
  }
  return { ...row, ...compare(row, runs!, ways), check: curves.join("; ") };
}

/** Losses of the first epoch and of the best timed one, which must be lower. */
function curve(first: Timed, runs: readonly Timed[]): string {
  const last = Math.min(...runs.map(({ result }) => result));
  if (!(last < first.result)) {
    throw new Error(`Cannot trust the times as the loss must fall: ${first.result} to ${last}`);
  }
  return `loss ${short(first.result)} to ${short(last)} in ${runs.length} epochs`;
}

/** Both minimise the same loss, from different random weights. */
function checkLosses(ours: number, theirs: number): void {
  if (!(ours / theirs > 0.5 && ours / theirs < 2)) {
    throw new Error(
      `Cannot compare the times as both must minimise the same loss: ${ours} and ${theirs} after an epoch`,
    );
  }
}
