/**
 * stray, the one program: `main.ts COMMAND …` is what `deno task COMMAND …` runs, and what the binary
 * is compiled from.
 *
 * @module
 */

import { type CommandEntry, runProgram } from "../src/cli/mod.ts";
import { keepPermissionsOf, PERMISSIONS } from "./permissions.ts";

type Name = keyof typeof PERMISSIONS;

/** Commands are imported when they are called: `evaluate` need not wait for what `train` needs. */
const COMMANDS: readonly (CommandEntry & { readonly name: Name })[] = [
  {
    name: "simulate",
    summary: "labelled images of gravitational lenses, with and without substructure",
    load: async () => (await import("./simulate.ts")).command,
  },
  {
    name: "train",
    summary: "train a model on normal images and calibrate it on held-out ones",
    load: async () => (await import("./train.ts")).command,
  },
  {
    name: "score",
    summary: "stream an anomaly score per image as NDJSON",
    load: async () => (await import("./score.ts")).command,
  },
  {
    name: "evaluate",
    summary: "metrics of labelled score records on stdin, as one JSON object",
    load: async () => (await import("./evaluate.ts")).command,
  },
  {
    name: "label",
    summary: "score records on stdin to one line of 0 and 1, a digit an image",
    load: async () => (await import("./label.ts")).command,
  },
  {
    name: "info",
    summary: "what is in a model file",
    load: async () => (await import("./info.ts")).command,
  },
  {
    name: "summary",
    summary: "the layers of a network, their shapes and parameters",
    load: async () => (await import("./summary.ts")).command,
  },
  {
    name: "embed",
    summary: "the latents of images, as NDJSON or npy, and their map on a plane",
    load: async () => (await import("./embed.ts")).command,
  },
  {
    name: "neighbours",
    summary: "recognition accuracy by the nearest labelled latents",
    load: async () => (await import("./neighbours.ts")).command,
  },
  {
    name: "sample",
    summary: "new images: by chance, along latent units, or between images",
    load: async () => (await import("./sample.ts")).command,
  },
  {
    name: "reconstruct",
    summary: "originals over reconstructions over differences, as one PNG",
    load: async () => (await import("./reconstruct.ts")).command,
  },
  {
    name: "sweep",
    summary: "train over a grid of flags, a record a run",
    load: async () => (await import("./sweep.ts")).command,
  },
  {
    name: "doctor",
    summary: "which backends work here, with a numerical self-test",
    load: async () => (await import("./doctor.ts")).command,
  },
  {
    name: "data",
    summary: "fetch a public data set by name and check its hash",
    load: async () => (await import("./data.ts")).command,
  },
  {
    name: "demo",
    summary: "simulate lenses, train, score and evaluate, in about a minute",
    load: async () => (await import("./demo.ts")).command,
  },
];

if (import.meta.main) {
  const commands = COMMANDS.map((entry) => ({
    ...entry,
    load: () => {
      keepPermissionsOf(entry.name, Deno.args.slice(1));
      return entry.load();
    },
  }));
  Deno.exit(await runProgram(Deno.args, commands));
}
