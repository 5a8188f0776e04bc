import assert from "node:assert/strict";
import { type Command, commandHelp, parseFlags } from "../../src/cli/mod.ts";
import { PERMISSIONS } from "../../tasks/permissions.ts";
import { runStray } from "./_program.ts";

const NAMES = Object.keys(PERMISSIONS);
const WIDTH = Math.max(...NAMES.map(({ length }) => length));

async function load(name: string): Promise<Command> {
  return (await import(new URL(`../../tasks/${name}.ts`, import.meta.url).href)).command;
}

/** The words of a command line up to a redirection, quotes taken off. */
function words(line: string): string[] {
  const all = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
  const end = all.findIndex((word) => word === "<" || word === ">");
  return end < 0 ? all : all.slice(0, end);
}

Deno.test("the list says of each command what the command says of itself", async () => {
  const { stdout } = await runStray(["--help"]);
  const list = stdout.replaceAll(/\n {4,}/g, " "); // a long line goes on in the next
  for (const name of NAMES) {
    const command = await load(name);
    assert.equal(command.name, name);
    assert.ok(list.includes(`  ${name.padEnd(WIDTH)}  ${command.summary}\n`), name);
  }
});

Deno.test("the examples of every command are command lines that parse", async () => {
  let parsed = 0;
  for (const name of NAMES) {
    const command = await load(name);
    assert.ok(command.examples.length > 0, name);
    for (const example of command.examples) {
      for (const part of example.split(" | ")) {
        const [first, ...args] = words(part.replace(/^deno task /, ""));
        if (!NAMES.includes(first!)) continue;
        parseFlags(await load(first!), args);
        parsed++;
      }
    }
  }
  assert.ok(parsed >= NAMES.length);
});

Deno.test("the help of every command fits in 80 columns", async () => {
  for (const name of NAMES) {
    const help = commandHelp(await load(name), "deno task");
    for (const line of help.split("\n")) assert.ok(line.length <= 80, `${name}: ${line}`);
  }
});
