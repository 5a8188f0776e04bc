import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { trainDigits, withFolder, writePng } from "./_task.ts";

/** What a run of `score -` was like. */
interface Run {
  readonly paths: string[];
  readonly firstLineMs: number;
  /** Largest resident memory, in kB, as Linux tells it. */
  readonly peakKb: number;
}

/** Scores the paths of a list on stdin. */
async function score(model: string, list: readonly string[], workers: number): Promise<Run> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: configuration.tasks.score.command.split(" ").slice(1)
      .concat(["--quiet", "--backend=wasm", `--workers=${workers}`, "--model", model, "-"]),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const fed = new Blob(list.map((path) => `${path}\n`)).stream().pipeTo(child.stdin);
  let text = "", firstLineMs = 0, peakKb = 0;
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    firstLineMs ||= performance.now() - began;
    text += piece;
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }
  await fed;
  assert.equal((await child.status).code, 0);
  const paths = text.trimEnd().split("\n").map((line) => JSON.parse(line).path as string);
  return { paths, firstLineMs, peakKb };
}

/** Writes many small images; their paths. */
async function writeImages(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (let i = 0; i < 1000; i++) {
    files.push(`${folder}/${i}.png`);
    await writePng(files[i]!, 8, 8, (x, y) => (i * 7 + x * y) % 256);
  }
  return files;
}

/** A list of any length. */
function repeat(files: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => files[(i * 7) % files.length]!);
}

Deno.test({
  name: "10,000 images are scored in order, in the memory of 1,000, and the first comes at once",
  ignore: Deno.build.os !== "linux", // memory is read from /proc
  fn: async () => {
    await withFolder(async (folder) => {
      const model = await trainDigits(folder);
      const files = await writeImages(folder), many = repeat(files, 10_000);
      const small = await score(model, files, 1), large = await score(model, many, 1);
      assert.deepEqual(small.paths, files);
      assert.deepEqual(large.paths, many);
      const growth = large.peakKb / small.peakKb;
      assert.ok(growth < 1.2, `peak memory ${small.peakKb} kB, then ${large.peakKb} kB`);
      // The better of two, as the machine may be busy with other things.
      const firstMs = Math.min(small.firstLineMs, large.firstLineMs);
      assert.ok(firstMs < 1000, `first line after ${firstMs} ms`);
    });
  },
});

Deno.test({
  name: "with Workers, 60,000 images are scored in order, in the memory of 20,000",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await withFolder(async (folder) => {
      const model = await trainDigits(folder);
      const files = await writeImages(folder);
      // Long enough for the Worker to be there: a thread takes memory, whatever it does.
      const lists = [repeat(files, 20_000), repeat(files, 60_000)] as const;
      const some = await score(model, lists[0], 2), many = await score(model, lists[1], 2);
      assert.deepEqual(some.paths, lists[0]);
      assert.deepEqual(many.paths, lists[1]);
      const growth = many.peakKb / some.peakKb;
      assert.ok(growth < 1.2, `peak memory ${some.peakKb} kB, then ${many.peakKb} kB`);
    });
  },
});
