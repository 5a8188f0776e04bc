import assert from "node:assert/strict";
import { runShell, shellCommand } from "../cli/_program.ts";
import { contents } from "../simulation/_settings.ts";
import { simulate, SMALL } from "./_simulate.ts";
import { records, withFolder } from "./_task.ts";

/** Starts `simulate` under its permission set. */
function start(args: readonly string[]): Deno.ChildProcess {
  const main = new URL("../../tasks/main.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=simulate", main, "simulate", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Waits until a folder has so many images of a class. */
async function until(folder: string, count: number): Promise<void> {
  for (;;) {
    try {
      const files = await Array.fromAsync(Deno.readDir(folder));
      if (files.filter(({ name }) => !name.startsWith(".")).length >= count) return;
    } catch {
      // not made yet
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("killed or interrupted, simulate goes on where it ended", async () => {
  await withFolder(async (folder) => {
    // Enough work that it is still under way when it is killed.
    const args = ["--size=32x32", "--seed=3", "--count=200", "--workers=2"];
    await simulate(...args, `--out=${folder}/a`);
    const wanted = await contents(`${folder}/a`);
    const b = [...args, `--out=${folder}/b`];

    const killed = start(b);
    await until(`${folder}/b/no_sub`, 20);
    killed.kill("SIGKILL");
    await killed.output();

    const interrupted = start(b);
    await until(`${folder}/b/cdm`, 20);
    interrupted.kill("SIGINT");
    const { code, stderr } = await interrupted.output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 130, said);
    assert.match(said, /images are there already/);
    assert.match(said, /what was made is kept: run it again to go on/);
    const kept = await contents(`${folder}/b`);
    assert.ok(kept.size < wanted.size);
    for (const [path, bytes] of kept) {
      if (path.endsWith(".png")) assert.equal(bytes, wanted.get(path), path);
    }

    const { stderr: last } = await simulate(...b);
    assert.match(last, /\d+ images are there already/);
    assert.deepEqual(await contents(`${folder}/b`), wanted);
    assert.match((await simulate(...b)).stderr, /nothing was missing/);
  });
});

Deno.test("where no more can be written, it ends with 1; the same command then goes on", async () => {
  await withFolder(async (folder) => {
    const args = [...SMALL, "--count=30"];
    await simulate(...args, `--out=${folder}/a`);
    // Files of at most 50 kB, as on a full disk: the manifest is cut in the middle of a line.
    const line = shellCommand(["simulate", ...args, `--out=${folder}/b`, "-q"])
      .replace("'run'", "'run' '-P=simulate'");
    const { code, stdout, stderr } = await runShell(`trap '' XFSZ; ulimit -f 100; exec ${line}`);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, /^error: Cannot write ".*manifest.ndjson" as File too large/);
    assert.match(stderr, /\nhint: .*run the same again: it goes on where it ended\n$/);
    const { stderr: again } = await simulate(...args, `--out=${folder}/b`);
    assert.match(again, /\b\d\d images are there already/);
    assert.deepEqual(await contents(`${folder}/b`), await contents(`${folder}/a`));
  });
});

Deno.test("a reader that goes away ends simulate quietly", async () => {
  const line = shellCommand(["simulate", ...SMALL, "--count=2000", "--stdout=ndjson", "-q"])
    .replace("'run'", "'run' '-P=simulate'");
  const { code, stdout, stderr } = await runShell(`${line} | head -1`);
  assert.deepEqual([code, stderr, records(stdout).length], [0, "", 1]);
});
