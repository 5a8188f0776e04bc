import assert from "node:assert/strict";
import {
  commandHelp,
  COMMON_FLAGS,
  FLAG_GROUPS,
  type FlagName,
  FLAGS,
  programHelp,
} from "../../src/cli/mod.ts";

import { runInProcess } from "./_in_process.ts";

const ALL = (Object.keys(FLAGS) as FlagName[]).filter((name) =>
  !COMMON_FLAGS.some((common) => common === name)
);
const DENO = { program: "deno task" };

const EVERYTHING = {
  name: "all",
  operands: { name: "SRC", help: "a source ".repeat(20).trim(), least: 1 },
  flags: ALL,
  notes: ["a note ".repeat(40).trim()],
  examples: [`deno task all ${"x".repeat(40)} | deno task all ${"y".repeat(30)}`],
};

Deno.test("the whole table fits in 80 columns, every flag with its help", () => {
  const help = commandHelp(EVERYTHING, "a summary ".repeat(12).trim(), DENO);
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

Deno.test("a command that takes one operand shows one, and refuses two", async () => {
  const wanted: [string, string][] = [
    ["export", "MODEL"],
    ["watch", "DIR"],
    ["completions", "SHELL"],
    ["data", "[NAME]"],
    ["report", "[-]"],
    ["info", "MODEL..."],
    ["sample", "[IMAGE...]"],
    ["plot", "KIND [SRC...]"],
  ];
  const man = (await runInProcess(["man"])).stdout.replaceAll("\\-", "-");
  for (const [name, form] of wanted) {
    const { stdout } = await runInProcess([name, "--help"]);
    assert.ok(stdout.includes(`\nUsage: deno task ${name} [flags] ${form}\n`), stdout);
    assert.ok(man.includes(`.SS "stray ${name} [flags] ${form}"\n`), name);
    if (form.includes("...")) continue;
    const { code, stderr } = await runInProcess([name, "a", "b"]);
    const bare = form.replaceAll(/[[\]]/g, "");
    assert.deepEqual([code, stderr.split("\n")[0]], [
      2,
      `error: Cannot run "${name}" as it takes at most 1 ${bare}: found 2`,
    ]);
  }
});

Deno.test("every flag stands once, in the section of its group", () => {
  const help = commandHelp(EVERYTHING, "s", DENO);
  const sections = help.split(/^(?=[A-Z][a-z]+:\n)/m);
  for (const [group, flags] of Object.entries(FLAG_GROUPS)) {
    const title = `${group[0]!.toUpperCase()}${group.slice(1)}:\n`;
    const section = sections.find((text) => text.startsWith(title))!;
    const found = [...section.matchAll(/^ {2}(?:-.,| {3}) --([\w-]+)/gm)].map(([, name]) => name);
    assert.deepEqual(found, Object.keys(flags));
  }
  const groups = Object.values<object>(FLAG_GROUPS);
  const total = groups.reduce((sum, flags) => sum + Object.keys(flags).length, 0);
  assert.equal(Object.keys(FLAGS).length, total);
});

Deno.test("a command shows only the groups of its flags, and general flags last", () => {
  const help = commandHelp({ name: "x", flags: ["json", "limit"], examples: [] }, "s", DENO);
  const titles = [...help.matchAll(/^([A-Z][a-z]+):$/gm)].map(([, title]) => title);
  assert.deepEqual(titles, ["Data", "Output", "General"]);
});

Deno.test("lines are wrapped to the width, between 40 and 120 columns", () => {
  const longest = (columns: number | undefined) => {
    const help = commandHelp(EVERYTHING, "s", { ...DENO, columns });
    return Math.max(...help.split("\nExamples:")[0]!.split("\n").map((line) => line.length));
  };
  assert.equal(longest(undefined), longest(80));
  assert.ok(longest(100) > 80 && longest(100) <= 100);
  assert.equal(longest(1000), longest(120));
  assert.equal(longest(10), longest(40));
});

Deno.test("a command's own words for a flag, and the binary's name in its examples", () => {
  const help = commandHelp(
    {
      name: "info",
      flags: ["model"],
      help: { model: "the file in question" },
      examples: ["deno task info --model m | deno task label", "info --model n", "info"],
    },
    "s",
    { program: "stray" },
  );
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
    { program: "stray" },
  );
  assert.ok(help.includes("Commands:\n  a    one\n  bcd  two\n"));
});
