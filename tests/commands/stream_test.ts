import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { trainDigits, withFolder, writePng } from "./_task.ts";

/** Result of `score -`. */
interface Run {
  readonly paths: string[];
  /** Peak resident memory in kB, from Linux. */
  readonly peakKb: number;
}

/**
 * Scores the paths of a list on stdin. The first thousand are sent before the first line of output, the
 * others only after it: output that waits for the end of the input fails.
 */
async function score(model: string, list: readonly string[], workers: number): Promise<Run> {
  const child = new Deno.Command(Deno.execPath(), {
    args: configuration.tasks.score.command.split(" ").slice(1)
      .concat(["--quiet", "--backend=wasm", `--workers=${workers}`, "--model", model, "-"]),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const { promise: answered, resolve: answer } = Promise.withResolvers<boolean>();
  // Ends a run that would wait forever.
  const guard = setTimeout(() => answer(false), 60_000);
  const send = async () => {
    const writer = child.stdin.getWriter();
    const lines = (paths: readonly string[]) =>
      writer.write(new TextEncoder().encode(paths.map((path) => `${path}\n`).join("")));
    await lines(list.slice(0, 1000));
    const inTime = list.length <= 1000 || await answered;
    for (let at = 1000; at < list.length; at += 1000) await lines(list.slice(at, at + 1000));
    await writer.close();
    return inTime;
  };
  const sent = send();
  let text = "", peakKb = 0;
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    answer(true);
    text += piece;
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }
  clearTimeout(guard);
  assert.ok(await sent, "the first line must not wait for the end of the input");
  assert.equal((await child.status).code, 0);
  const paths = text.trimEnd().split("\n").map((line) => JSON.parse(line).path as string);
  return { paths, peakKb };
}

/** Writes many small images and returns their paths. */
async function writeImages(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (let i = 0; i < 1000; i++) {
    files.push(`${folder}/${i}.png`);
    await writePng(files[i]!, 8, 8, (x, y) => (i * 7 + x * y) % 256);
  }
  return files;
}

/** Repeats a list to a length. */
function repeat(files: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => files[(i * 7) % files.length]!);
}

Deno.test({
  name:
    "60,000 images are scored in order, in the memory of 20,000, and lines come before the input ends",
  ignore: Deno.build.os !== "linux", // memory is read from /proc
  fn: async () => {
    await withFolder(async (folder) => {
      const model = await trainDigits(folder);
      const files = await writeImages(folder);
      // Long enough for the heap to reach its working size.
      const few = repeat(files, 20_000), many = repeat(files, 60_000);
      const small = await score(model, few, 1), large = await score(model, many, 1);
      assert.deepEqual(small.paths, few);
      assert.deepEqual(large.paths, many);
      const growth = large.peakKb / small.peakKb;
      assert.ok(growth < 1.2, `peak memory ${small.peakKb} kB, then ${large.peakKb} kB`);
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
      // Long enough for the Worker to start: a thread takes memory even when idle.
      const lists = [repeat(files, 20_000), repeat(files, 60_000)] as const;
      const some = await score(model, lists[0], 2), many = await score(model, lists[1], 2);
      assert.deepEqual(some.paths, lists[0]);
      assert.deepEqual(many.paths, lists[1]);
      const growth = many.peakKb / some.peakKb;
      assert.ok(growth < 1.2, `peak memory ${some.peakKb} kB, then ${many.peakKb} kB`);
    });
  },
});
