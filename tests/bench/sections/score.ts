/** Images per second, from memory to scores. */

import { common, type Context, isWanted, startOurs } from "../context.ts";
import { compare } from "../compare.ts";
import { architectureOf, forwardFlops, isMeasured, type Network, NETWORKS } from "../networks.ts";
import { peerThreads, startPeer, wayName } from "../peer.ts";
import type { LoadRequest, ScoreRequest, Timed } from "../protocol.ts";
import type { Row } from "../row.ts";
import { inTurns } from "../statistics.ts";
import { agreement } from "../agreement.ts";

const BATCH = 256;

/** Passes over the images per run, so that the start of Workers is a small part of it. */
const ROUNDS = 5;

/** A row per network. */
interface Variant {
  /** Suffix of the row's name. */
  readonly name: string;
  readonly way: ScoreRequest["way"];
  readonly score: string;
  /** Threads of stray. */
  readonly threads: "all" | 1;
}

/**
 * `forward` is the network with the simplest score on all cores, `forward-1-thread` the same in one
 * thread beside the peer in one; `stream` computes the default score.
 */
const VARIANTS: readonly Variant[] = [
  { name: "forward", way: "stream", score: "mse", threads: "all" },
  { name: "forward-1-thread", way: "forward", score: "mse", threads: 1 },
  { name: "stream", way: "stream", score: "blurred_mse", threads: "all" },
];

/** Scores images in memory with a model of each network, in turns with the peer. */
export async function* score(context: Context): AsyncGenerator<Row> {
  for (const [name, network] of Object.entries(NETWORKS)) {
    if (network.scored === undefined || !isMeasured(context.options, name)) continue;
    for (const variant of VARIANTS) {
      const row = `${name}-${variant.name}`;
      if (!isWanted(context, "score", row)) continue;
      context.tell(`score/${row}`);
      yield await measure(context, name, network, variant);
    }
  }
}

async function measure(
  context: Context,
  name: string,
  { side, latent, scored }: Network,
  variant: Variant,
): Promise<Row> {
  const { options, peer, inputs } = context;
  const images = options.quick ? 512 : scored!, rounds = options.quick ? 1 : ROUNDS;
  const data = await inputs.images(images, side);
  const request: LoadRequest = {
    do: "load",
    model: await inputs.model(name, latent, data),
    data,
    images,
    score: variant.score,
    batch: BATCH,
    backend: options.backend,
    workers: options.workers,
  };
  const spec = architectureOf(name).build({ inputShape: [side, side, 1], latent });
  const row = {
    section: "score",
    name: `${name}-${variant.name}`,
    unit: "images/s" as const,
    work: { images: images * rounds, gflop: forwardFlops(spec) * images * rounds / 1e9 },
    ...common(context),
  };
  await using ours = startOurs(options);
  await ours.ask(request);
  await using theirs = typeof peer === "string" ? undefined : await startPeer(peer);
  await theirs?.ask(request);
  const threads = typeof peer === "string"
    ? []
    : peerThreads(peer).filter(({ oneCore }) => oneCore || variant.threads !== 1);
  const go = { do: "score", way: variant.way } as const;
  const things = (rounds: number) => [
    () => ours.ask<Timed>({ ...go, threads: 1, rounds }),
    ...threads.map((each) => () => theirs!.ask<Timed>({ ...go, ...each, rounds })),
  ];
  await inTurns(1, things(1));
  const [runs, ...others] = await inTurns(options.runs, things(rounds));
  const ways = others.map((runs, i) => ({ name: wayName(threads[i]!), runs }));
  const used = variant.threads === 1 ? 1 : options.workers ?? navigator.hardwareConcurrency;
  const agreed = agreement(runs![0]!.result, others[0]?.[0]?.result, 1e-3);
  return {
    ...row,
    ...compare(row, runs!, ways),
    check: `stray in ${used} thread${used > 1 ? "s" : ""}; ${agreed}`,
  };
}
