import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { environmentOf } from "../../tasks/permissions.ts";
import { LOCK } from "../_gate/run_jobs.ts";
import { runStray } from "../cli/_program.ts";

type Sets = Record<string, Record<string, unknown>>;

Deno.test("deno.json has the permissions and summaries of the table of commands", () => {
  const sets: Sets = configuration.permissions;
  const tasks: Record<string, { command: string; description: string }> = configuration.tasks;
  for (const [name, entry] of Object.entries<TaskEntry>(COMMANDS)) {
    const { permissions, summary } = entry;
    const { env, ...rest } = sets[name]!;
    assert.deepEqual(rest, Object.fromEntries(permissions.map((kind) => [kind, true])), name);
    assert.deepEqual(env, environmentOf(entry), name);
    const { command, description } = tasks[name]!;
    const wanted = `deno run --quiet --no-prompt -P=${name} tasks/main.ts ${name}`;
    // score's young heap is kept small, so that memory does not depend on how much is piped in.
    assert.equal(command.replace(/ --(v8-flags|lock)=\S+/g, ""), wanted);
    assert.equal(description, `${summary[0]!.toUpperCase()}${summary.slice(1)}`);
  }
  const programs = Object.keys(tasks).filter((name) => tasks[name]!.command.includes("main.ts "));
  const others = programs.filter((name) => !Object.hasOwn(COMMANDS, name));
  assert.deepEqual(others, ["score:out", "watch:serve"]);
  assert.deepEqual(sets["score:out"], { ...sets["score"], write: true });
  assert.equal(
    tasks["score:out"]!.command,
    tasks["score"]!.command.replace("-P=score", "-P=score:out"),
  );
  assert.deepEqual(sets["watch:serve"], { ...sets["watch"], net: ["127.0.0.1"] });
  assert.equal(
    tasks["watch:serve"]!.command,
    tasks["watch"]!.command.replace("-P=watch", "-P=watch:serve"),
  );
});

/** Tasks that never multiply matrices. */
const WITHOUT_PRODUCTS = [
  "simulate",
  "merge",
  "evaluate",
  "label",
  "info",
  "summary",
  "data",
  "completions",
  "man",
];

Deno.test("tasks that compute have the engine's flag for 256-bit operations, and none unsafe", () => {
  const tasks: Record<string, { command: string }> = configuration.tasks;
  for (const [name, { command }] of Object.entries(tasks)) {
    const flags = /--v8-flags=(\S+)/.exec(command)?.[1]?.split(",") ?? [];
    const computes = command.includes("-P=") && !WITHOUT_PRODUCTS.includes(name);
    assert.equal(flags.includes("--experimental-wasm-revectorize"), computes, name);
    assert.ok(!flags.some((flag) => flag.includes("bounds-checks")), name);
    // A graph of the user's may be computed.
    if (computes) assert.ok(command.includes(` ${LOCK} `), name);
  }
});

/** Result of an attempt under the permission set of a command. */
async function attempt(command: string, code: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `try { ${code}; await Deno.stdout.write(new TextEncoder().encode("done")); }
       catch (error) { await Deno.stdout.write(new TextEncoder().encode(error.name)); }`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const deno = ["--no-check", "--config", config, `-P=${command}`];
    return (await runStray([], { program: file, deno })).stdout;
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("no task but data reaches the network", async () => {
  const connect = 'await Deno.connect({ port: 9, hostname: "127.0.0.1" })';
  for (const command of Object.keys(COMMANDS)) {
    const wanted = command === "data" ? "ConnectionRefused" : "NotCapable";
    assert.equal(await attempt(command, connect), wanted, command);
  }
});

Deno.test("no task starts programs or loads native code", async () => {
  const attempts = [
    'new Deno.Command("true").outputSync()',
    'Deno.dlopen("libc.so.6", {})',
    'Deno.env.get("HOME")',
  ];
  for (const command of Object.keys(COMMANDS)) {
    for (const code of attempts) assert.equal(await attempt(command, code), "NotCapable");
  }
});

Deno.test("commands that make no file may not write; evaluate and label may not even read", async () => {
  for (const command of ["score", "info", "doctor", "neighbours", "evaluate", "label"]) {
    const write = 'Deno.writeTextFileSync("stray-must-not-write", "")';
    assert.equal(await attempt(command, write), "NotCapable", command);
  }
  for (const command of ["evaluate", "label"]) {
    assert.equal(await attempt(command, 'Deno.readFileSync("deno.json")'), "NotCapable", command);
  }
  assert.equal(await attempt("score", 'Deno.readFileSync("deno.json")'), "done");
});
