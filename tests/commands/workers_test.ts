import assert from "node:assert/strict";
import { runHere, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

/** Runs `score` on endless paths, with a running Worker; stdin stays open until it is ended. */
async function scoreForEver(
  model: string,
  file: string,
  use: (child: Deno.ChildProcess, lines: ReadableStreamDefaultReader<string>) => Promise<void>,
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=score", "tasks/main.ts", "score", "--quiet"]
      .concat(["--backend=wasm", "--workers=2", "--model", model, "-"]),
    cwd: new URL("../..", import.meta.url).pathname,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const paths = new TextEncoder().encode(`${file}\n`.repeat(1000));
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(paths) });
  const fed = endless.pipeTo(child.stdin).catch(() => {}); // the program goes first
  const stderr = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await use(child, lines);
  const { code } = await child.status;
  await fed;
  await lines.cancel().catch(() => {});
  return { code, stderr: await stderr };
}

/** Reads until about `count` images are scored, when the Worker is running. */
async function readLines(lines: ReadableStreamDefaultReader<string>, count: number) {
  for (let seen = 0; seen < count;) {
    const { value, done } = await lines.read();
    assert.ok(!done, "the program ended by itself");
    seen += value.split("\n").length - 1;
  }
}

Deno.test("score prints the same with and without Workers, failures too", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const paths: string[] = [];
    for (let i = 0; i < 40; i++) {
      paths.push(`${folder}/${i}.png`);
      await writePng(paths[i]!, 8, 8, (x, y) => (i * 7 + x * y) % 256);
    }
    await writePng(paths[11]!, 9, 8, () => 5);
    await Deno.writeTextFile(paths[12]!, "no image");
    const list = Array.from({ length: 8000 }, (_, i) => `${paths[i % 40]}\n`).join("");
    const outputs = [];
    for (const workers of [1, 2, 3]) {
      const args = ["--backend=wasm", "--model", model, `--workers=${workers}`, "-"];
      const { code, stdout, stderr } = await runTask("score", args, list);
      assert.equal(code, 3);
      assert.match(stderr, /400 of 8000 images could not be scored/);
      assert.doesNotMatch(stderr, /Workers failed/);
      outputs.push(stdout);
    }
    assert.equal(outputs[1], outputs[0]);
    assert.equal(outputs[2], outputs[0]);
  });
});

Deno.test("with Workers, a reader that goes away ends score with 0, Ctrl-C with 130", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const file = `${folder}/a.png`;
    await writePng(file, 8, 8, (x, y) => x * y);
    const gone = await scoreForEver(model, file, async (_, lines) => {
      await readLines(lines, 12_000);
      await lines.cancel();
    });
    assert.deepEqual(gone, { code: 0, stderr: "" });
    const stopped = await scoreForEver(model, file, async (child, lines) => {
      await readLines(lines, 12_000);
      child.kill("SIGINT");
      while (!(await lines.read()).done);
    });
    assert.deepEqual(stopped, { code: 130, stderr: "" });
  });
});

Deno.test("--workers must be at least 1", async () => {
  for (const value of ["0", "-1", "1.5", "many"]) {
    const { code, stderr } = await runHere("score", [`--workers=${value}`, "a.png"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--workers/);
  }
});
