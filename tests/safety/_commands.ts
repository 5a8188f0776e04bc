/**
 * Runs commands in this process, by the words that a user types: what the tests here know of the program
 * are its commands, flags and files, not its modules.
 */

import assert from "node:assert/strict";
import { type Command, type CommandContext, type FlagName, parseFlags } from "../../src/cli/mod.ts";
import { command as infoCommand } from "../../tasks/info.ts";
import { command as scoreCommand } from "../../tasks/score.ts";
import { command as summaryCommand } from "../../tasks/summary.ts";
import { command as trainCommand } from "../../tasks/train.ts";

/** How a command is run. */
export interface CommandOptions {
  /** Called with every line that the command says on stderr, before it goes on. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command to its end, which must be 0; what it wrote to stdout. */
async function run(
  command: Command,
  args: readonly string[],
  { onLine = () => {} }: CommandOptions = {},
): Promise<string> {
  const { flags, operands } = parseFlags(command, args);
  let text = "";
  const said: string[] = [];
  const tell = (line: string) => {
    said.push(line);
    onLine(line);
  };
  const context: CommandContext<FlagName> = {
    flags,
    arguments: operands,
    stdout: {
      write: (line) => Promise.resolve(void (text += `${line}\n`)),
      writeText: (more) => Promise.resolve(void (text += more)),
      writeBytes: () => Promise.reject(new Error("bytes on stdout")),
      flush: () => Promise.resolve(),
    },
    stderr: { info: tell, warn: tell, error: tell, progress: () => {} },
    stdin: new ReadableStream(),
    directory: Deno.cwd(),
    resolve: (path) => path,
    signal: new AbortController().signal,
  };
  assert.equal(await command.run(context), 0, said.join("\n"));
  return text;
}

/** Runs `train`. */
export async function train(args: readonly string[], options?: CommandOptions): Promise<void> {
  await run(trainCommand, args, options);
}

/** The JSON output of `summary`. */
export async function summary(args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run(summaryCommand, ["--json", ...args])) as Record<string, unknown>;
}

/** Fields of the output of `info`. */
interface Info {
  readonly score: string;
  readonly scores: readonly string[];
  readonly training: { readonly bestEpoch: number };
}

/** The JSON output of `info`. */
export async function info(model: string): Promise<Info> {
  return JSON.parse(await run(infoCommand, ["--json", model])) as Info;
}

/** The scores that a model file offers, its own first unless it combines several. */
export async function offeredScores(model: string): Promise<string[]> {
  const { score, scores } = await info(model);
  return scores.includes(score) ? [score, ...scores.filter((name) => name !== score)] : [...scores];
}

/** The verdict of `score` on an image. */
export interface Verdict {
  readonly score: number;
  readonly p: number;
}

/** Scores images with a model; by the model's own score if no name is given. */
export async function score(
  model: string,
  name: string | undefined,
  args: readonly string[],
): Promise<Verdict[]> {
  const named = name === undefined ? [] : [`--score=${name}`];
  const text = await run(scoreCommand, ["--model", model, ...named, "--backend=wasm", ...args]);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Verdict);
}
