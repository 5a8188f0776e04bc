/** Prints the size of each image file, one per line: run under the permissions of a command. */

import { decode } from "../../src/images/mod.ts";

const lines: string[] = [];
for (const name of Deno.args) {
  const { width, height } = await decode(await Deno.readFile(name));
  lines.push(`${width} x ${height}\n`);
}
await Deno.stdout.write(new TextEncoder().encode(lines.join("")));
Deno.exit(0);
