import assert from "node:assert/strict";
import { decodeModel } from "../../src/store/mod.ts";
import { withFolder, writePng } from "../commands/_task.ts";

/** A training of many epochs, two slow steps each. */
async function slowTraining(folder: string): Promise<string[]> {
  await Deno.mkdir(`${folder}/data`);
  for (let i = 0; i < 24; i++) {
    await writePng(`${folder}/data/${i}.png`, 128, 128, (x, y) => (x * y * i) % 256);
  }
  return [
    ...[`--data=${folder}/data`, `--out=${folder}/m`, "--model=conv-pool", "--batch=16"],
    ...["--epochs=200", "--patience=200", "--workers=1", "--backend=wasm"],
  ];
}

/** Trains behind some shell code, and sends signals after messages on stderr. */
async function train(
  args: readonly string[],
  signals: readonly (readonly [after: RegExp, signals: readonly Deno.Signal[]])[],
  shell = "",
): Promise<{ code: number; stderr: string; signal: Deno.Signal | null }> {
  const command = [Deno.execPath(), "run", "--quiet", "--no-prompt", "-P=train", "tasks/main.ts"];
  const line = [...command, "train", ...args].map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("sh", {
    args: ["-c", shell.includes("exec") ? `${shell} ${line}` : `${shell} exec ${line}`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "", sent = 0;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    const [after, names] = signals[sent] ?? [/$^/, []];
    if (!after.test(stderr)) continue;
    sent++;
    for (const name of names) child.kill(name);
  }
  const { code, signal } = await child.status;
  return { code, stderr, signal };
}

for (const name of ["SIGHUP", "SIGTERM", "SIGINT"] as const) {
  Deno.test(`${name} ends a training, and the model so far is written`, async () => {
    await withFolder(async (folder) => {
      const args = await slowTraining(folder);
      const { code, stderr } = await train(args, [[/^epoch 1\/200:/m, [name]]]);
      assert.equal(code, 130, stderr);
      assert.match(stderr, /interrupted: the model is that of the training so far/);
      assert.ok(decodeModel(await Deno.readFile(`${folder}/m`), "m").history.length >= 1);
    });
  });
}

Deno.test("a signal that comes twice, from the system and from the task runner, is one", async () => {
  await withFolder(async (folder) => {
    const args = await slowTraining(folder);
    for (const name of ["SIGHUP", "SIGTERM"] as const) {
      // The second comes once the first is handled: two pending signals would be one to the system.
      const twice = [[/^epoch 1\/200:/m, [name]], [/^interrupted/m, [name]]] as const;
      const { code, stderr } = await train([...args], twice);
      assert.equal(code, 130, stderr);
      assert.match(stderr, /the model is that of the training so far/);
      await Deno.remove(`${folder}/m`);
    }
  });
});

Deno.test("SIGUSR1 writes a checkpoint and the training goes on; no inspector opens", async () => {
  await withFolder(async (folder) => {
    const args = await slowTraining(folder);
    const signals = [[/^epoch 1\/200:/m, ["SIGUSR1"]], [/^wrote .*checkpoint/m, [
      "SIGTERM",
    ]]] as const;
    const { code, stderr } = await train(args, signals);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /SIGUSR1: going on, with a checkpoint after this epoch/);
    assert.doesNotMatch(stderr, /[Dd]ebugger listening/);
    assert.match(stderr, /^epoch 2\/200:/m);
    const resume = [`--resume=${folder}/m.checkpoint`];
    const again = await train([...args, ...resume], [[/^epoch \d+\/200:/m, ["SIGTERM"]]]);
    assert.equal(again.code, 130, again.stderr);
    assert.doesNotMatch(again.stderr, /^epoch 1\/200:/m);
  });
});

Deno.test("SIGUSR1 does not end a command that writes no checkpoint", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=evaluate", "tasks/main.ts", "evaluate"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const record = (i: number) => `{"path":"${i}","score":${i},"normal":${i % 2 === 0}}\n`;
  await writer.write(new TextEncoder().encode(record(0)));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  child.kill("SIGUSR1");
  await new Promise((resolve) => setTimeout(resolve, 200));
  await writer.write(new TextEncoder().encode(record(1) + record(2)));
  await writer.close();
  const { code, stderr } = await child.output();
  assert.equal(code, 0);
  const text = new TextDecoder().decode(stderr);
  assert.match(text, /SIGUSR1: going on/);
  assert.doesNotMatch(text, /[Dd]ebugger/);
});

Deno.test("a training under nohup goes on when its terminal is closed", async () => {
  await withFolder(async (folder) => {
    const args = await slowTraining(folder);
    // As nohup does: the signal is ignored, and stdin cannot be read.
    const shell = "trap '' HUP; exec 0>/dev/null;";
    const signals = [[/^epoch 1\/200:/m, ["SIGHUP"]], [/^epoch 4\/200:/m, ["SIGTERM"]]] as const;
    const { code, stderr } = await train(args, signals, `${shell} exec`);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^epoch 4\/200:/m);
  });
});
