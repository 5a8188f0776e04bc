/** `man`: the man page of the program, with all commands and flags. */

import { type CommandContext, defineCommand, ExitCode, manPage } from "../src/cli/mod.ts";
import { documentedCommands } from "./_documented_commands.ts";

/** `man`. */
export const command = defineCommand({
  name: "man",
  flags: [],
  notes: ["man -l reads it from a file: stray man > stray.1, then man -l stray.1."],
  examples: ["man > stray.1"],
  run: print,
});

async function print({ stdout }: CommandContext): Promise<ExitCode> {
  await stdout.writeText(manPage(await documentedCommands()));
  return ExitCode.done;
}
