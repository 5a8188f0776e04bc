import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { environmentOf } from "../../tasks/permissions.ts";
import { VERSION } from "../../src/cli/mod.ts";
import { DIGITS, withFolder } from "../commands/_task.ts";
import { readTree, runBuild, runProgram, withBundle } from "./_built.ts";

/** Packs what a folder holds, and returns the path of the tarball. */
async function pack(dist: string): Promise<string> {
  const { code, stdout, stderr } = await runBuild("pack", dist, ["--no-build"]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

/** The output of a program that must end well. */
async function output(...command: [string, ...string[]]): Promise<string> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await runProgram(program, args);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

Deno.test("the package starts Deno with the permissions of the command alone", async () => {
  await withFolder(async (dist) => {
    await Deno.writeTextFile(`${dist}/stray.js`, "");
    await output("tar", "-xzf", await pack(dist), "-C", dist);
    const root = `${dist}/package`;
    const files = [...(await readTree(root)).keys()];
    const wanted = ["LICENSE", "README.md", "bin/commands.json", "bin/stray.js"];
    const licences = ["licences/codecs.md", "licences/mobilenet.md", "licences/packages.txt"];
    assert.deepEqual(files, [...wanted, ...licences, "package.json", "stray.js"]);
    const manifest = JSON.parse(await Deno.readTextFile(`${root}/package.json`));
    assert.deepEqual(manifest.dependencies, { deno: Deno.version.deno });
    assert.equal(manifest.scripts, undefined);

    // In the place of Deno, a program that prints its arguments.
    await Deno.mkdir(`${root}/node_modules/deno`, { recursive: true });
    await Deno.writeTextFile(`${root}/echo.sh`, '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n');
    await Deno.chmod(`${root}/echo.sh`, 0o755);
    await Deno.writeTextFile(
      `${root}/node_modules/deno/install_api.cjs`,
      `exports.runInstall = () => ${JSON.stringify(`${root}/echo.sh`)};`,
    );
    const started = async (...args: string[]) => {
      const { code, stdout, stderr } = await runProgram(`${root}/bin/stray.js`, args);
      assert.deepEqual([code, stderr], [3, ""]);
      const words = stdout.trim().split("\n");
      const at = words.indexOf(`${root}/stray.js`);
      assert.deepEqual(words.slice(at + 1), args);
      return words.slice(0, at).filter((flag) => /^--(allow|v8)/.test(flag));
    };
    const tasks: Record<string, { command: string }> = configuration.tasks;
    for (const [name, entry] of Object.entries<TaskEntry>(COMMANDS)) {
      const v8 = /--v8-flags=\S+/.exec(tasks[name]!.command) ?? [];
      const names = environmentOf(entry).filter((variable) => variable !== "INIT_CWD");
      const granted = entry.permissions.map((kind) => `--allow-${kind}`);
      const flags = [...v8, ...granted, `--allow-env=${names.join()}`];
      assert.deepEqual(await started(name, "a b"), flags, name);
    }
    const heatmaps = await started("score", "--heatmaps", "out");
    assert.ok(heatmaps.includes("--allow-write"));
    assert.ok((await started("watch", "--serve=8000")).includes("--allow-net"));
    assert.deepEqual(await started("--help"), []);
    assert.deepEqual(await started("constructor"), []);
  });
});

Deno.test("on a machine with only Node.js, npx runs the package", async (t) => {
  await withBundle((dist) =>
    withFolder(async (home) => {
      const tarball = await pack(dist);
      // An empty home, but for the cache of npm: Deno itself is fetched once per machine.
      const cache = await output("npm", "config", "get", "cache");
      const env = {
        HOME: home,
        PATH: "/usr/local/bin:/usr/bin:/bin",
        npm_config_cache: cache,
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false",
      };
      const work = `${home}/work`;
      await Deno.mkdir(work);
      await Deno.copyFile(tarball, `${work}/stray.tgz`);
      const run = (program: string, ...args: string[]) =>
        runProgram(program, args, { cwd: work, env });
      const installed = await run("npm", "install", "--no-audit", "--no-fund", "./stray.tgz");
      assert.equal(installed.code, 0, installed.stderr);
      const stray = `${work}/node_modules/.bin/stray`;

      await t.step("exit codes and streams are its own", async () => {
        const version = await run(stray, "--version");
        assert.deepEqual(version, { code: 0, stdout: `${VERSION}\n`, stderr: "" });
        const wrong = await run(stray, "score", "x.png");
        assert.equal(wrong.code, 2);
        assert.match(wrong.stderr, /^error: .*\nhint: .*stray train\n$/);
        const piped = await run(
          "sh",
          "-c",
          `${stray} simulate --recipe model-b --size 24x24 --count 40 --stdout ndjson |
            head -n 1 | wc -l`,
        );
        assert.deepEqual([piped.code, piped.stdout.trim()], [0, "1"]);
        assert.doesNotMatch(piped.stderr, /error|experimental/i);
      });

      await t.step("Ctrl-C is heard once, and the shell waits for the model", async () => {
        for (const group of [true, false]) await interrupt(stray, work, env, group);
      });

      await t.step("npx shows the demo", async () => {
        const demo = ["demo", "--count=40"];
        const { code, stdout, stderr } = await run("npx", "--yes", "./stray.tgz", ...demo);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^\{"label":"cdm","n":80,"positives":40,"auroc":(0\.9|1)/);
        assert.doesNotMatch(stderr, /warning|experimental|deno task/i);
        assert.ok((await Deno.stat(`${work}/stray-demo/report.html`)).isFile);
      });
    })
  );
});

/** Interrupts a training: all its processes, as a terminal does, or the first alone. */
async function interrupt(
  stray: string,
  cwd: string,
  env: Record<string, string>,
  group: boolean,
): Promise<void> {
  const data = ["--data", `${DIGITS}train-images-idx3-ubyte.gz`, "--model=vae", "--backend=wasm"];
  const long = ["--epochs=5000", "--patience=5000", "--out=m.safetensors"];
  const child = new Deno.Command("setsid", {
    args: [stray, "train", ...data, ...long],
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "", sent = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (sent || !/^epoch 2\//m.test(stderr)) continue;
    sent = true;
    await output("kill", "-INT", "--", `${group ? "-" : ""}${child.pid}`);
  }
  assert.equal((await child.status).code, 130, stderr);
  assert.match(stderr, /interrupted: the model is that of the training so far/);
  await Deno.remove(`${cwd}/m.safetensors`);
}
