import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { environmentOf, permissionsFor } from "../../tasks/permissions.ts";
import { withFolder } from "../commands/_task.ts";
import { output, pack, readTree, runProgram } from "./_built.ts";

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
      const granted = permissionsFor(entry, ["a b"]).map((kind) => `--allow-${kind}`);
      const flags = [...v8, ...granted, `--allow-env=${names.join()}`];
      assert.deepEqual(await started(name, "a b"), flags, name);
    }
    const heatmaps = await started("score", "--heatmaps", "out");
    assert.ok(heatmaps.includes("--allow-write"));
    assert.ok((await started("embed", "--out=e.npy")).includes("--allow-write"));
    assert.ok((await started("watch", "--serve=8000")).includes("--allow-net"));
    assert.deepEqual(await started("--help"), []);
    assert.deepEqual(await started("constructor"), []);
  });
});
