/** Runs a program of commands: from arguments to an exit code, without permission prompts. */

import { StrayError } from "../errors.ts";
import { isAbsolute, join } from "../path.ts";
import { didYouMean } from "../suggest.ts";
import { checkFileRoles, type SourceFiles } from "./_file_roles.ts";
import { Interrupted } from "./_interrupt.ts";
import { programName, reporterOn, type TerminalFacts } from "./_system.ts";
import { type Command, type CommandContext, type CommandFiles, ExitCode } from "./command.ts";
import type { FlagName } from "./flags.ts";
import { commandHelp, type CommandSummary, type HelpOptions, programHelp } from "./help.ts";
import { type Host, PROCESS } from "./host.ts";
import { BrokenPipe, BufferedLineWriter } from "./line_writer.ts";
import { parseFlags } from "./parse_flags.ts";
import type { StderrReporter } from "./reporter.ts";
import { usageError } from "./usage_error.ts";
import { VERSION } from "./version.ts";

/** A command that is loaded on demand. */
export interface CommandEntry extends CommandSummary {
  /** Loads it. */
  load(): Promise<Command>;
}

/**
 * Runs the command that the arguments name.
 *
 * The caller must end the process with the exit code: after a broken pipe or an interrupt, pending
 * work (a read of stdin, for instance) may still keep it alive.
 *
 * @param args The arguments: the name of a command, its flags and operands.
 * @param commands All commands.
 * @param sources Facts about the files of sources. @default {every file in a folder is read with it}
 * @param host Streams and surroundings of the program. @default {the process}
 * @returns The exit code: 0 done or broken pipe, 1 failed, 2 wrong usage, 3 done but some inputs failed,
 *   130 interrupted.
 */
export async function runProgram(
  args: readonly string[],
  commands: readonly CommandEntry[],
  sources: SourceFiles = {
    beside: () => Promise.resolve([]),
    isReadInFolder: () => Promise.resolve(true),
  },
  host: Host = PROCESS,
): Promise<ExitCode> {
  const stdout = new BufferedLineWriter(host.stdout);
  const [first, ...rest] = args;
  const facts = host.terminalFacts(); // before `load` gives up permissions
  const stderr = reporterOn(host.writeStderr, facts);
  const help: HelpOptions = { program: programName(), columns: host.stdoutColumns() };
  try {
    if (first === undefined) {
      programHelp(commands, help).trimEnd().split("\n").forEach((line) => stderr.info(line));
      return ExitCode.usage;
    }
    if (first === "--version" || first === "-V") {
      await stdout.write(VERSION);
    } else if (
      first === "--help" || first === "-h" || first === "help" && !/^[^-]/.test(rest[0] ?? "")
    ) {
      await stdout.writeText(programHelp(commands, help));
    } else if (first === "help") {
      const entry = findCommand(rest[0]!, commands);
      await stdout.writeText(commandHelp(await entry.load(), entry.summary, help));
    } else {
      const entry = findCommand(first, commands);
      const directory = host.callerDirectory(); // before `load` gives up permissions
      return await Promise.race([
        runEntry(entry, rest, { host, directory, facts, stdout, help, sources }),
        stdout.failure,
      ]);
    }
    await stdout.flush();
    return ExitCode.done;
  } catch (error) {
    return report(error, stderr);
  }
}

function findCommand(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const entry = commands.find((command) => command.name === name);
  if (entry !== undefined) return entry;
  if (name.startsWith("-")) {
    throw usageError(
      `Cannot use "${name}" as a command must come first`,
      "help lists the commands",
    );
  }
  const names = commands.map((command) => command.name);
  throw usageError(
    `Cannot run "${name}" as there is no such command`,
    didYouMean(name, names, `the commands are ${names.join(", ")}`),
  );
}

/** Where a command runs. */
interface Surroundings {
  readonly host: Host;
  /** The caller's folder. */
  readonly directory: string;
  readonly facts: TerminalFacts;
  readonly stdout: BufferedLineWriter;
  readonly help: HelpOptions;
  readonly sources: SourceFiles;
}

