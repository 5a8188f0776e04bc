/** Builds the module of the frozen network again from the npm package, and prints it. */

import { generatedModule } from "../../../src/models/patchcore/network/build.ts";

await Deno.stdout.write(new TextEncoder().encode(await generatedModule()));
