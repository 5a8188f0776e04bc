/**
 * stray, the program: `deno task COMMAND …` runs `main.ts COMMAND …`, and this file is bundled into
 * `dist/stray.js`, which is the entry of its Workers, too.
 *
 * @module
 */

import { runProgram } from "../src/cli/mod.ts";
import { serveOwnRole } from "../src/worker_roles.ts";
import { SOURCE_FILES } from "./_source_files.ts";
import { COMMANDS, type TaskEntry } from "./commands.ts";
import { keepPermissions } from "./permissions.ts";

if (!serveOwnRole() && import.meta.main) {
  const commands = Object.entries<TaskEntry>(COMMANDS).map(([name, entry]) => ({
    name,
    summary: entry.summary,
    load: () => {
      keepPermissions(entry, Deno.args.slice(1));
      return entry.load();
    },
  }));
  Deno.exit(await runProgram(Deno.args, commands, SOURCE_FILES));
}
