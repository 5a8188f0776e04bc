/** Runs commands in this process, which is much faster than processes of their own. */

import type { Command, CommandContext, FlagName } from "../../src/cli/mod.ts";
import { keepLines, runLine } from "../../tasks/_pipeline.ts";
import { runStray } from "../cli/_program.ts";

/** Commands that give up the right to write, for good. */
const GIVE_UP = ["embed", "simulate", "merge"];

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of progress, where the command runs in this process. */
  readonly progress?: readonly string[];
}

/**
 * Runs a command: in this process, unless that gives up its right to write.
 *
 * @param directory The caller's folder.
 * @throws The command's error, where it runs in this process.
 */
export async function run<F extends FlagName>(
  command: Command<F>,
  args: readonly string[],
  directory: string,
  stdin = "",
): Promise<Ended> {
  if (GIVE_UP.includes(command.name)) {
    const deno = [`-P=${command.name}`];
    return await runStray([command.name, ...args], { deno, stdin, folder: directory });
  }
  const kept = keepLines();
  let stderr = "";
  const progress: string[] = [];
  const say = (line: string) => void (stderr += `${line}\n`);
  const code = await runLine(command, args, {
    flags: {} as CommandContext["flags"],
    arguments: [],
    stdout: kept.writer,
    stderr: {
      info: say,
      warn: say,
      error: say,
      progress: (line) => void progress.push(line ?? ""),
    },
    stdin: new Blob().stream(),
    directory,
    resolve: (path) => path.startsWith("/") ? path : `${directory}/${path}`,
    signal: new AbortController().signal,
  }, { stdin: new TextEncoder().encode(stdin) });
  return { code, stdout: new TextDecoder().decode(await kept.bytes()), stderr, progress };
}
