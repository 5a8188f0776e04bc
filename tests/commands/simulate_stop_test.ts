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

/** Waits until a folder has `count` images. */
async function until(folder: string, count: number): Promise<void> {
  for (;;) {
    try {
      const files = await Array.fromAsync(Deno.readDir(folder));
      if (files.filter(({ name }) => !name.startsWith(".")).length >= count) return;
    } catch {
      // does not exist yet
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("simulate resumes after a kill or an interrupt", async () => {
  await withFolder(async (folder) => {
    // Enough work to be still running when killed.
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
    assert.match(said, /images exist already/);
    assert.match(said, /finished images are kept: run the same command again to resume/);
    const kept = await contents(`${folder}/b`);
    assert.ok(kept.size < wanted.size);
    for (const [path, bytes] of kept) {
      if (path.endsWith(".png")) assert.equal(bytes, wanted.get(path), path);
    }

    const { stderr: last } = await simulate(...b);
    assert.match(last, /\d+ images exist already/);
    assert.deepEqual(await contents(`${folder}/b`), wanted);
    assert.match((await simulate(...b)).stderr, /no image was missing/);
  });
});

Deno.test("simulate exits with 1 on a full disk; the same command then resumes", async () => {
  await withFolder(async (folder) => {
    const args = [...SMALL, "--count=30"];
    await simulate(...args, `--out=${folder}/a`);
    // A limit of 50 kB per file acts as a full disk: it cuts the manifest in the middle of a line.
    const line = shellCommand(["simulate", ...args, `--out=${folder}/b`, "-q"])
      .replace("'run'", "'run' '-P=simulate'");
    const { code, stdout, stderr } = await runShell(`trap '' XFSZ; ulimit -f 100; exec ${line}`);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, /^error: Cannot write ".*manifest.ndjson" as File too large/);
    assert.match(stderr, /\nhint: .*run the same command again: it resumes\n$/);
    const { stderr: again } = await simulate(...args, `--out=${folder}/b`);
    assert.match(again, /\b\d\d images exist already/);
    assert.deepEqual(await contents(`${folder}/b`), await contents(`${folder}/a`));
  });
});

Deno.test("simulate ends quietly when its reader goes away", async () => {
  const line = shellCommand(["simulate", ...SMALL, "--count=2000", "--stdout=ndjson", "-q"])
    .replace("'run'", "'run' '-P=simulate'");
  const { code, stdout, stderr } = await runShell(`${line} | head -1`);
  assert.deepEqual([code, stderr, records(stdout).length], [0, "", 1]);
});
