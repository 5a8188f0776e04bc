/** The man page, made from the tables of commands and flags. */

import { type DocumentedCommand, flagsOf, operandForm } from "./_documented.ts";
import { ExitCode } from "./command.ts";
import { VERSION } from "./version.ts";

/** Meanings of the exit codes. */
const EXITS: readonly (readonly [number, string])[] = [
  [ExitCode.done, "done; also if the reader of standard output went away"],
  [ExitCode.failed, "it could not be done"],
  [ExitCode.usage, "wrong usage"],
  [ExitCode.someFailed, "done, but more inputs failed than --max-errors allows"],
  [ExitCode.interrupted, "interrupted by Ctrl-C or a signal"],
];

/** Environment variables and what they do. */
const VARIABLES: readonly (readonly [string, string])[] = [
  ["NO_COLOR", "no colours, unless --color always"],
  ["FORCE_COLOR", "colours also where standard error is no terminal; 0 for none"],
  ["TERM", "dumb: a terminal without escape codes"],
  ["SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX", "the part that --shard auto does"],
];

/**
 * Writes the man page.
 *
 * @param commands All commands.
 * @returns Text for `man`, in the man macros of roff.
 *
 * @example
 * ```ts
 * import { manPage } from "./man_page.ts";
 *
 * const command = { name: "info", flags: ["backend"], examples: [] } as const;
 * const page = manPage([{ summary: "show a model", command }]);
 * if (!page.startsWith('.TH "STRAY" "1"')) throw new Error("unexpected page");
 * ```
 */
export function manPage(commands: readonly DocumentedCommand[]): string {
  return [
    `.TH "STRAY" "1" "" "stray ${VERSION}" "User Commands"`,
    ".SH NAME",
    roff("stray - finds the images that do not belong"),
    ".SH SYNOPSIS",
    ".B stray\n.I COMMAND\n[flags] [arguments]",
    ".SH DESCRIPTION",
    roff(
      "stray learns from normal images and streams an anomaly score and a p-value per image, as one line " +
        "of JSON on standard output. Everything else goes to standard error.",
    ),
    ".SH COMMANDS",
    ...commands.map(section),
    ".SH EXIT STATUS",
    ...EXITS.map(([code, text]) => item(String(code), text)),
    ".SH ENVIRONMENT",
    ...VARIABLES.map(([name, text]) => item(name, text)),
    "",
  ].join("\n");
}

function section({ command, summary }: DocumentedCommand): string {
  const { name, operands, notes = [], examples } = command;
  const taken = operands === undefined ? "" : ` ${operandForm(operands)}`;
  return [
    `.SS "stray ${name} [flags]${roff(taken)}"`,
    `${roff(summary)}.`,
    ...operands ? [item(operands.name, operands.help)] : [],
    ...flagsOf(command).map(({ name, entry }) => {
      const short = entry.short === undefined ? "" : `-${entry.short}, `;
      const value = entry.placeholder === undefined ? "" : ` ${entry.placeholder}`;
      return item(`${short}--${name}${value}`, entry.help);
    }),
    ...notes.map((note) => `.PP\n${roff(note)}`),
    ...examples.length > 0 ? [".PP\nExamples:", ".EX", ...examples.map(example), ".EE"] : [],
  ].join("\n");
}

function item(head: string, text: string): string {
  return `.TP\n.B ${roff(head)}\n${roff(text)}`;
}

function example(line: string): string {
  const called = /^(deno task|[a-z]+ .*\|)/.test(line) ? line : `stray ${line}`;
  return roff(called.replaceAll(/\bdeno task( stray)?\b/g, "stray"));
}

/** Text that roff shows as it is. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti").replace(/^[.']/, "\\&$&");
}
