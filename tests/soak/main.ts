/**
 * `deno task soak`: memory over a long time, which the tests have none for.
 *
 * Scores 100,000 files in one stream, and opens, uses and frees a model 1,000 times; prints the resident
 * memory as it goes and its slope. Fails where memory grows. Numbers as arguments shorten it:
 * `deno task soak FILES ROUNDS`.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import { Detector } from "../../src/detection/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { encodePng } from "../../src/images/mod.ts";
import { slope } from "./slope.ts";

const [FILES = 100_000, ROUNDS = 1000] = Deno.args.map(Number);
/** Different images; the list repeats them. */
const IMAGES = 1000;
/** Growth that is none: measured memory moves by this much, MB. */
const MOST_GROWTH = { stream: 40, rounds: 20 };

const DIGITS = fileURLToPath(
  new URL("../../data/digits/train-images-idx3-ubyte.gz", import.meta.url),
);

async function print(line: string): Promise<void> {
  await new Blob([`${line}\n`]).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
}

/** A process of a task, as `deno task` starts it. */
function task(name: "train" | "score", args: readonly string[]): Deno.ChildProcess {
  const [, ...command] = configuration.tasks[name].command.split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function makeInputs(folder: string): Promise<{ model: string; paths: string[] }> {
  const model = `${folder}/m.safetensors`;
  const train = task("train", [`--data=${DIGITS}`, "--epochs=1", "--model=vae", `--out=${model}`]);
  await train.stdin.close();
  const { code } = await train.output();
  if (code !== 0) throw new StrayError("model", `Cannot soak as train ended with ${code}`);
  const paths: string[] = [];
  for (let i = 0; i < IMAGES; i++) {
    const data = Uint8Array.from({ length: 64 }, (_, pixel) => (i * 7 + pixel * pixel) % 256);
    paths.push(`${folder}/${i}.png`);
    await Deno.writeFile(
      paths[i]!,
      await encodePng({ width: 8, height: 8, channels: 1, data, white: 255 }),
    );
  }
  return { model, paths };
}

/** Resident memory of a process, MB; NaN where the system does not tell. */
async function residentMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

/** Scores a long list; returns the growth of memory over its second half, MB. */
async function soakStream(model: string, paths: readonly string[]): Promise<number> {
  const score = task("score", ["--quiet", "--backend=wasm", `--model=${model}`, "-"]);
  const list = `${paths.join("\n")}\n`;
  const feed = async () => {
    const writer = score.stdin.getWriter(), bytes = new TextEncoder().encode(list);
    for (let sent = 0; sent < FILES; sent += paths.length) await writer.write(bytes);
    await writer.close();
  };
  const fed = feed();
  const at: number[] = [], memory: number[] = [];
  let lines = 0;
  for await (const chunk of score.stdout) {
    lines += chunk.reduce((sum, byte) => sum + Number(byte === 10), 0);
    if (lines < FILES / 2 || lines - (at.at(-1) ?? 0) < FILES / 50) continue;
    at.push(lines);
    memory.push(await residentMb(score.pid));
    await print(`${lines} files: ${memory.at(-1)!.toFixed(0)} MB`);
  }
  await fed;
  if (lines < FILES) throw new StrayError("input", `Cannot soak as only ${lines} lines came`);
  return slope(at, memory) * FILES / 2;
}

/** Opens, uses and frees a model many times; returns the growth of memory over the second half, MB. */
async function soakRounds(path: string): Promise<number> {
  const bytes = await Deno.readFile(path), at: number[] = [], memory: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const detector = await Detector.open(bytes, { backend: "wasm" });
    await detector.scores(new Float32Array(4 * detector.inputSize).fill(0.4), 4);
    detector.dispose();
    if (round < ROUNDS / 2 || round % Math.max(1, Math.floor(ROUNDS / 20)) !== 0) continue;
    at.push(round);
    memory.push(Deno.memoryUsage().rss / 2 ** 20);
    await print(`${round} rounds: ${memory.at(-1)!.toFixed(0)} MB`);
  }
  return slope(at, memory) * ROUNDS / 2;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "stray-soak" });
  try {
    const { model, paths } = await makeInputs(folder);
    const growth = { stream: await soakStream(model, paths), rounds: await soakRounds(model) };
    const failed = growth.stream > MOST_GROWTH.stream || growth.rounds > MOST_GROWTH.rounds;
    await print(
      `growth over the second half: ${growth.stream.toFixed(1)} MB in ${FILES / 2} files, ` +
        `${growth.rounds.toFixed(1)} MB in ${ROUNDS / 2} rounds: ${failed ? "too much" : "none"}`,
    );
    Deno.exitCode = failed ? 1 : 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
