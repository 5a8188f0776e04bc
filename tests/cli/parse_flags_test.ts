import assert from "node:assert/strict";
import type { FlagEntry } from "../../src/cli/flag_entry.ts";
import { StrayError } from "../../src/errors.ts";
import { type FlagName, FLAGS, parseFlags } from "../../src/cli/mod.ts";

const TRAIN = {
  name: "train",
  flags: ["data", "out", "normal", "epochs", "beta", "size", "fit", "fpr", "null", "seed"],
} as const;
const SCORE = {
  name: "score",
  flags: ["model", "null"],
  operands: { name: "SRC", help: "what to score", least: 1 },
} as const;

/** Asserts that arguments are refused with a message and a hint. */
function refuses(args: readonly string[], message: string, hint?: string): void {
  assert.throws(() => parseFlags(TRAIN, args), (error) => {
    assert.ok(error instanceof StrayError);
    assert.equal(error.code, "usage");
    assert.equal(error.message, `Cannot run "train" as ${message}`);
    assert.equal(error.hint, hint);
    return true;
  });
}

Deno.test("every kind of flag, behind a space and behind =", () => {
  const wanted = {
    data: ["a", "b"],
    out: "o",
    normal: ["x", "y z"],
    epochs: 3,
    beta: 0.25,
    size: { width: 64, height: 48 },
    fit: "crop",
    null: true,
    quiet: true,
  };
  const pairs = [
    ["--data", "a"],
    ["--out", "o"],
    ["--normal", "x, y z"],
    ["--epochs", "3"],
    ["--beta", "2.5e-1"],
    ["--size", "64x48"],
    ["--fit", "crop"],
    ["--data", "b"],
  ];
  for (const args of [pairs.flat(), pairs.map((pair) => pair.join("="))]) {
    const { flags, operands } = parseFlags(TRAIN, [...args, "-q0"]);
    assert.deepEqual({ ...flags }, {
      ...wanted,
      fpr: undefined,
      seed: undefined,
      color: undefined,
      help: false,
      version: false,
    });
    assert.deepEqual(operands, []);
  }
});

Deno.test("flags that are not given are undefined, false or empty", () => {
  const { flags } = parseFlags(TRAIN, []);
  assert.deepEqual([flags.out, flags.normal, flags.epochs, flags.size], Array(4).fill(undefined));
  assert.deepEqual([flags.data, flags.null, flags.quiet], [[], false, false]);
});

Deno.test("a command may take a flag without its value, and fewer choices", () => {
  const command = {
    name: "x",
    flags: ["resume", "format"],
    bare: ["resume"],
    choices: { format: ["csv"] },
    operands: { name: "SRC", help: "", least: 0 },
  } as const;
  const { flags, operands } = parseFlags(command, ["--resume", "a.png", "--format", "csv"]);
  assert.deepEqual([flags.resume, flags.format, operands], ["", "csv", ["a.png"]]);
  assert.equal(parseFlags(command, []).flags.resume, undefined);
  assert.throws(() => parseFlags(command, ["--resume=a"]), /--resume takes no value/);
  assert.throws(() => parseFlags(command, ["--format=png"]), /--format must be csv/);
});

Deno.test("- is an operand and -- ends the flags", () => {
  const parse = (...args: string[]) => parseFlags(SCORE, args);
  assert.deepEqual(parse("-", "a", "-q", "--", "--model", "-").operands, [
    "-",
    "a",
    "--model",
    "-",
  ]);
  assert.equal(parse("-0", "-").flags.null, true);
  assert.equal(parse("--model", "-", "a").flags.model, "-");
  assert.equal(parse("--model=-x", "a").flags.model, "-x");
  assert.deepEqual(parse("--", "--help").operands, ["--help"]);
});

Deno.test("negative numbers are values, and are judged by their range", () => {
  const beta = '--beta must be a number from 0 to 1000000: current value is "-1"';
  refuses(["--beta", "-1"], beta, helpOf("beta", "X"));
  refuses(["--seed", "-.5e1"], `--seed must be ${SEED}: current value is "-.5e1"`, SEED_HELP);
  assert.ok(Object.is(parseFlags(TRAIN, ["--beta", "-0"]).flags.beta, 0));
});
const SEED = "a whole number from 0 to 2147483647";
const SEED_HELP = helpOf("seed", "N");

/** The remedy for a wrong number: the flag's line of the help. */
function helpOf(name: FlagName, placeholder: string): string {
  return `--${name} ${placeholder}: ${FLAGS[name].help}`;
}

Deno.test("one number is a size of as many columns and rows", () => {
  const { flags } = parseFlags(TRAIN, ["--size=64"]);
  assert.deepEqual(flags.size, { width: 64, height: 64, isSide: true });
});

