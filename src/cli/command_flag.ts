/** The flags of a command: entries of the table with what the command changes of them. */

import type { Command } from "./command.ts";
import type { FlagEntry } from "./flag_entry.ts";
import { COMMON_FLAGS, type FlagName, FLAGS } from "./flags.ts";

/** The parts of a command that change its flags. */
export type FlagChanges = {
  readonly [K in "bare" | "choices" | "help"]?: Command[K] | undefined;
};

/**
 * The entry of a flag as a command takes it.
 *
 * @param command The command, or the parts of it that are known.
 * @param name The flag.
 * @returns Its entry in the table; without a value if it is bare, with the command's choices and help.
 */
export function commandFlag(command: FlagChanges, name: FlagName): FlagEntry {
  const entry: FlagEntry = FLAGS[name];
  const help = command.help?.[name] ?? entry.help;
  if (command.bare?.includes(name)) return { kind: "boolean", help };
  const choices = command.choices?.[name] ?? entry.choices;
  return { ...entry, help, ...choices && { choices } };
}

/**
 * All flags of a command, the common ones last.
 *
 * @param command Its flags.
 * @returns Their names, each once.
 */
export function flagNames(command: Pick<Command, "flags">): FlagName[] {
  return [...new Set([...command.flags, ...COMMON_FLAGS])];
}
