/**
 * stray's side of the benchmark: answers requests of `protocol.ts` on stdin.
 *
 * @module
 */

import { openBackend } from "../../src/compute/mod.ts";
import { Loaded } from "./ours_score.ts";
import { makeModel, Training } from "./ours_train.ts";
import type { Device, Request } from "./protocol.ts";
import { lines } from "./side.ts";

let training: Training | undefined;
let loaded: Loaded | undefined;

async function answer(request: Request): Promise<unknown> {
  switch (request.do) {
    case "hello":
      return await openBackend(request.backend) satisfies Device;
    case "train":
      training = new Training(request);
      return await training.epoch();
    case "epoch":
      return await training!.epoch();
    case "make":
      return await makeModel(request);
    case "load":
      loaded = await Loaded.open(request);
      return {};
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
