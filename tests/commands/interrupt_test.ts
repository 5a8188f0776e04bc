import assert from "node:assert/strict";
import { DIGITS, withFolder, writePng } from "./_task.ts";

/**
 * Trains, and gives a signal a quarter of a second after it says something, another after it has said
 * that it heard the first (two that wait to be heard are one to the system); how it ended, and when.
 */
async function interrupt(
  args: readonly string[],
  said: RegExp,
  signals: number,
): Promise<{ code: number; stderr: string; waitedMs: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=train", "tasks/main.ts", "train", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "", sent = 0, last = Promise.resolve(), began = 0;
  const send = async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    began ||= performance.now();
    child.kill("SIGINT");
  };
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (sent < signals && (sent === 0 ? said : /^interrupted: finishing/m).test(stderr)) {
      sent++;
      last = send().catch(() => {}); // it may have ended already
    }
  }
  const { code } = await child.status;
  const waitedMs = performance.now() - began;
  await last;
  return { code, stderr, waitedMs };
}

Deno.test("Ctrl-C is heard between steps that take long, and what was trained is written", async () => {
  await withFolder(async (folder) => {
    for (let i = 0; i < 24; i++) {
      await writePng(`${folder}/${i}.png`, 256, 256, (x, y) => (x * y * i) % 256);
    }
    // More than a second a step: some 24 go by until signals are heard without a turn made for them.
    const args = [
      `--data=${folder}`,
      `--out=${folder}/m`,
      "--model=conv-pool",
      "--batch=16",
      "--epochs=200",
      "--patience=200",
      "--workers=1",
      "--backend=wasm",
    ];
    const { code, stderr, waitedMs } = await interrupt(args, /^epoch 1\/200:/m, 1);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /interrupted: the model is that of the training so far/);
    assert.ok((await Deno.stat(`${folder}/m`)).size > 0);
    assert.ok(waitedMs < 12_000, `took ${waitedMs} ms`);
  });
});

Deno.test("a second Ctrl-C ends what learns nothing at once, and leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    // 300 directions of 784 numbers: a minute or more.
    const args = [
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      "--size=28x28",
      "--model=pca",
      "--latent=200",
      `--out=${folder}/m`,
      "--backend=wasm",
    ];
    const { code, stderr, waitedMs } = await interrupt(args, /^model pca/m, 2);
    assert.equal(code, 130, stderr);
    assert.doesNotMatch(stderr, /^wrote/m);
    assert.ok(waitedMs < 8000, `took ${waitedMs} ms`);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
