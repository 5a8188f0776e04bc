/** Images a second from memory to scores. */

import { common, type Context, isWanted, startOurs } from "../context.ts";
import { ARCHITECTURES } from "../../../src/models/mod.ts";
import { compare } from "../compare.ts";
import { forwardFlops } from "../flops.ts";
import { isMeasured, type Network, NETWORKS } from "../networks.ts";
import { startPeer, wayName } from "../peer.ts";
import type { LoadRequest, ScoreRequest, Timed } from "../protocol.ts";
import type { Row } from "../row.ts";
import { inTurns } from "../statistics.ts";
import { agreement } from "../agreement.ts";

const BATCH = 256;

/** `forward`: floats to scores in batches of 256, one thread; `stream`: bytes to verdicts. */
const WAYS: readonly ScoreRequest["way"][] = ["forward", "stream"];

/** Scores images in memory with a model of each network, in turns with the peer. */
export async function* score(context: Context): AsyncGenerator<Row> {
  for (const [name, network] of Object.entries(NETWORKS)) {
    if (network.scored === undefined || !isMeasured(context.options, name)) continue;
    for (const way of WAYS) {
      const row = `${name}-${way}`;
      if (!isWanted(context, "score", row)) continue;
      context.tell(`score/${row}`);
      yield await measure(context, name, network, way);
    }
  }
}

async function measure(
  context: Context,
  name: string,
  { side, latent, scored }: Network,
  way: ScoreRequest["way"],
): Promise<Row> {
  const { options, peer, inputs } = context;
  const images = options.quick ? 512 : scored!;
  const data = await inputs.images(images, side);
  const request: LoadRequest = {
    do: "load",
    model: await inputs.model(name, latent, data),
    data,
    images,
    score: way === "forward" ? "mse" : "nse",
    batch: BATCH,
    backend: options.backend,
    workers: options.workers,
  };
  const spec = ARCHITECTURES[name]!.build({ inputShape: [side, side, 1], latent });
  const row = {
    section: "score",
    name: `${name}-${way}`,
    unit: "images/s" as const,
    work: { images, gflop: forwardFlops(spec) * images / 1e9 },
    ...common(context),
  };
  await using ours = startOurs();
  await ours.ask(request);
  await using theirs = typeof peer === "string" ? undefined : await startPeer(peer);
  await theirs?.ask(request);
  const threads = typeof peer === "string" ? [] : peer.threads;
  const things = [
    () => ours.ask<Timed>({ do: "score", way, threads: 1 }),
    ...threads.map((threads) => () => theirs!.ask<Timed>({ do: "score", way, threads })),
  ];
  await inTurns(1, things);
  const [runs, ...others] = await inTurns(options.runs, things);
  const ways = others.map((runs, i) => ({ name: wayName(threads[i]!), runs }));
  return {
    ...row,
    ...compare(row, runs!, ways),
    check: agreement(runs![0]!.result, others[0]?.[0]?.result, 1e-3),
  };
}