async function runEntry(
  entry: CommandEntry,
  args: readonly string[],
  { host, directory, facts, stdout, help, sources }: Surroundings,
): Promise<ExitCode> {
  const command = await entry.load();
  const { flags, operands } = parseFlags(command, args);
  if (flags.help || flags.version) {
    await stdout.writeText(flags.help ? commandHelp(command, entry.summary, help) : `${VERSION}\n`);
    await stdout.flush();
    return ExitCode.done;
  }
  const stderr = reporterOn(host.writeStderr, facts, flags.quiet, flags.color);
  let noticeTimer: ReturnType<typeof setTimeout> | undefined;
  const signals = host.listenForSignals(() => {
    const line = "interrupted: finishing, press Ctrl-C again to end at once";
    noticeTimer = setTimeout(() => stderr.info(line), 200);
  }, () => {
    const writes = command.flags.includes("checkpoint");
    stderr.info(`SIGUSR1: going on${writes ? ", with a checkpoint after this epoch" : ""}`);
  });
  const { signal, takeCheckpointRequest } = signals;
  const ask = host.terminalQuestions(stderr, signal);
  let stdin: ReadableStream<Uint8Array> | undefined;
  const resolve = (path: string) => isAbsolute(path) ? path : join(directory, path);
  const context = (files: CommandFiles): CommandContext<FlagName> => ({
    flags,
    arguments: operands,
    stdout,
    stderr,
    get stdin() {
      // Through a pipe, so that an interrupt ends a wait for input.
      return stdin ??= host.stdin.pipeThrough(new TransformStream(), { signal });
    },
    directory,
    resolve,
    signal,
    takeCheckpointRequest,
    ...ask && { ask },
    files,
  });
  try {
    const files = await checkFileRoles(command, flags, operands, resolve, sources);
    const code = await command.run(context(files));
    stderr.close();
    await stdout.flush();
    return code;
  } catch (error) {
    stderr.close();
    await stdout.flush().catch(() => {});
    return report(relativeTo(directory, args, error), stderr, signal);
  } finally {
    clearTimeout(noticeTimer);
    signals.stop();
  }
}

/**
 * The exit code for an error.
 *
 * @param error The error.
 * @returns 2 for wrong usage, else 1.
 */
export function exitCodeOf({ code }: StrayError): typeof ExitCode.usage | typeof ExitCode.failed {
  return code === "usage" || code === "label" ? ExitCode.usage : ExitCode.failed;
}

/** A failure to write, with paths in the caller's folder as the caller writes them. */
function relativeTo(directory: string, args: readonly string[], error: unknown): unknown {
  if (!(error instanceof StrayError) || error.code !== "write") return error;
  const folder = directory.replace(/\/?$/, "/");
  if (args.some((arg) => arg.includes(folder))) return error;
  const shorten = (text: string) =>
    text.replaceAll(`"${folder}`, '"').replaceAll(`"${directory}"`, '"."');
  const { message, hint, cause } = error;
  return new StrayError("write", shorten(message), { hint: hint && shorten(hint), cause });
}

/** Whether the system failed; Deno has no class for most of its errors. */
function isSystemError(error: Error): boolean {
  return /\(os error \d+\)/.test(error.message) ||
    Object.values(Deno.errors).some((type) => error instanceof type);
}

/** Permissions that another task has, by the end of the hint that names it. */
const GRANTS: Readonly<Record<string, string>> = {
  read: "--allow-read",
  write: "--allow-write",
  "use this address": "--allow-net=127.0.0.1",
};

/** A hint with the program's own name, where it is no task; it has all commands, but no other tasks. */
function asCalled(hint: string): string {
  const program = programName();
  if (program === "deno task") return hint;
  const [, grant = ""] = /^deno task .* is the same command, and may (.*)$/.exec(hint) ?? [];
  if (Object.hasOwn(GRANTS, grant)) return `start Deno with ${GRANTS[grant]}`;
  return hint.replaceAll(/\bdeno task( stray)?\b/g, program);
}

/** The remedy of an error of Deno's permissions, where the program is no task. */
function missingGrant(message: string): string | undefined {
  const [, access] = /Requires (read|write|net|env) access/.exec(message) ?? [];
  return access === undefined || programName() === "deno task"
    ? undefined
    : `start Deno with --allow-${access}`;
}

/** Prints an error and returns its exit code. */
function report(error: unknown, stderr: StderrReporter, signal?: AbortSignal): ExitCode {
  if (error instanceof BrokenPipe) return ExitCode.done;
  if (error instanceof Interrupted) return ExitCode.interrupted;
  if (signal?.aborted && error instanceof DOMException && error.name === "AbortError") {
    return ExitCode.interrupted;
  }
  if (error instanceof StrayError) {
    stderr.error(
      error.message,
      missingGrant(error.message) ?? (error.hint && asCalled(error.hint)),
    );
    return exitCodeOf(error);
  }
  if (error instanceof Error && isSystemError(error)) {
    stderr.error(`Cannot go on as ${error.message}`);
    return ExitCode.failed;
  }
  stderr.fault(error);
  return ExitCode.failed;
}
