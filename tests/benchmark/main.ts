/**
 * `deno task benchmark zoo`: how well every model finds what does not belong, in one table.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { ARCHITECTURES, KINDS } from "../../src/models/mod.ts";
import { type Data, measure, type Measured } from "./measure.ts";

const HELP = `deno task benchmark zoo --mnist DIR [flags]

  --mnist DIR        train-images-idx3-ubyte.gz and its three companions
  --corrupted FILE   an npz of x_train (clean) and x_test (some corrupted)
  --answer FILE      a line of 0 and 1: which of x_test are corrupted
  --models A,B       only these models (default: all)
  --digits A,B       the digits held out in turn (default 0,1,8)
  --limit N          training images of each run (default: all)
  --epochs N         passes of each run (default: the model's own)
  --seconds X        most time of each training (default: none)
  --seed N           (default 1)
  --json             one JSON object a model, on stdout; the table goes to stderr
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
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
    help: { type: "boolean", default: false },
  },
});

function write(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

/** The caller's folder is where `deno task` was called. */
function atCaller(path: string): string {
  return path.startsWith("/") ? path : `${Deno.env.get("INIT_CWD") ?? Deno.cwd()}/${path}`;
}

function whole(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function row({ model, parameters, seconds, digits, corrupted, note }: Measured): string {
  const cell = (value: number | undefined) => value === undefined ? "" : value.toFixed(3);
  const cells = [
    `\`${model}\``,
    parameters?.toLocaleString("en-US") ?? "",
    seconds?.toFixed(0) ?? "",
    ...digits.map(cell),
    cell(corrupted?.auroc),
    cell(corrupted?.f1),
    note ?? "",
  ];
  return `| ${cells.join(" | ")} |\n`;
}

if (values.help || positionals[0] !== "zoo" || values.mnist === undefined) {
  write(values.help ? Deno.stdout : Deno.stderr, HELP);
  Deno.exit(values.help ? 0 : 2);
}

const data: Data = {
  mnist: atCaller(values.mnist),
  digits: values.digits.split(","),
  corrupted: values.corrupted === undefined || values.answer === undefined
    ? undefined
    : { images: atCaller(values.corrupted), answer: atCaller(values.answer) },
  limit: whole(values.limit),
  epochs: whole(values.epochs),
  seconds: whole(values.seconds),
  seed: Number(values.seed),
};
const table = values.json ? Deno.stderr : Deno.stdout;
const heads = [
  "model",
  "values",
  "s a training",
  ...data.digits.map((digit) => `AUROC of ${digit}`),
];
write(table, `| ${heads.join(" | ")} | corrupted: AUROC | F1 at p <= 0.01 | |\n`);
write(table, `|${" --- |".repeat(heads.length + 3)}\n`);
const models = values.models?.split(",") ?? [...Object.keys(KINDS), ...Object.keys(ARCHITECTURES)];
for (const model of models) {
  const measured = await measure(model, data);
  write(table, row(measured));
  if (values.json) write(Deno.stdout, `${JSON.stringify(measured)}\n`);
}
