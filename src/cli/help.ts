/** Help texts, made from the tables of commands and flags. */

import { operandForm } from "./_documented.ts";
import type { Command } from "./command.ts";
import { commandFlag, flagNames } from "./command_flag.ts";
import type { FlagEntry } from "./flag_entry.ts";
import { FLAG_GROUPS, type FlagName } from "./flags.ts";

/** Width where there is no terminal. */
const COLUMNS = 80;
/** Narrower terminals break lines themselves. */
const MIN_COLUMNS = 40;
/** Longer lines are hard to read. */
const MAX_COLUMNS = 120;

/** A line of the list of commands. */
export interface CommandSummary {
  /** The word that follows `deno task` or `stray`. */
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
}

/** How a help text is written. */
export interface HelpOptions {
  /** Name of the program: `deno task` or `stray`. */
  readonly program: string;
  /** Width of the terminal in columns; 40 to 120 of them are used. @default {80} */
  readonly columns?: number | undefined;
}

/**
 * Writes the help of one command, its flags in groups.
 *
 * @param command The command.
 * @param summary Its summary, in one line.
 * @param options Program name and width.
 * @returns Text that ends with a newline.
 *
 * @example
 * ```ts
 * import { commandHelp } from "./help.ts";
 *
 * const command = { name: "info", flags: ["model"], examples: [] } as const;
 * const help = commandHelp(command, "show a model", { program: "stray" });
 * const wanted = "Model:\n      --model FILE  the model file\n";
 * if (!help.includes(wanted)) throw new Error("unexpected help");
 * ```
 */
export function commandHelp<F extends FlagName>(
  command: Omit<Command<F>, "run">,
  summary: string,
  { program, columns }: HelpOptions,
): string {
  const { name, operands, notes = [], examples } = command;
  const width = widthOf(columns);
  const taken = operands === undefined ? "" : ` ${operandForm(operands)}`;
  const names = new Set<string>(flagNames(command));
  const groups = Object.entries(FLAG_GROUPS).map(([group, flags]) => {
    const rows = Object.keys(flags).filter((flag) => names.has(flag)).map((flag) => {
      const entry = commandFlag(command, flag as FlagName);
      return [flagForm(flag, entry), entry.help] as const;
    });
    return { title: `${group[0]!.toUpperCase()}${group.slice(1)}`, rows };
  }).filter(({ rows }) => rows.length > 0);
  const indent = indentOf(groups.flatMap(({ rows }) => rows));
  const sections = [
    wrap(summary, 0, width),
    `Usage: ${program} ${name} [flags]${taken}\n`,
    ...(operands === undefined ? [] : [table([[operands.name, operands.help]], width)]),
    ...groups.map(({ title, rows }) => `${title}:\n${table(rows, width, indent)}`),
    ...notes.map((note) => wrap(note, 0, width)),
  ];
  if (examples.length > 0) {
    const lines = examples.map((line) => line.split(" ")[0] === name ? `deno task ${line}` : line);
    sections.push(`Examples:\n${lines.map((line) => example(line, program, width)).join("")}`);
  }
  return sections.join("\n");
}

/**
 * Writes the list of all commands.
 *
 * @param commands The commands.
 * @param options Program name and width.
 * @returns Text that ends with a newline.
 *
 * @example
 * ```ts
 * import { programHelp } from "./help.ts";
 *
 * const help = programHelp([{ name: "info", summary: "show a model" }], { program: "stray" });
 * if (!help.includes("  info  show a model\n")) throw new Error("unexpected help");
 * ```
 */
export function programHelp(
  commands: readonly CommandSummary[],
  { program, columns }: HelpOptions,
): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    "Finds the images that do not belong.\n",
    `Usage: ${program} COMMAND [flags] [arguments]\n`,
    `Commands:\n${table(rows, widthOf(columns))}`,
    `${program} COMMAND --help prints the flags of a command.\n`,
  ].join("\n");
}

function widthOf(columns = COLUMNS): number {
  return Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns));
}

function flagForm(name: string, { short, placeholder }: FlagEntry): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  return `${letter}--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`;
}

type Rows = readonly (readonly [left: string, text: string])[];

function indentOf(rows: Rows): number {
  return Math.max(...rows.map(([left]) => left.length)) + 4;
}

function table(rows: Rows, width: number, indent: number = indentOf(rows)): string {
  return rows.map(([left, text]) => `  ${left}`.padEnd(indent) + wrap(text, indent, width)).join(
    "",
  );
}

/** Breaks a text into lines; all but the first are indented. */
function wrap(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return `${[...lines, line].join(`\n${" ".repeat(indent)}`)}\n`;
}

/** A command line; a long one is broken after its pipes and before its flags, as a shell allows. */
function example(line: string, program: string, width: number): string {
  const called = `  ${line.replaceAll(/\bdeno task\b/g, program)}`;
  if (called.length <= width) return `${called}\n`;
  const lines = called.replaceAll(" | ", " |\n    ").split("\n").map((part) => {
    const at = part.lastIndexOf(" --", width - 2);
    return part.length <= width || at < 0
      ? part
      : `${part.slice(0, at)} \\\n     ${part.slice(at)}`;
  });
  return `${lines.join("\n")}\n`;
}
