import assert from "node:assert/strict";
import { FLAGS } from "../../src/cli/mod.ts";
import { COMMANDS } from "../../tasks/commands.ts";
import { runInProcess } from "./_in_process.ts";
import { runStray } from "./_program.ts";

/** Runs a program to its end; undefined if it is not installed. */
async function run(program: string, args: readonly string[], folder: string) {
  const found = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
  if (!found.success) return undefined;
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: ["120", program, ...args],
    cwd: folder,
    env: { LC_ALL: "C.UTF-8", TERM: "dumb", MANWIDTH: "80" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A test in a folder with what stray prints; skipped where a program is not installed. */
function shellTest(
  name: string,
  program: string,
  args: readonly string[],
  use: (folder: string, stdout: string) => Promise<void>,
): void {
  const found = new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).outputSync();
  const why = found.success ? "" : ` (ignored: ${program} is not installed)`;
  Deno.test({ name: name + why, ignore: !found.success, fn: () => withScript(args, use) });
}

async function withScript(
  args: readonly string[],
  use: (folder: string, stdout: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await runStray(args);
    assert.deepEqual([code, stderr], [0, ""]);
    await Deno.writeTextFile(`${folder}/script`, stdout);
    await Deno.writeTextFile(`${folder}/model one.safetensors`, "");
    await use(folder, stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Words before the cursor, and what completes the last. */
const CASES: readonly (readonly [words: readonly string[], wanted: readonly string[]])[] = [
  [["stray", "sco"], ["score"]],
  [["stray", "help", "swe"], ["sweep"]],
  [["stray", "score", "--heatmap-"], ["--heatmap-format"]],
  [["stray", "score", "--backend", "w"], ["wasm", "webgpu"]],
  [["stray", "score", "--format", ""], ["csv", "ndjson"]],
  [["stray", "simulate", "--format", "f"], ["fits"]],
  [["stray", "score", "--model", "mod"], ["model one.safetensors"]],
  [["stray", "score", "mod"], ["model one.safetensors"]],
  [["stray", "completions", ""], ["bash", "fish", "zsh"]],
  [["stray", "summary", "recu"], ["recurrent"]],
  [["stray", "plot", "calib"], ["calibration"]],
  [["stray", "plot", "roc", "mod"], ["model one.safetensors"]],
  [["stray", "train", "mod"], []],
];

shellTest(
  "bash completes commands, flags, values and files",
  "bash",
  ["completions", "bash"],
  async (folder) => {
    const flags = ["--color", "--help", "--json", "--quiet", "--version"];
    const further: typeof CASES = [
      [["stray", "score", "--backend", "=", "w"], ["wasm", "webgpu"]],
      [["stray", "doctor", ""], flags], // it takes no operands
      [["stray", "info", ""], [...flags, "model one.safetensors", "script"]],
    ];
    for (const [words, wanted] of [...CASES, ...further]) {
      const script = 'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stray; ' +
        'printf "%s\\n" "${COMPREPLY[@]}"; complete -p stray';
      const { code, stdout, stderr } =
        (await run("bash", ["--norc", "-c", script, "bash", ...words], folder))!;
      assert.deepEqual([code, stderr], [0, ""]);
      const lines = stdout.trimEnd().split("\n");
      assert.equal(lines.pop(), "complete -F _stray stray");
      assert.deepEqual(lines.filter((line) => line !== "").sort(), wanted, words.join(" "));
    }
  },
);

shellTest(
  "fish completes commands, flags, values and files",
  "fish",
  ["completions", "fish"],
  async (folder) => {
    for (const [words, wanted] of CASES) {
      const line = words.join(" ").replaceAll("'", "");
      const script = `source ./script; complete -C '${line}'`;
      const { code, stdout, stderr } = (await run("fish", ["--no-config", "-c", script], folder))!;
      assert.deepEqual([code, stderr], [0, ""]);
      const found = stdout.trimEnd().split("\n").map((row) =>
        row.split("\t")[0]!.replaceAll("\\", "")
      );
      assert.deepEqual(found.filter((word) => word !== "").sort(), wanted, line);
    }
  },
);

shellTest(
  "zsh completes a flag, its value and operands",
  "zsh",
  ["completions", "zsh"],
  async (folder) => {
    const types = [
      "zmodload zsh/zpty",
      "zpty z zsh -f -i",
      "zpty -w z \"autoload -Uz compinit; compinit -u -D; source ./script; bindkey '^I' complete-word\"",
      "zpty -w -n z $'stray score --backen\\t'",
      "zpty -w z $'wa\\t'",
      "zpty -r z out '*--backend*=wasm*'",
      "zpty -w -n z $'\\C-ustray summary recu\\t'",
      "zpty -r z out '*recurrent*'",
      "zpty -w -n z $'\\C-ustray plot calib\\t'",
      "zpty -r z out '*calibration*'",
      "print -r -- found",
      "zpty -d z",
    ];
    await Deno.writeTextFile(`${folder}/types`, types.join("\n"));
    const { stdout } = (await run("zsh", ["-f", "./types"], folder))!;
    assert.equal(stdout, "found\n");
  },
);

Deno.test("completions and man page name every command and every flag", async () => {
  for (
    const args of [["completions", "bash"], ["completions", "zsh"], ["completions", "fish"], [
      "man",
    ]]
  ) {
    const { stdout } = await runInProcess(args);
    const plain = stdout.replaceAll("\\-", "-");
    for (const name of Object.keys(COMMANDS)) assert.ok(plain.includes(name), `${args}: ${name}`);
    for (const name of Object.keys(FLAGS)) {
      const flag = args[1] === "fish" ? `-l ${name}` : `--${name}`;
      assert.ok(plain.includes(flag), `${args}: ${flag}`);
    }
  }
});

Deno.test("an unknown shell is refused", async () => {
  for (const args of [["tcsh"], [], ["bash", "zsh"]]) {
    const { code, stdout } = await runInProcess(["completions", ...args]);
    assert.deepEqual([code, stdout], [2, ""]);
  }
});

shellTest("man shows the page without a warning", "man", ["man"], async (folder) => {
  const args = ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-P", "cat", "./script"];
  const { code, stdout, stderr } = (await run("man", args, folder))!;
  assert.deepEqual([code, stderr], [0, ""]);
  // deno-lint-ignore no-control-regex
  const text = stdout.replaceAll(/\x1b\[[0-9;]*m|.\x08/g, "").replaceAll(/\s+/g, " ");
  assert.ok(text.includes("stray - finds the images that do not belong"));
  assert.ok(text.includes("--max-errors N|P%"));
  assert.ok(text.includes("3 done, but more inputs failed than --max-errors allows"));
});
