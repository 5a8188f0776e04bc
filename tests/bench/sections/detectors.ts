/** Times of whole processes that train detectors, and that score by them. */

import { compare } from "../compare.ts";
import { common, type Context, isWanted, scoreFlags, taskCommand } from "../context.ts";
import { type Peer, peerScript, wayName } from "../peer.ts";
import { type Command, runProcess } from "../process.ts";
import type { Row } from "../row.ts";
import { inTurns } from "../statistics.ts";

/** Images of both sources, and those that the peer sets aside to calibrate, as stray does. */
const SIZES = {
  full: { training: 60_000, scored: 10_000, calibration: 5_000 },
  quick: { training: 2000, scored: 512, calibration: 200 },
};
/** Images that each detector keeps by default; for the peer. */
const DETECTORS = { "knn": 20_000, "open-set": 60_000 } as const;
/** The label that is left out. */
const HELD_OUT = "0";

/** Trains on all digits but one and scores others, in turns with PyTorch. */
export async function* detectors(context: Context): AsyncGenerator<Row> {
  const { options, peer, inputs } = context;
  const { training, scored, calibration } = options.quick ? SIZES.quick : SIZES.full;
  const threads = typeof peer === "string" ? [] : peer.threads;
  const wanted = Object.entries(DETECTORS).filter(([name]) =>
    ["train", "score"].some((part) => isWanted(context, "detectors", `${name}-${part}`))
  );
  if (wanted.length === 0) return;
  const known = await inputs.labelledImages("train", training);
  const others = await inputs.labelledImages("t10k", scored);
  for (const [name, keep] of wanted) {
    const folder = await inputs.folder(`detectors-${name}`);
    const ours = `${folder}/ours.safetensors`, theirs = `${folder}/theirs.pt`;
    context.tell(`detectors/${name}-train`);
    const trainFlags = ["--hold-out", HELD_OUT, "--seed=1", "--quiet", "--out", ours];
    yield await measure(
      context,
      `${name}-train`,
      training,
      taskCommand("train", [...trainFlags, `--model=${name}`, `--data=${known.images}`]),
      threads.map((count) =>
        peerCommand(peer as Peer, count, known.images, "train", [
          name,
          `--labels=${known.labels}`,
          `--hold-out=${HELD_OUT}`,
          `--keep=${keep}`,
          `--calibrate=${calibration}`,
          `--out=${theirs}`,
        ])
      ),
    );
    context.tell(`detectors/${name}-score`);
    yield await measure(
      context,
      `${name}-score`,
      scored,
      taskCommand("score", [...scoreFlags(context, ours), others.images]),
      threads.map((count) => peerCommand(peer as Peer, count, others.images, "score", [theirs])),
    );
  }
}

function peerCommand(
  { python }: Peer,
  threads: number,
  images: string,
  command: "train" | "score",
  args: readonly string[],
): { readonly name: string; readonly command: Command } {
  const script = ["-B", peerScript("detectors.py"), command, ...args];
  return {
    name: wayName({ threads }),
    command: { program: python, args: [...script, `--images=${images}`, `--threads=${threads}`] },
  };
}

async function measure(
  context: Context,
  name: string,
  images: number,
  command: Command,
  peers: readonly ReturnType<typeof peerCommand>[],
): Promise<Row> {
  const commands = [command, ...peers.map(({ command }) => command)];
  const [ours, ...others] = await inTurns(
    context.options.runs,
    commands.map((command) => () => runProcess(command)),
  );
  const timed = ({ seconds }: { seconds: number }) => ({ seconds, images, result: 0 });
  const row = {
    section: "detectors",
    name,
    unit: "ms" as const,
    work: { images },
    ...common(context),
    check: "whole processes",
  };
  const ways = others.map((runs, i) => ({ name: peers[i]!.name, runs: runs.map(timed) }));
  return { ...row, ...compare(row, ours!.map(timed), ways) };
}
