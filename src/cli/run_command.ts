/** Runs a program of commands: arguments in, an exit code out, never a permission prompt. */

import { isAbsolute, join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { Interrupted, listenForInterrupt } from "./_interrupt.ts";
import { callerDirectory, programName, systemReporter } from "./_system.ts";
import { type Command, type CommandContext, ExitCode } from "./command.ts";
import type { FlagName } from "./flags.ts";
import { commandHelp, type CommandSummary, programHelp } from "./help.ts";
import { BrokenPipe, BufferedLineWriter } from "./line_writer.ts";
import { parseFlags } from "./parse_flags.ts";
import type { StderrReporter } from "./reporter.ts";
import { suggest } from "../suggest.ts";
import { VERSION } from "./version.ts";

/** A command that is loaded when it is asked for. */
export interface CommandEntry extends CommandSummary {
  /** Loads it. */
  load(): Promise<Command>;
}

/**
 * Runs the command that the arguments name.
 *
 * The caller must end the process with the code, as work that a broken pipe or an interrupt left
 * behind may still be waiting (for stdin, say).
 *
 * @param args The arguments: the name of a command, its flags and operands.
 * @param commands All commands.
 * @returns The exit code: 0 done or broken pipe, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function runProgram(
  args: readonly string[],
  commands: readonly CommandEntry[],
): Promise<ExitCode> {
  const stdout = new BufferedLineWriter(Deno.stdout.writable);
  const [name, ...rest] = args;
  const stderr = systemReporter(false);
  try {
    if (name === undefined) {
      programHelp(commands, programName()).trimEnd().split("\n").forEach((line) =>
        stderr.info(line)
      );
      return ExitCode.usage;
    }
    if (name === "--help" || name === "-h") {
      await stdout.writeText(programHelp(commands, programName()));
    } else if (name === "--version") {
      await stdout.write(VERSION);
    } else {
      const entry = findCommand(name, commands);
      const directory = callerDirectory(); // before `load` gives permissions away
      return await Promise.race([runEntry(entry, rest, directory, stdout), stdout.failure]);
    }
    await stdout.flush();
    return ExitCode.done;
  } catch (error) {
    return report(error, stderr);
  }
}

function findCommand(
  name: string,
  commands: readonly CommandEntry[],
): CommandEntry {
  const entry = commands.find((command) => command.name === name);
  if (entry !== undefined) return entry;
  const names = commands.map((command) => command.name);
  const near = suggest(name, names);
  throw new StrayError("usage", `Cannot run "${name}" as there is no such command`, {
    hint: near === undefined ? `the commands are ${names.join(", ")}` : `did you mean ${near}`,
  });
}

async function runEntry(
  entry: CommandEntry,
  args: readonly string[],
  directory: string,
  stdout: BufferedLineWriter,
): Promise<ExitCode> {
  const command = await entry.load();
  const { flags, operands } = parseFlags(command, args);
  if (flags.help || flags.version) {
    await stdout.writeText(flags.help ? commandHelp(command, programName()) : `${VERSION}\n`);
    await stdout.flush();
    return ExitCode.done;
  }
  const stderr = systemReporter(flags.quiet);
  let patience: ReturnType<typeof setTimeout> | undefined;
  const interrupt = listenForInterrupt(() => {
    const line = "interrupted: finishing, press Ctrl-C again to end at once";
    patience = setTimeout(() => stderr.info(line), 200);
  });
  const { signal } = interrupt;
  let stdin: ReadableStream<Uint8Array> | undefined;
  const context: CommandContext<FlagName> = {
    flags,
    arguments: operands,
    stdout,
    stderr,
    get stdin() {
      // Piped, so that an interrupt ends the wait for a line that does not come.
      return stdin ??= Deno.stdin.readable.pipeThrough(new TransformStream(), { signal });
    },
    directory,
    resolve: (path) => isAbsolute(path) ? path : join(directory, path),
    signal,
  };
  try {
    const code = await command.run(context);
    stderr.close();
    await stdout.flush();
    return code;
  } catch (error) {
    stderr.close();
    await stdout.flush().catch(() => {});
    return report(error, stderr, signal);
  } finally {
    clearTimeout(patience);
    interrupt.stop();
  }
}

/**
 * The exit code for a failure.
 *
 * @param error What went wrong.
 * @returns 2 for wrong usage, else 1.
 */
export function exitCodeOf({ code }: StrayError): typeof ExitCode.usage | typeof ExitCode.failed {
  return code === "usage" || code === "label" ? ExitCode.usage : ExitCode.failed;
}

/** Says what went wrong, and gives the exit code for it. */
function report(error: unknown, stderr: StderrReporter, signal?: AbortSignal): ExitCode {
  if (error instanceof BrokenPipe) return ExitCode.done;
  if (error instanceof Interrupted) return ExitCode.interrupted;
  if (signal?.aborted && error instanceof DOMException && error.name === "AbortError") {
    return ExitCode.interrupted;
  }
  if (error instanceof StrayError) {
    stderr.error(error.message, error.hint);
    return exitCodeOf(error);
  }
  if (error instanceof Error && Object.values(Deno.errors).some((type) => error instanceof type)) {
    stderr.error(`Cannot go on as ${error.message}`);
    return ExitCode.failed;
  }
  stderr.fault(error);
  return ExitCode.failed;
}
