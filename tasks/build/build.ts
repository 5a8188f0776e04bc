/**
 * `deno task build`: the whole program as one file, `dist/stray.js`, and its SHA-256.
 *
 * @module
 */

import { prepareBuild, printLine } from "./_options.ts";
import { PROGRAM } from "./bundle.ts";

const { dist } = await prepareBuild(Deno.args);
const line = await Deno.readTextFile(new URL(`${PROGRAM}.sha256`, dist));
await printLine(line.trimEnd());
