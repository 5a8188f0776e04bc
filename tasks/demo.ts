/** `demo`: a complete lensing experiment, run with the commands that users type. */

import { join } from "../src/path.ts";
import {
  type CommandContext,
  defineCommand,
  ExitCode,
  programName,
  usageError,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { writeFileAtomically } from "../src/write_file.ts";
import { keepLines, type Redirection, runLine } from "./_pipeline.ts";
import { drawFolders } from "./_sheet.ts";

type Context = CommandContext<"out" | "count" | "seed" | "backend">;

/** Lenses that calibrate, and lenses to test per class, unless told. */
const COUNT = 200;
/** Fewest lenses that calibrate a false positive rate of .05. */
const MIN_COUNT = 19;
/** Lenses whose shear, light and source vary. */
const RECIPE = ["--recipe", "model-b", "--size", "64x64"];
const CLASSES = ["no_sub", "cdm", "vortex"] as const;

/** `demo`. */
export const command = defineCommand({
  name: "demo",
  flags: ["out", "count", "seed", "backend"],
  help: {
    out: "the folder for all results (default stray-demo)",
    count: `lenses that calibrate, and lenses to test per class (default ${COUNT})`,
  },
  notes: [
    `Simulates ${COUNT} strong lenses without substructure, fits a smooth lens to each and ` +
    `calibrates on the residuals. Then simulates and scores ${COUNT} lenses per class: without ` +
    "substructure, with cold-dark-matter subhalos, and with a vortex. Prints how well each kind of " +
    "substructure is found; keeps images, model, scores, a contact sheet of the three classes, a " +
    "sheet of lenses with their residuals and the mass that these speak for, and a report in a folder.",
    "Faint arcs far from the lens are hard: their residuals are mostly noise. The report shows them among the " +
    "missed anomalies.",
    "Each step is a command, printed on stderr as it would be typed.",
  ],
  examples: ["demo", "demo --count 50", "demo --out lenses --seed 2 | jq .auroc"],
  run: demo,
});

async function demo(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  const out = flags.out ?? "stray-demo", seed = flags.seed ?? 0;
  const count = flags.count ?? COUNT;
  if (count < MIN_COUNT) {
    throw usageError(
      `Cannot run the demo as --count must be at least ${MIN_COUNT}: current value is ${count}`,
      `as few as ${MIN_COUNT} lenses calibrate a false positive rate of .05`,
    );
  }
  const began = performance.now();
  const [training, tests] = [join(out, "train"), join(out, "test")];
  const [model, scores] = [join(out, "lens.safetensors"), join(out, "scores.ndjson")];
  const page = join(out, "report.html");
  const steps = new Steps(context);
  await steps.run("simulate", [
    ...[...RECIPE, "--classes", "no_sub", "--count", `${count}`, "--seed", `${2 * seed}`],
    ...["--out", training],
  ]);
  await steps.run("simulate", [
    ...[...RECIPE, "--classes", CLASSES.join(), "--count", `${count}`, "--seed", `${2 * seed + 1}`],
    ...["--out", tests],
  ]);
  const backend = flags.backend === undefined ? [] : ["--backend", flags.backend];
  await steps.run("train", [
    ...["--data", training, "--model", "lens-fit", ...backend, "--out", model],
  ]);
  const kept = keepLines();
  const toFile = { stdout: kept.writer };
  await steps.run("score", ["--model", model, ...backend, tests], toFile, `> ${scores}`);
  const records = await kept.bytes();
  await writeFileAtomically(resolve(scores), records);
  await steps.run("evaluate", ["--by", "label"], { stdin: records }, `< ${scores}`);
  await stdout.flush();
  const sheet = join(out, "sheet.png");
  await writeFileAtomically(resolve(sheet), await drawFolders(CLASSES, resolve(tests)));
  const lenses = join(out, "lenses.png");
  const { drawLenses } = await import("./_lens_sheet.ts");
  const bytes = await Deno.readFile(resolve(model));
  await writeFileAtomically(resolve(lenses), await drawLenses(CLASSES, resolve(tests), bytes));
  stderr.info(
    `wrote ${sheet}: one row each for ${
      CLASSES.join(", ")
    }; and ${lenses}: image, residuals and mass of some`,
  );
  await steps.run("report", ["--model", model, ...backend, "--scores", scores, "--out", page]);
  const seconds = (performance.now() - began) / 1000;
  stderr.info(`open ${resolve(page)} in a browser; ${seconds.toFixed(0)} s in all`);
  return ExitCode.done;
}

/** Commands by name; each is imported when it runs. */
const LOADERS = {
  simulate: async () => (await import("./simulate.ts")).command,
  train: async () => (await import("./train.ts")).command,
  score: async () => (await import("./score.ts")).command,
  evaluate: async () => (await import("./evaluate.ts")).command,
  report: async () => (await import("./report.ts")).command,
} as const;

/** Prints and runs one step after another. */
class Steps {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Runs a command line; a failure ends the demo. */
  async run(
    name: keyof typeof LOADERS,
    args: readonly string[],
    redirection: Redirection = {},
    redirected = "",
  ): Promise<void> {
    const { stderr, signal } = this.#context;
    stderr.info(`$ ${[programName(), name, ...args, redirected].join(" ").trim()}`);
    // The commands differ in their flags, which `runLine` parses by each command's own list.
    const command = await LOADERS[name]() as Parameters<typeof runLine>[0];
    const code = await runLine(command, args, this.#context, redirection);
    signal.throwIfAborted();
    if (code !== ExitCode.done) {
      throw new StrayError("input", `Cannot go on as ${name} ended with ${code}`);
    }
  }
}
