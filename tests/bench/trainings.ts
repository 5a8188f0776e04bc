/** A training on both sides, epoch by epoch. */

import { type AutoencoderSpec, Random } from "../../mod.ts";
import { splitImages } from "../../src/training/mod.ts";
import { type Context, startOurs } from "./context.ts";
import { architectureOf, NETWORKS } from "./networks.ts";
import { peerThreads, startPeer } from "./peer.ts";
import type { Timed, TrainRequest } from "./protocol.ts";
import type { Side } from "./side.ts";

/** Both sides, warmed up. */
export interface Trainings extends AsyncDisposable {
  readonly spec: AutoencoderSpec;
  /** Images per step. */
  readonly batch: number;
  /** stray's process. */
  readonly ours: Side;
  /** Its first epoch, which is not timed. */
  readonly first: Timed;
  /** The peer's process; absent without one. */
  readonly theirs: Side | undefined;
  /** Its first epoch. */
  readonly peerFirst: Timed | undefined;
}

/**
 * Starts both sides on the same network, images, batch and learning rate.
 *
 * @param context The input of the section.
 * @param name The network.
 * @param epochs Number of epochs to be requested of stray.
 * @returns The sides, each after its first epoch.
 */
export async function startTrainings(
  context: Context,
  name: string,
  epochs: number,
): Promise<Trainings> {
  const { options, peer, inputs } = context;
  const { side, batch, latent, steps } = NETWORKS[name]!;
  const spec = architectureOf(name).build({ inputShape: [side, side, 1], latent });
  const images = imagesFor((options.quick ? steps.quick : steps.full) * batch);
  const request: TrainRequest = {
    do: "train",
    network: name,
    latent,
    loss: spec.loss,
    batch,
    learningRate: 1e-3,
    data: await inputs.images(images, side),
    images,
    backend: options.backend,
    workers: options.workers,
    epochs,
  };
  await using stack = new AsyncDisposableStack();
  const ours = stack.use(startOurs(options));
  const first = await ours.ask<Timed>(request);
  let theirs: Side | undefined, peerFirst: Timed | undefined;
  if (typeof peer !== "string") {
    theirs = stack.use(await startPeer(peer));
    await theirs.ask({ ...request, images: first.images });
    for (const threads of peerThreads(peer)) {
      const epoch = await theirs.ask<Timed>({ do: "epoch", ...threads });
      peerFirst ??= epoch;
    }
  }
  const started = stack.move();
  return {
    spec,
    batch,
    ours,
    first,
    theirs,
    peerFirst,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** The number of images, held-out ones included, for a number of training images. */
function imagesFor(training: number): number {
  const trained = (images: number) => splitImages(images, new Random(0)).training.length;
  let images = Math.ceil(training / 0.85);
  while (trained(images) < training) images++;
  while (trained(images) > training) images--;
  return images;
}
