import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { environmentOf } from "../../tasks/permissions.ts";
import { DIGITS, trainDigits, withFolder } from "../commands/_task.ts";

/** A line of Deno's audit log. */
interface Asked {
  readonly permission: string;
  readonly value?: string;
}

/** Runs a command under its permission set, and returns the permissions that it asked for. */
async function audit(folder: string, args: readonly string[]): Promise<Asked[]> {
  for (let attempt = 1;; attempt++) {
    try {
      return await auditOnce(folder, args);
    } catch (error) {
      // Threads may write into one line of the log.
      if (!(error instanceof SyntaxError) || attempt === 3) throw error;
    }
  }
}

async function auditOnce(folder: string, args: readonly string[]): Promise<Asked[]> {
  const log = `${folder}/audit.jsonl`,
    main = fileURLToPath(new URL("../../tasks/main.ts", import.meta.url));
  await Deno.writeTextFile(log, "");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", `-P=${args[0]}`, main, ...args],
    env: { DENO_AUDIT_PERMISSIONS: log },
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const lines = (await Deno.readTextFile(log)).trimEnd().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

Deno.test("SECURITY.md has the permissions of all commands", async () => {
  const text = await Deno.readTextFile(new URL("../../SECURITY.md", import.meta.url));
  const table = text.slice(text.indexOf("| command "), text.indexOf("They cannot be narrower"));
  const rows = [...table.matchAll(/^\| ([a-z]+) +\| ([a-z, ]+?) *\|$/gm)].map((
    [, name, kinds],
  ) => [name, kinds]);
  const wanted = Object.entries<TaskEntry>(COMMANDS)
    .map(([name, { permissions }]) => [name, permissions.join(", ") || "none"]);
  assert.deepEqual(rows.filter(([name]) => name !== "command"), wanted);
});

Deno.test("commands ask for nothing but their permissions, by Deno's audit log", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const data = `${DIGITS}test-images-idx3-ubyte.gz`, few = ["--limit=30", "-q", "--backend=wasm"];
    const runs = [
      ["simulate", "--size=16x16", "--count=1", "--classes=no_sub", `--out=${folder}/s`, "-q"],
      ["train", `--data=${data}`, ...few, "--model=pca", `--out=${folder}/m`],
      ["calibrate", `--model=${model}`, `--data=${data}`, ...few, `--out=${folder}/c`],
      ["score", `--model=${model}`, data, ...few],
      ["info", model],
      ["summary", model],
      ["embed", `--model=${model}`, data, ...few, `--out=${folder}/e.npy`],
      ["neighbours", `--model=${model}`, `--labelled=${data}`, data, ...few],
      ["reconstruct", `--model=${model}`, data, ...few, `--out=${folder}/r.png`],
      ["data", "--list"],
    ];
    for (const args of runs) {
      const asked = await audit(folder, args),
        entry: TaskEntry = COMMANDS[args[0] as keyof typeof COMMANDS];
      const { permissions } = entry, names = environmentOf(entry);
      const kinds = new Set(asked.map(({ permission }) => permission));
      // The log has a write beside every read.
      const allowed = new Set<string>([
        "env",
        ...permissions,
        ...permissions.length > 0 ? ["write"] : [],
      ]);
      assert.deepEqual([...kinds.difference(allowed)], [], `${args[0]}`);
      for (const { permission, value } of asked) {
        if (permission === "env") assert.ok(names.includes(value!), `${args[0]}: ${value}`);
      }
    }
  });
});
