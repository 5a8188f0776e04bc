import assert from "node:assert/strict";
import { DIGITS, withFolder, writePng } from "./_task.ts";

/**
 * Trains, and sends a signal a quarter of a second after a message on stderr. A second signal follows the
 * message about the first: two pending signals would be one to the system.
 */
async function interrupt(
  args: readonly string[],
  message: RegExp,
  signals: number,
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=train", "tasks/main.ts", "train", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "", sent = 0, last = Promise.resolve();
  const send = async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    child.kill("SIGINT");
  };
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (sent < signals && (sent === 0 ? message : /^interrupted: finishing/m).test(stderr)) {
      sent++;
      last = send().catch(() => {}); // it may have ended already
    }
  }
  const { code } = await child.status;
  await last;
  return { code, stderr };
}

Deno.test("Ctrl-C ends a training between slow steps, and the model so far is written", async () => {
  await withFolder(async (folder) => {
    for (let i = 0; i < 24; i++) {
      await writePng(`${folder}/${i}.png`, 256, 256, (x, y) => (x * y * i) % 256);
    }
    // Slow steps, two per epoch: without yielding, signals would be handled after some 24 steps.
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
    const { code, stderr } = await interrupt(args, /^epoch 1\/200:/m, 1);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /interrupted: the model is that of the training so far/);
    assert.ok((await Deno.stat(`${folder}/m`)).size > 0);
    const epochs = stderr.match(/^epoch \d+\/200:/gm)!.length;
    assert.ok(epochs <= 6, `${epochs} epochs`);
  });
});

Deno.test("a second Ctrl-C ends a computation at once, and leaves nothing behind", async () => {
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
    const { code, stderr } = await interrupt(args, /^model pca/m, 2);
    assert.equal(code, 130, stderr);
    assert.doesNotMatch(stderr, /^wrote/m);
    // The signals came during the computation, and the second ended it.
    assert.match(stderr, /^interrupted: finishing/m);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
