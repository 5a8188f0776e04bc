/** Builds the module of the frozen network again from the npm package, and prints it. */

import { halfPrecisionWeights, packModule } from "../../../src/models/patchcore/network/build.ts";

const assets = await import("@mediapipe/objectron/objectron_solution_packed_assets.data", {
  with: { type: "bytes" },
});
await Deno.stdout.write(
  new TextEncoder().encode(packModule(halfPrecisionWeights(assets.default))),
);
