/** Runs commands: as `deno task` does, under exactly their permission set, or in this process. */

import type { Command } from "../../src/cli/mod.ts";
import { encodePng } from "../../src/images/mod.ts";
import { COMMANDS } from "../../tasks/commands.ts";
import { runInProcess } from "../cli/_in_process.ts";
import { type Finished, runStray } from "../cli/_program.ts";

/** The handwritten digits that the project ships. */
export const DIGITS = new URL("../../data/digits/", import.meta.url).pathname;

/** Runs a command to its end, as a process. */
export function runTask(
  command: string,
  args: readonly string[],
  stdin = "",
): Promise<Finished> {
  return runStray([command, ...args], { stdin, deno: [`-P=${command}`] });
}

/**
 * Runs a command to its end in this process, which is much faster. A command that opens a backend must name one, as a GPU would stay open in the tests that follow.
 */
export function runHere(
  command: string,
  args: readonly string[],
  stdin = "",
): Promise<Finished> {
  return runIn(Deno.cwd(), command, args, stdin);
}

/** Does the same in a caller's folder. */
export function runIn(
  folder: string,
  command: string,
  args: readonly string[],
  stdin = "",
): Promise<Finished> {
  return runInProcess([command, ...args], { stdin, folder });
}

/** Commands that this file of tests has run as processes. */
const STARTED = new Set<string>();

/**
 * Runs a command to its end, on WebAssembly unless it names a backend: once per file of tests as a process, under
 * exactly its permission set, and then in this process.
 */
export async function runCommand(
  command: keyof typeof COMMANDS,
  args: readonly string[],
  stdin = "",
): Promise<Finished> {
  const { flags } = await COMMANDS[command].load() as Command;
  const opens = flags.includes("backend") && !args.some((arg) => arg.startsWith("--backend"));
  const all = opens ? ["--backend=wasm", ...args] : args;
  if (STARTED.has(command)) return await runHere(command, all, stdin);
  STARTED.add(command);
  return await runTask(command, all, stdin);
}

/** Creates a folder that exists during a test. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stray" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Model files by flags: tests of one file share what they train. */
const MODELS = new Map<string, Promise<Uint8Array>>();

/** Trains a small model on the shipped digits without 0, and returns its path. */
export async function trainDigits(
  folder: string,
  args: readonly string[] = ["--epochs=1"],
): Promise<string> {
  const out = `${folder}/digits.safetensors`, key = args.join("\n");
  const trained = MODELS.get(key) ?? train(out, args);
  MODELS.set(key, trained);
  await Deno.writeFile(out, await trained);
  return out;
}

async function train(out: string, args: readonly string[]): Promise<Uint8Array> {
  const { code, stderr } = await runTask("train", [
    "--data",
    `${DIGITS}train-images-idx3-ubyte.gz`,
    "--hold-out=0",
    "--seed=1",
    "--backend=wasm",
    `--out=${out}`,
    ...args,
  ]);
  if (code !== 0) throw new Error(`train ended with ${code}: ${stderr}`);
  return await Deno.readFile(out);
}

/** Writes a grey PNG whose every sample is a function of its place. */
export async function writePng(
  path: string,
  width: number,
  height: number,
  sample: (x: number, y: number) => number,
  channels: 1 | 3 = 1,
): Promise<void> {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = sample(pixel % width, Math.floor(pixel / width)) + (i % channels) * 20;
  }
  await Deno.writeFile(path, await encodePng({ width, height, channels, data, white: 255 }));
}

/** The records of NDJSON. */
export function records(stdout: string): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
