/**
 * stray's side of the benchmark: answers requests of `protocol.ts` on stdin.
 *
 * @module
 */

import { type BackendName, openBackend, productSpeed } from "../../src/compute/mod.ts";
import { Loaded } from "./ours_score.ts";
import { makeModel, Training } from "./ours_train.ts";
import type { Device, Request } from "./protocol.ts";
import { lines } from "./side.ts";

let training: Training | undefined;
let loaded: Loaded | undefined;

/** Starts a backend, and measures its products. */
async function describeDevice(name: BackendName): Promise<Device> {
  const { device, software } = await openBackend(name);
  const speed = name === "wasm" ? await productSpeed() : undefined;
  const coreGflops = speed ? Math.max(speed.plainGflops, speed.tilesGflops) : null;
  return { device, software, coreGflops };
}

async function answer(request: Request): Promise<unknown> {
  switch (request.do) {
    case "hello":
      return await describeDevice(request.backend);
    case "train":
      training = new Training(request);
      return await training.epoch();
    case "epoch":
      return await training!.epoch();
    case "make":
      return await makeModel(request);
    case "load":
      loaded = await Loaded.open(request);
      return { kept: loaded.kept };
    case "score":
      return await loaded!.run(request);
  }
}

for await (const line of lines(Deno.stdin.readable)) {
  const text = JSON.stringify(await answer(JSON.parse(line)));
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}
// A training that waits for its next epoch would keep the process alive.
Deno.exit(0);
