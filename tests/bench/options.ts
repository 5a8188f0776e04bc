/** The command line of the benchmark. */

import { parseArgs } from "node:util";
import process from "node:process";
import type { BackendName } from "../../mod.ts";

/** The sections of the benchmark, in order. */
export const SECTION_NAMES = [
  "kernels",
  "train",
  "score",
  "neighbours",
  "detectors",
  "files",
  "startup",
  "scaling",
  "memory",
] as const;

/** A section of the benchmark. */
export type SectionName = typeof SECTION_NAMES[number];

/** The parsed command line. */
export interface Options {
  /** Sections to run. */
  readonly sections: readonly SectionName[];
  /** Small sizes that take seconds, to check that everything runs; the numbers mean little. */
  readonly quick: boolean;
  /** Timed runs per row, after an untimed one. */
  readonly runs: number;
  /** Backend of stray. */
  readonly backend: BackendName;
  /** Workers of stray; its own choice if omitted. */
  readonly workers: number | undefined;
  /** Whether stray runs without the engine flag for 256-bit operations. */
  readonly narrow: boolean;
  /** Whether PyTorch is measured too. */
  readonly peers: boolean;
  /** The Python that has PyTorch, NumPy and Pillow; searched for if omitted. */
  readonly python: string | undefined;
  /** A folder with `train-images-idx3-ubyte.gz`; synthetic images if omitted. */
  readonly mnist: string | undefined;
  /** A folder of JPEG files; synthetic pictures if omitted. */
  readonly photos: string | undefined;
  /** Rows as NDJSON on stdout, the table on stderr. */
  readonly json: boolean;
  /** Whether the table is appended to a file in `docs/speed`. */
  readonly save: boolean;
  /** Only rows whose `section/name` contains this. */
  readonly only: string | undefined;
}

/** Text of `--help`. */
export const HELP = `deno task bench:speed [SECTION …] [flags]

sections (default: all)
  kernels     every kernel by shape, against plain tfjs
  train       images per second in training, by network
  score       images per second from memory to scores
  neighbours  images per second compared with 54,000 others, beside PyTorch and scikit-learn
  detectors   whole processes that train \`knn\` and \`open-set\` on 54,000 digits, and score 10,000
  files       whole processes, from PNG and JPEG files to NDJSON
  startup     time to the first record, and to the help
  scaling     time per image and peak memory, at 10,000 and 100,000 images
  memory      peak memory in training and in scoring

flags
  --quick          small sizes, to check that everything runs; the numbers mean little
  --peers          also measure PyTorch and Pillow, in turns with stray
  --runs N         timed runs, after an untimed one (default 5; with --quick 2)
  --backend NAME   webgpu, wasm or cpu (default wasm); the peer of webgpu is CUDA, if available
  --narrow         without the engine's 256-bit operations
  --workers N      workers of stray (default: its own choice)
  --only TEXT      only rows whose "section/name" contains this
  --mnist DIR      a folder with MNIST's four files (default: synthetic images)
  --photos DIR     a folder of JPEG files (default: synthetic pictures, made by Pillow)
  --python FILE    the Python that has PyTorch, NumPy and Pillow (default: found)
  --json           NDJSON on stdout, the table on stderr
  --save           append the table to a file in docs/speed
  --help           print this help
`;

/**
 * Parses the command line.
 *
 * @param args The arguments.
 * @returns The options, or undefined for `--help`.
 * @throws {TypeError | RangeError} If a flag is unknown or a value wrong.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      narrow: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      save: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      runs: { type: "string" },
      backend: { type: "string", default: "wasm" },
      workers: { type: "string" },
      only: { type: "string" },
      mnist: { type: "string" },
      photos: { type: "string" },
      python: { type: "string" },
    },
  });
  if (values.help) return undefined;
  return {
    sections: positionals.length > 0
      ? SECTION_NAMES.filter((name) => positionals.map(sectionName).includes(name))
      : SECTION_NAMES,
    quick: values.quick,
    runs: wholeNumber("--runs", values.runs) ?? (values.quick ? 2 : 5),
    backend: oneOf("--backend", values.backend, ["webgpu", "wasm", "cpu"] as const),
    workers: wholeNumber("--workers", values.workers),
    narrow: values.narrow,
    peers: values.peers,
    python: values.python,
    mnist: callersPath(values.mnist),
    photos: callersPath(values.photos),
    json: values.json,
    save: values.save,
    only: values.only,
  };
}

function sectionName(text: string): SectionName {
  return oneOf("section", text, SECTION_NAMES);
}

function oneOf<T extends string>(what: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new RangeError(
    `Cannot run the benchmark as ${what} must be one of ${
      choices.join(", ")
    }: current value is "${text}"`,
  );
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(
    `Cannot run the benchmark as ${flag} must be a whole number of at least 1: current value is "${text}"`,
  );
}

/** Resolves a path against the caller's folder: a task runs in the project's folder. */
function callersPath(path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith("/")) return path;
  return `${process.env["INIT_CWD"] ?? Deno.cwd()}/${path}`;
}
