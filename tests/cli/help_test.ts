import assert from "node:assert/strict";
import { commandHelp, COMMON_FLAGS, type FlagName, FLAGS, programHelp } from "../../src/cli/mod.ts";

const ALL = (Object.keys(FLAGS) as FlagName[]).filter((name) =>
  !COMMON_FLAGS.some((common) => common === name)
);

Deno.test("the whole table fits in 80 columns, every flag with its help", () => {
  const help = commandHelp({
    name: "all",
    summary: "a summary ".repeat(12).trim(),
    operands: { name: "SRC", help: "a source ".repeat(20).trim(), least: 1 },
    flags: ALL,
    notes: ["a note ".repeat(40).trim()],
    examples: [`deno task all ${"x".repeat(40)} | deno task all ${"y".repeat(30)}`],
  }, "deno task");
  for (const line of help.split("\n")) {
    assert.ok(line.length <= 80 && line.trimEnd() === line, line);
  }
  const flat = help.replaceAll(/\s+/g, " ");
  for (const name of [...ALL, ...COMMON_FLAGS]) {
    const row = `--${name}${"placeholder" in FLAGS[name] ? ` ${FLAGS[name].placeholder}` : ""}`;
    assert.ok(flat.includes(`${row} ${FLAGS[name].help}`), name);
  }
  assert.ok(help.includes("\n  -0, --null "));
  assert.ok(help.includes("\nUsage: deno task all [flags] SRC...\n"));
  assert.ok(help.endsWith(` |\n    deno task all ${"y".repeat(30)}\n`));
});

Deno.test("a command's own words for a flag, and the binary's name in its examples", () => {
  const help = commandHelp({
    name: "info",
    summary: "s",
    flags: ["model"],
    help: { model: "the file in question" },
    examples: ["deno task info --model m | deno task label", "info --model n", "info"],
  }, "stray");
  assert.ok(help.includes("--model FILE  the file in question\n"));
  assert.ok(
    help.endsWith(
      "Examples:\n  stray info --model m | stray label\n  stray info --model n\n  stray info\n",
    ),
  );
  assert.ok(!help.includes("deno task"));
});

Deno.test("the list of commands", () => {
  const help = programHelp(
    [{ name: "a", summary: "one" }, { name: "bcd", summary: "two" }],
    "stray",
  );
  assert.ok(help.includes("Commands:\n  a    one\n  bcd  two\n"));
});
