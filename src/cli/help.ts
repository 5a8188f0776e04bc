/** Help texts, made from the tables of commands and flags; at most 80 columns wide. */

import type { Command } from "./command.ts";
import type { FlagEntry } from "./flag_entry.ts";
import { COMMON_FLAGS, type FlagName, FLAGS } from "./flags.ts";

const COLUMNS = 80;

/** What the list of commands says of one. */
export interface CommandSummary {
  /** What follows `deno task` or `stray`. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
}

/**
 * The help of one command.
 *
 * @param command The command.
 * @param program How the program is called: `deno task` or `stray`.
 * @returns Text that ends with a newline.
 *
 * @example
 * ```ts
 * import { commandHelp } from "./help.ts";
 *
 * const help = commandHelp({ name: "info", summary: "…", flags: ["model"], examples: [] }, "stray");
 * if (!help.includes("      --model FILE  the model file\n")) throw new Error("unexpected help");
 * ```
 */
export function commandHelp<F extends FlagName>(
  command: Omit<Command<F>, "run">,
  program: string,
): string {
  const { name, summary, operands, notes = [], examples } = command;
  const taken = operands === undefined ? "" : ` ${usage(operands.name, operands.least)}`;
  const rows = [...new Set<FlagName>([...command.flags, ...COMMON_FLAGS])].map((flag) => {
    const entry: FlagEntry = FLAGS[flag];
    const own = (command.help as { readonly [K in FlagName]?: string } | undefined)?.[flag];
    return [flagForm(flag, entry), own ?? entry.help] as const;
  });
  const sections = [
    wrap(`${summary}`, 0),
    `Usage: ${program} ${name} [flags]${taken}\n`,
    ...(operands === undefined ? [] : [table([[operands.name, operands.help]])]),
    `Flags:\n${table(rows)}`,
    ...notes.map((note) => wrap(note, 0)),
  ];
  if (examples.length > 0) {
    const lines = examples.map((line) => line.split(" ")[0] === name ? `deno task ${line}` : line);
    sections.push(`Examples:\n${lines.map((line) => example(line, program)).join("")}`);
  }
  return sections.join("\n");
}

/**
 * The list of all commands.
 *
 * @param commands The commands.
 * @param program How the program is called: `deno task` or `stray`.
 * @returns Text that ends with a newline.
 *
 * @example
 * ```ts
 * import { programHelp } from "./help.ts";
 *
 * const help = programHelp([{ name: "info", summary: "what is in a model file" }], "stray");
 * if (!help.includes("  info  what is in a model file\n")) throw new Error("unexpected help");
 * ```
 */
export function programHelp(commands: readonly CommandSummary[], program: string): string {
  return [
    "Finds the images that do not belong.\n",
    `Usage: ${program} COMMAND [flags] [arguments]\n`,
    `Commands:\n${table(commands.map(({ name, summary }) => [name, summary]))}`,
    `${program} COMMAND --help tells more of a command.\n`,
  ].join("\n");
}

function usage(name: string, least: number): string {
  const many = name.endsWith("...") ? name : `${name}...`;
  return least > 0 ? many : `[${many}]`;
}

function flagForm(name: FlagName, { short, placeholder }: FlagEntry): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  return `${letter}--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) => `  ${name}`.padEnd(left) + wrap(text, left)).join("");
}

/** Breaks a text into lines; all but the first are indented. */
function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return `${[...lines, line].join(`\n${" ".repeat(indent)}`)}\n`;
}

/** A command line; a long one is broken behind its pipes and before its flags, as a shell takes it. */
function example(line: string, program: string): string {
  const called = `  ${line.replaceAll(/\bdeno task\b/g, program)}`;
  if (called.length <= COLUMNS) return `${called}\n`;
  const lines = called.replaceAll(" | ", " |\n    ").split("\n").map((part) => {
    const at = part.lastIndexOf(" --", COLUMNS - 2);
    return part.length <= COLUMNS || at < 0
      ? part
      : `${part.slice(0, at)} \\\n     ${part.slice(at)}`;
  });
  return `${lines.join("\n")}\n`;
}
