/** Images per second compared with all training images: `knn`. */

import { agreement } from "../agreement.ts";
import { common, type Context, isWanted, startOurs } from "../context.ts";
import { compare } from "../compare.ts";
import { type Peer, peerThreads, startPeer, wayName } from "../peer.ts";
import type { LoadRequest, PeerThreads, ScoreRequest, Timed } from "../protocol.ts";
import type { Row } from "../row.ts";
import { inTurns } from "../statistics.ts";

const SIDE = 28;
/** Images of the model's training, of which a tenth calibrates, and images to score. */
const SIZES = { full: { training: 60_000, scored: 5000 }, quick: { training: 2000, scored: 512 } };
/** Distances of images to themselves are rounding errors. */
const TOLERANCE = 1e-2;

/** Scores images by their nearest neighbour, in turns with PyTorch and scikit-learn. */
export async function* neighbours(context: Context): AsyncGenerator<Row> {
  const { options, peer, inputs } = context;
  const { training, scored } = options.quick ? SIZES.quick : SIZES.full;
  const name = "knn";
  if (!isWanted(context, "neighbours", name)) return;
  context.tell(`neighbours/${name}`);
  const data = await inputs.images(training, SIDE);
  const model = await inputs.model("knn", 0, data, undefined, training);
  const { backend, workers } = options;
  const request: LoadRequest = {
    do: "load",
    model,
    data,
    images: scored,
    score: "distance",
    batch: 256,
    backend,
    workers,
  };
  await using ours = startOurs(options);
  const { kept } = await ours.ask<{ kept: number }>(request);
  await using theirs = typeof peer === "string" ? undefined : await startPeer(peer);
  await theirs?.ask(request);
  const go: Omit<ScoreRequest, "threads"> = { do: "score", way: "stream", rounds: 1 };
  const threads = typeof peer === "string" ? [] : peerThreads(peer);
  const ways: readonly (Partial<ScoreRequest> & PeerThreads & { readonly name: string })[] = theirs
    ? [
      ...threads.map((each) => ({ name: wayName(each), ...each })),
      ...(peer as Peer).scikitLearn
        ? [{ name: "scikit-learn, all threads", threads: 1, library: "sklearn" as const }]
        : [],
    ]
    : [];
  const [runs, ...others] = await inTurns(options.runs, [
    () => ours.ask<Timed>({ ...go, threads: 1 }),
    ...ways.map(({ name: _, ...way }) => () => theirs!.ask<Timed>({ ...go, ...way })),
  ]);
  const row = {
    section: "neighbours",
    name,
    unit: "images/s" as const,
    work: { images: scored, gflop: 2 * kept * SIDE * SIDE * scored / 1e9 },
    ...common(context),
  };
  const timed = others.map((runs, i) => ({ name: ways[i]!.name, runs }));
  const agreed = agreement(runs![0]!.result, others[0]?.[0]?.result, TOLERANCE);
  yield { ...row, ...compare(row, runs!, timed), check: `${kept} kept images; ${agreed}` };
}
