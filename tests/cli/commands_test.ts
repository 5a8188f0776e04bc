import assert from "node:assert/strict";
import { type Command, commandHelp, parseFlags } from "../../src/cli/mod.ts";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { runInProcess } from "./_in_process.ts";

const ENTRIES = Object.entries<TaskEntry>(COMMANDS);
const NAMES = Object.keys(COMMANDS);
const WIDTH = Math.max(...NAMES.map(({ length }) => length));

/** The words of a command line up to a redirection, without quotes. */
function words(line: string): string[] {
  const all = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
  const end = all.findIndex((word) => word === "<" || word === ">");
  return end < 0 ? all : all.slice(0, end);
}

async function load(name: string): Promise<Command> {
  return await COMMANDS[name as keyof typeof COMMANDS].load() as Command;
}

Deno.test("the list has every command with its summary, and each entry loads its command", async () => {
  const { stdout } = await runInProcess(["--help"]);
  const list = stdout.replaceAll(/\n {4,}/g, " "); // joins wrapped lines
  for (const [name, { summary }] of ENTRIES) {
    assert.equal((await load(name)).name, name);
    assert.ok(list.includes(`  ${name.padEnd(WIDTH)}  ${summary}\n`), name);
  }
});

Deno.test("the examples of every command are command lines that parse", async () => {
  let parsed = 0;
  for (const name of NAMES) {
    const command = await load(name);
    assert.ok(command.examples.length > 0, name);
    for (const example of command.examples) {
      for (const part of example.split(" | ")) {
        const [first, ...args] = words(
          part.replace(/^deno task /, "").replace(/ (>>?|<) \S+/g, ""), // the shell's
        );
        if (!NAMES.includes(first!)) continue;
        parseFlags(await load(first!), args);
        parsed++;
      }
    }
  }
  assert.ok(parsed >= NAMES.length);
});

Deno.test("the help of every command fits in a terminal of 60, 80 or 120 columns", async () => {
  for (const [name, { summary }] of ENTRIES) {
    const command = await load(name);
    for (const columns of [60, 80, 120]) {
      const help = commandHelp(command, summary, { program: "deno task", columns });
      // Examples break only at pipes and flags.
      const [text = ""] = help.split("\nExamples:\n");
      for (const line of (columns < 80 ? text : help).split("\n")) {
        assert.ok(line.length <= columns, `${name}: ${line}`);
      }
    }
  }
});
