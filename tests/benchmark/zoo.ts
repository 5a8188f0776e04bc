/** `zoo`: every model on the same digits, in one table. */

import { parseArgs } from "node:util";
import { MODELS } from "../../src/models/mod.ts";
import { measure, type Measured } from "./measure.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const ZOO_HELP = `deno task bench:quality zoo --mnist DIR [flags]

  --mnist DIR        train-images-idx3-ubyte.gz and its three companions
  --corrupted FILE   an npz of x_train (clean) and x_test (some corrupted)
  --answer FILE      a line of 0 and 1, where 1 marks the corrupted images of x_test
  --models A,B       only these models (default: all)
  --digits A,B       digits held out in turn (default 0,1,8)
  --limit N          training images per run (default: all)
  --epochs N         epochs per run (default: the model's own)
  --seconds X        maximum time per training (default: none)
  --seed N           (default 1)
  --json             one JSON object per model on stdout; the table goes to stderr
`;

/**
 * Resolves a path against the folder where `deno task` was called.
 *
 * @param path The path.
 * @returns An absolute path.
 */
export function atCaller(path: string): string {
  return path.startsWith("/") ? path : `${Deno.env.get("INIT_CWD") ?? Deno.cwd()}/${path}`;
}

function whole(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function row({ model, parameters, seconds, digits, corrupted, note }: Measured): string {
  const cell = (value: number | undefined) => value === undefined ? "" : value.toFixed(3);
  return tableRow([
    `\`${model}\``,
    parameters?.toLocaleString("en-US") ?? "",
    seconds?.toFixed(0) ?? "",
    ...digits.map(cell),
    cell(corrupted?.auroc),
    cell(corrupted?.f1),
    note ?? "",
  ]);
}

/**
 * Measures models and prints one line per model.
 *
 * @param args The flags.
 * @returns The exit code.
 */
export async function zoo(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      mnist: { type: "string" },
      corrupted: { type: "string" },
      answer: { type: "string" },
      models: { type: "string" },
      digits: { type: "string", default: "0,1,8" },
      limit: { type: "string" },
      epochs: { type: "string" },
      seconds: { type: "string" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    },
  });
  if (values.mnist === undefined) {
    write(Deno.stderr, ZOO_HELP);
    return 2;
  }
  const { corrupted, answer } = values;
  const data = {
    mnist: atCaller(values.mnist),
    digits: values.digits.split(","),
    corrupted: corrupted === undefined || answer === undefined
      ? undefined
      : { images: atCaller(corrupted), answer: atCaller(answer) },
    limit: whole(values.limit),
    epochs: whole(values.epochs),
    seconds: whole(values.seconds),
    seed: Number(values.seed),
  };
  const table = values.json ? Deno.stderr : Deno.stdout;
  const digits = data.digits.map((digit) => `AUROC of ${digit}`);
  const heads = ["model", "values", "s per training", ...digits];
  write(table, tableHead([...heads, "corrupted: AUROC", "F1 at p <= 0.01", ""]));
  for (const model of values.models?.split(",") ?? Object.keys(MODELS)) {
    const measured = await measure(model, data);
    write(table, row(measured));
    if (values.json) write(Deno.stdout, `${JSON.stringify(measured)}\n`);
  }
  return 0;
}
