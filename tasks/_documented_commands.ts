/** All commands, loaded, for completions and the man page. */

import type { DocumentedCommand } from "../src/cli/mod.ts";
import { COMMANDS, type TaskEntry } from "./commands.ts";

/** Loads all commands, in the order of the help. */
export async function documentedCommands(): Promise<DocumentedCommand[]> {
  const entries = Object.values<TaskEntry>(COMMANDS);
  return await Promise.all(
    entries.map(async ({ summary, load }) => ({ summary, command: await load() })),
  );
}
