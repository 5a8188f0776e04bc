/** A program that opens a backend, and prints the choice and the variable that it may change. */

import { openBackend } from "../../src/compute/mod.ts";
import { StrayError } from "../../src/errors.ts";

let line: string;
try {
  const { name, reason } = await openBackend(Deno.args[0] as "auto");
  line = `${name} as ${reason}, ${JSON.stringify(Deno.env.get("XDG_RUNTIME_DIR"))}\n`;
} catch (error) {
  if (!(error instanceof StrayError)) throw error;
  line = `${error.message}\n`;
}
await Deno.stdout.write(new TextEncoder().encode(line));
// tfjs's device would keep the process alive.
Deno.exit();
