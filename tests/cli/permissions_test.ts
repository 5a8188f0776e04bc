import assert from "node:assert/strict";
import { runStray } from "./_program.ts";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { permissionsFor } from "../../tasks/permissions.ts";

const TASKS = new URL("../../tasks/", import.meta.url).href;
const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys"];

/** Permissions that remain after a program with all of them keeps those of a command. */
async function left(command: string, args: readonly string[] = []): Promise<string[]> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { COMMANDS } from ${JSON.stringify(`${TASKS}commands.ts`)};
      import { keepPermissions } from ${JSON.stringify(`${TASKS}permissions.ts`)};
      keepPermissions(COMMANDS[${JSON.stringify(command)}], ${JSON.stringify(args)});
      const left = ${JSON.stringify(KINDS)}.filter((name) =>
        Deno.permissions.querySync({ name }).state === "granted");
      await new Blob([left.join()]).stream().pipeTo(Deno.stdout.writable);`,
    );
    const { code, stdout, stderr } = await runStray([], {
      program: file,
      deno: ["--no-check", ...KINDS.map((kind) => `--allow-${kind}`)],
    });
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout.split(",").filter((name) => name !== "");
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("each command gives up the permissions that its task lacks", async () => {
  assert.deepEqual(await left("evaluate"), []);
  assert.deepEqual(await left("label"), []);
  assert.deepEqual(await left("score"), ["read", "env"]);
  assert.deepEqual(await left("score", ["--heatmaps=heat"]), ["read", "write", "env"]);
  assert.deepEqual(await left("score", ["--heatmap", "-"]), ["read", "env"]);
  assert.deepEqual(await left("train"), ["read", "write", "env"]);
  assert.deepEqual(await left("data"), ["read", "write", "net", "env"]);
});

Deno.test("a call keeps a permission of some flags with one of these alone", () => {
  let found = 0;
  for (const entry of Object.values<TaskEntry>(COMMANDS)) {
    if (!entry.onlyWith) continue;
    found++;
    const { flags: [flag = ""], permission } = entry.onlyWith;
    for (const args of [["a", flag, "b"], [`${flag}=b`]]) {
      assert.deepEqual(permissionsFor(entry, args), entry.permissions);
    }
    for (const args of [[], ["a", `${flag}s=b`, flag.slice(2)]]) {
      assert.ok(!permissionsFor(entry, args).includes(permission));
    }
  }
  assert.equal(found, 3);
});

Deno.test("no command keeps run, ffi or sys, and only data keeps net", () => {
  for (const [command, { permissions }] of Object.entries<TaskEntry>(COMMANDS)) {
    const most = command === "data" ? ["read", "write", "net"] : ["read", "write"];
    assert.ok(permissions.every((kind) => most.includes(kind)), command);
  }
});
