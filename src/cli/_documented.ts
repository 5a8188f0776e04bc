/** Commands with their flags, as completions and the man page list them. */

import type { Command } from "./command.ts";
import { commandFlag, flagNames } from "./command_flag.ts";
import type { FlagEntry } from "./flag_entry.ts";

/** A command, loaded, and its line in the list of commands. */
export interface DocumentedCommand {
  /** One line, no full stop. */
  readonly summary: string;
  /** The command. */
  readonly command: Omit<Command, "run">;
}

/** A flag of a command. */
export interface DocumentedFlag {
  readonly name: string;
  readonly entry: FlagEntry;
  /** Whether its value, if it has one, names a file or folder. */
  readonly isFile: boolean;
}

/** The flags of a command, in its order. */
export function flagsOf(command: Omit<Command, "run">): DocumentedFlag[] {
  return flagNames(command).map((name) => {
    const entry = commandFlag(command, name);
    return { name, entry, isFile: entry.kind !== "boolean" && entry.path !== undefined };
  });
}

/** The operands of a command line: `SRC...`, in brackets if they may be left out. */
export function operandForm(
  { name, least, most, words }: NonNullable<Command["operands"]>,
): string {
  if (words !== undefined) return `${name} [SRC...]`;
  const form = most === 1 ? name : `${name}...`;
  return least > 0 ? form : `[${form}]`;
}

/** The completions of an operand. */
export function operandsOf(
  { operands }: Omit<Command, "run">,
): { readonly choices: readonly string[]; readonly areFiles: boolean } {
  const { choices = [], path } = operands ?? {};
  return {
    choices,
    areFiles: path !== undefined || operands !== undefined && choices.length === 0,
  };
}

/** The values that can be completed; empty if any is allowed. */
export function valuesOf({ kind, choices = [] }: FlagEntry): readonly string[] {
  return kind === "boolean" ? [] : choices;
}