Deno.test("wrong numbers, choices and sizes are reported with their value", () => {
  const epochs = "--epochs must be a whole number from 1 to 1000000: current value is";
  for (
    const value of [
      "0",
      "1.5",
      "abc",
      "0x10",
      "1e400",
      "Infinity",
      "NaN",
      "9007199254740993",
      "1000001",
    ]
  ) {
    refuses(["--epochs", value], `${epochs} "${value}"`, helpOf("epochs", "N"));
  }
  assert.equal(parseFlags(TRAIN, ["--epochs", "1e3"]).flags.epochs, 1000);
  const seed = `--seed must be ${SEED}: current value is "2147483648"`;
  refuses(["--seed", "2147483648"], seed, SEED_HELP);
  for (const value of ["0", "1"]) {
    refuses(
      ["--fpr", value],
      `--fpr must be a number between 0 and 1: current value is "${value}"`,
      helpOf("fpr", "X"),
    );
  }
  refuses(
    ["--fit", "corp"],
    '--fit must be stretch or crop: current value is "corp"',
    "did you mean crop?",
  );
  for (
    const value of [
      "0",
      "64.5",
      "64x",
      "0x64",
      "64x0",
      "-1x2",
      "64×64",
      "1.5x2",
      "16777217x1",
      "16777217",
    ]
  ) {
    const wanted =
      `--size must be WIDTHxHEIGHT, such as 64x48, or a number for both: current value is "${value}"`;
    refuses([`--size=${value}`], wanted);
  }
  refuses(
    ["--normal", "a,,b"],
    '--normal must be names separated by commas: current value is "a,,b"',
  );
  refuses(["--out="], '--out must not be empty: current value is ""');
});

Deno.test("a missing value is not taken from the next flag", () => {
  refuses(["--out"], "--out needs a value, FILE");
  const hint = 'a value that begins with a dash must follow "=": --out=--quiet';
  refuses(["--out", "--quiet"], '--out needs a value, FILE: found "--quiet"', hint);
  refuses(["--quiet=yes"], '--quiet takes no value: current value is "yes"');
});

Deno.test("a flag with an implied value takes the number behind it, and nothing else", () => {
  const watch = {
    name: "watch",
    flags: ["serve", "model"],
    operands: { name: "DIR", help: "what to watch", least: 0 },
  } as const;
  const cases: [string[], number | undefined, string[]][] = [
    [[], undefined, []],
    [["--serve"], 0, []],
    [["--serve", "8080", "in"], 8080, ["in"]],
    [["in", "--serve=8080"], 8080, ["in"]],
    [["--serve", "in", "81"], 0, ["in", "81"]],
    [["--serve", "--model", "m", "82"], 0, ["82"]],
    [["--serve", "--", "83"], 0, ["83"]],
    [["--serve=84", "85"], 84, ["85"]],
  ];
  for (const [args, serve, operands] of cases) {
    const parsed = parseFlags(watch, args);
    assert.deepEqual([parsed.flags.serve, parsed.operands], [serve, operands], args.join(" "));
  }
  assert.throws(() => parseFlags(watch, ["--serve=page"]), /whole number from 0 to 65535/);
});

Deno.test("a flag given twice is refused, unless it may be repeated", () => {
  refuses(["--out", "a", "--out=b"], "--out is given twice", "give it once");
  refuses(["-q", "--quiet"], "--quiet is given twice", "give it once");
  const hint = "separate the values by commas: --normal A,B";
  refuses(["--normal", "a", "--normal", "b"], "--normal is given twice", hint);
});

Deno.test("an unknown flag brings the nearest that this command takes", () => {
  refuses(["--epoch", "3"], "it takes no --epoch", "did you mean --epochs?");
  // --model is a flag, but not of this command; nothing that it takes is near.
  const all = [...TRAIN.flags, "color", "quiet", "help", "version"].map((name) => `--${name}`).join(
    " ",
  );
  refuses(["--model", "vae"], "it takes no --model", `it takes ${all}`);
  refuses(["-x"], "it takes no -x", `it takes ${all}`);
  for (const file of ["-h.png", "-q0.fits", "-a/b", "--x.png"]) {
    const hint = `write ./${file} for a file whose name begins with a dash`;
    refuses([file], `it takes no ${file}`, hint);
  }
  refuses(["--__proto__=1"], "it takes no --__proto__", `it takes ${all}`);
  refuses(["--constructor"], "it takes no --constructor", `it takes ${all}`);
});

Deno.test("--help and --version win over whatever else is wrong", () => {
  assert.equal(parseFlags(SCORE, ["--bogus", "--help"]).flags.help, true);
  assert.equal(parseFlags(SCORE, ["-h"]).flags.help, true);
  assert.equal(parseFlags(SCORE, ["--version"]).flags.version, true);
});

Deno.test("too few operands, and any where none is taken, are refused", () => {
  refuses(["a.png"], 'it takes flags only: found "a.png"');
  assert.throws(() => parseFlags(SCORE, ["-q"]), (error) => {
    assert.ok(error instanceof StrayError);
    assert.equal(error.message, 'Cannot run "score" as it needs at least 1 SRC: found 0');
    assert.equal(error.hint, "SRC: what to score");
    return true;
  });
});

Deno.test("the table: letters are unique, every value has a name for the help", () => {
  const letters = Object.values(FLAGS).flatMap((flag) => "short" in flag ? [flag.short] : []);
  assert.equal(new Set(letters).size, letters.length);
  for (const name of Object.keys(FLAGS) as FlagName[]) {
    assert.equal(FLAGS[name].kind === "boolean", !("placeholder" in FLAGS[name]), name);
    assert.ok(!FLAGS[name].help.endsWith("."), name);
  }
});

Deno.test("the table: every number has bounds that float32 holds", () => {
  for (const [name, flag] of Object.entries<FlagEntry>(FLAGS)) {
    if (flag.kind !== "integer" && flag.kind !== "number") continue;
    const { min, max } = flag;
    assert.ok(min !== undefined && max !== undefined && min < max, name);
    for (const bound of [min, max]) {
      const magnitude = Math.abs(bound);
      assert.ok(magnitude === 0 || magnitude > 1.2e-38 && magnitude < 3.5e38, name);
    }
  }
});
