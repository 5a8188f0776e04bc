/** `completions`: the script by which a shell completes commands, flags and their values. */

import {
  type CommandContext,
  completions,
  defineCommand,
  ExitCode,
  type Shell,
  SHELLS,
  usageError,
} from "../src/cli/mod.ts";
import { didYouMean } from "../src/suggest.ts";
import { documentedCommands } from "./_documented_commands.ts";

/** `completions`. */
export const command = defineCommand({
  name: "completions",
  operands: { name: "SHELL", help: SHELLS.join(", "), least: 1, most: 1, choices: SHELLS },
  flags: [],
  notes: [
    "In ~/.bashrc: source <(stray completions bash). In ~/.zshrc, after compinit: source <(stray completions " +
    "zsh). For fish: stray completions fish > ~/.config/fish/completions/stray.fish.",
  ],
  examples: ["completions bash > stray.bash"],
  run: print,
});

async function print(
  { arguments: [name = ""], stdout }: CommandContext,
): Promise<ExitCode> {
  const shell = SHELLS.find((known): known is Shell => known === name);
  if (shell === undefined) {
    throw usageError(
      `Cannot complete for "${name}" as it must be one of ${SHELLS.join(", ")}`,
      didYouMean(name, SHELLS, "for instance completions bash"),
    );
  }
  await stdout.writeText(completions(shell, await documentedCommands()));
  return ExitCode.done;
}
