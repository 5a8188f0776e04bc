/** Parses a command line into the values of flags, checked against the table. */

import type { StrayError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { type FlagToken, tokenize } from "./_tokens.ts";
import { emptyValue, parseValue } from "./_value.ts";
import type { Command } from "./command.ts";
import { commandFlag, type FlagChanges, flagNames } from "./command_flag.ts";
import type { FlagEntry } from "./flag_entry.ts";
import { type COMMON_FLAGS, type FlagName, FLAGS, type FlagValues } from "./flags.ts";
import { usageError } from "./usage_error.ts";

/** A parsed command line. */
export interface ParsedArguments<F extends FlagName> {
  /** The command's flags and the common ones; undefined, false or empty if not given. */
  readonly flags: FlagValues<F | typeof COMMON_FLAGS[number]>;
  /** Everything else, in order. */
  readonly operands: readonly string[];
}

/**
 * Parses the arguments of a command.
 *
 * `--flag value` and `--flag=value` are the same, `-q0` is `-q -0`, `--` ends the flags, `-` is an
 * operand. A value that begins with a dash must follow `=`, unless it is `-` or a number for a numeric
 * flag. If `--help` or `--version` is given, nothing else is checked.
 *
 * @param command The command: its name, its flags and its operands.
 * @param args The arguments that follow the name of the command.
 * @returns Flags and operands.
 * @throws {StrayError} `usage` If a flag is unknown, repeated, without a value or with a wrong one, or
 * if operands are too few, too many or not allowed.
 *
 * @example
 * ```ts
 * import { parseFlags } from "./parse_flags.ts";
 *
 * const command = { name: "train", flags: ["epochs", "beta"] } as const;
 * const { flags } = parseFlags(command, ["--epochs=3", "--beta", "0.5", "--quiet"]);
 * if (flags.epochs !== 3 || flags.beta !== 0.5 || !flags.quiet) throw new Error("unexpected flags");
 * ```
 */
export function parseFlags<F extends FlagName>(
  command: Pick<Command<F>, "name" | "flags" | "operands" | "bare" | "choices">,
  args: readonly string[],
): ParsedArguments<F> {
  const changes: FlagChanges = { bare: command.bare, choices: command.choices };
  const names = flagNames(command);
  const tokens = tokenize(args, command.bare);
  const values = new Map<string, unknown>(names.map((name) => [name, emptyValue(FLAGS[name])]));
  const asked = tokens.find((token) =>
    token.kind === "flag" && !token.inline && ["help", "version"].includes(token.name)
  );
  if (asked?.kind === "flag") {
    values.set(asked.name, true);
    return { flags: Object.fromEntries(values) as ParsedArguments<F>["flags"], operands: [] };
  }
  const operands: string[] = [], seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "operand") {
      operands.push(token.value);
      continue;
    }
    const name = names.find((name) => name === token.name);
    if (name === undefined) throw unknownFlag(command.name, token, names);
    const flag = commandFlag(changes, name);
    if (seen.has(name) && flag.kind !== "strings") throw repeatedFlag(command.name, token, flag);
    seen.add(name);
    const parsed = parseValue(command.name, token, flag);
    const value = changes.bare?.includes(name) ? "" : parsed;
    values.set(name, flag.kind === "strings" ? [...values.get(name) as string[], value] : value);
  }
  checkOperands(command, operands);
  return { flags: Object.fromEntries(values) as ParsedArguments<F>["flags"], operands };
}

/** A hint lists so many names of flags. */
const MAX_NAMES = 20;

function unknownFlag(command: string, token: FlagToken, names: readonly FlagName[]): StrayError {
  const all = names.length > MAX_NAMES
    ? "--help lists its flags"
    : `it takes ${names.map((name) => `--${name}`).join(" ")}`;
  const file = /[./]/.test(token.name);
  return usageError(
    `Cannot run "${command}" as it takes no ${token.written}`,
    file
      ? `write ./${token.written} for a file whose name begins with a dash`
      : token.written.startsWith("--")
      ? didYouMean(token.name, names, all, "--")
      : all,
  );
}

function repeatedFlag(command: string, { name, written }: FlagToken, flag: FlagEntry): StrayError {
  return usageError(
    `Cannot run "${command}" as ${written} is given twice`,
    flag.kind === "list" ? `separate the values by commas: --${name} A,B` : "give it once",
  );
}

function checkOperands(
  { name, operands }: Pick<Command, "name" | "operands">,
  given: readonly string[],
): void {
  if (operands === undefined && given.length > 0) {
    throw usageError(`Cannot run "${name}" as it takes flags only: found "${given[0]}"`);
  }
  if (operands !== undefined && given.length < operands.least) {
    throw usageError(
      `Cannot run "${name}" as it needs at least ${operands.least} ${operands.name}: found ${given.length}`,
      `${operands.name}: ${operands.help}`,
    );
  }
  if (given.length > (operands?.most ?? Infinity)) {
    throw usageError(
      `Cannot run "${name}" as it takes at most ${operands!.most} ${
        operands!.name
      }: found ${given.length}`,
      `${operands!.name}: ${operands!.help}`,
    );
  }
}
