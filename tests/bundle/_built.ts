/** The bundle, built once per test file, and programs that run from it alone. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { permissionsFor } from "../../tasks/permissions.ts";
import { DIGITS } from "../commands/_task.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The result of a process, its output as bytes. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; stdin?: string; clearEnv?: boolean } = {},
): Promise<Output> {
  const { cwd = ROOT, env = {}, stdin = "", clearEnv = false } = options;
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    clearEnv,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await fed;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a task of the build, in the folder of what is built. */
export function runBuild(
  task: "build" | "compile" | "pack",
  dist: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Output> {
  const flags = ["run", "-A", "--no-check", "--unstable-raw-imports", `tasks/build/${task}.ts`];
  return runProgram(Deno.execPath(), [...flags, "--dist", dist, ...args], { env });
}

let built: Promise<string> | undefined;

/** Uses the folder of the bundle, which is built once per file of tests, and ends with it. */
export async function withBundle(use: (dist: string) => Promise<void>): Promise<void> {
  await use(await (built ??= buildOnce()));
}

async function buildOnce(): Promise<string> {
  const dist = await Deno.makeTempDir({ prefix: "stray" });
  addEventListener("unload", () => Deno.removeSync(dist, { recursive: true }));
  const { code, stderr } = await runBuild("build", dist);
  if (code !== 0) throw new Error(`build ended with ${code}: ${stderr}`);
  return dist;
}

/** Packs what a folder holds, and returns the path of the tarball. */
export async function pack(dist: string): Promise<string> {
  const { code, stdout, stderr } = await runBuild("pack", dist, ["--no-build"]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

/** The output of a program that must end well. */
export async function output(...command: [string, ...string[]]): Promise<string> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await runProgram(program, args);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

/** A folder with nothing but what programs write, and the two programs that can run there. */
export class Place {
  readonly folder: string;
  readonly #dist: string;

  constructor(folder: string, dist: string) {
    this.folder = folder;
    this.#dist = dist;
  }

  /**
   * Runs the bundle without network, with a cache that only it has filled. It may read this folder, the shipped digits
   * and itself; write this folder; and of these only what its command may, less some permissions.
   */
  async bundle(
    args: readonly string[],
    { stdin = "", readsItself = true, without = "" } = {},
  ): Promise<Output> {
    const entry: TaskEntry | undefined = COMMANDS[args[0] as keyof typeof COMMANDS];
    const program = `${this.#dist}/stray.js`;
    const paths = {
      read: [this.folder, DIGITS, ...(readsItself ? [program] : [])],
      write: [this.folder],
    };
    const granted = entry ? permissionsFor(entry, args) : [];
    const allowed = Object.entries(paths).filter(([kind]) =>
      granted.includes(kind as "read") && kind !== without
    );
    const flags = ["run", "--no-prompt", "--cached-only", "--no-config", ...V8];
    return await runProgram(
      Deno.execPath(),
      [...flags, ...allowed.map(([kind, all]) => `--allow-${kind}=${all}`), program, ...args],
      { cwd: this.folder, env: { DENO_DIR: `${this.#dist}/cache` }, stdin },
    );
  }
}

const V8 = ["--v8-flags=--experimental-wasm-revectorize"];

/** All files below a folder, by their paths in it. */
export async function readTree(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      const below = await readTree(`${folder}/${name}`);
      for (const [path, bytes] of below) files.set(`${name}/${path}`, bytes);
    } else files.set(name, await Deno.readFile(`${folder}/${name}`));
  }
  return new Map([...files].toSorted(([a], [b]) => a < b ? -1 : 1));
}
