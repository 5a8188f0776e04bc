/** The table of all commands: what each does, and which permissions it has. */

import type { CommandEntry } from "../src/cli/mod.ts";
import { SHARD_NAMES } from "./_shard.ts";
import type { Permissions } from "./permissions.ts";

/** An entry of the table. */
export interface TaskEntry extends Omit<CommandEntry, "name">, Permissions {}

/** Results go to stdout, and no file is written, unless `--out` names it. */
const WRITES_OUT = { flags: ["--out"], permission: "write" } as const;

/**
 * All commands, in the order of the help. `deno.json` repeats summaries and permissions, as tasks need
 * them there; a test compares.
 *
 * Each command is imported when it is called, so that `evaluate` does not load what `train` needs.
 *
 * Only `data` has the network, and all of it (and `watch --serve`, whose task has 127.0.0.1 alone): `--mirror` may name any host, servers redirect to others,
 * and a flag cannot narrow a permission that is set in deno.json. A download is written only below
 * `--out`, and keeps its name only if its hash is the one in the table.
 */
export const COMMANDS = {
  simulate: {
    summary: "simulate labelled images of gravitational lenses, with and without substructure",
    permissions: ["read", "write"],
    onlyWith: WRITES_OUT,
    env: SHARD_NAMES,
    load: async () => (await import("./simulate.ts")).command,
  },
  train: {
    summary: "train a model on normal images and calibrate it on held-out ones",
    permissions: ["read", "write"],
    load: async () => (await import("./train.ts")).command,
  },
  calibrate: {
    summary: "calibrate a model on normal images of another camera, night or instrument",
    permissions: ["read", "write"],
    load: async () => (await import("./calibrate.ts")).command,
  },
  score: {
    summary: "stream an anomaly score per image as NDJSON",
    permissions: ["read"],
    withFlag: { flags: ["--heatmaps", "--masks", "--mass-maps", "--out"], permission: "write" },
    env: SHARD_NAMES,
    load: async () => (await import("./score.ts")).command,
  },
  merge: {
    summary: "join the parts of a score, once they are checked, to one",
    permissions: ["read", "write"],
    onlyWith: WRITES_OUT,
    load: async () => (await import("./merge.ts")).command,
  },
  watch: {
    summary: "score images as they arrive in a folder",
    permissions: ["read"],
    withFlag: { flags: ["--serve"], permission: "net" },
    load: async () => (await import("./watch.ts")).command,
  },
  evaluate: {
    summary: "compute metrics of labelled score records on stdin, as one JSON object",
    permissions: [],
    withFlag: { flags: ["--masks"], permission: "read" },
    load: async () => (await import("./evaluate.ts")).command,
  },
  label: {
    summary: "convert score records on stdin to one line of 0 and 1, a digit per image",
    permissions: [],
    load: async () => (await import("./label.ts")).command,
  },
  info: {
    summary: "show the contents of a model file",
    permissions: ["read"],
    load: async () => (await import("./info.ts")).command,
  },
  summary: {
    summary: "list the layers of a network, their shapes and parameters",
    permissions: ["read"],
    load: async () => (await import("./summary.ts")).command,
  },
  embed: {
    summary: "compute latents of images as NDJSON or npy, and map them to a plane",
    permissions: ["read", "write"],
    onlyWith: WRITES_OUT,
    env: SHARD_NAMES,
    load: async () => (await import("./embed.ts")).command,
  },
  neighbours: {
    summary: "measure recognition accuracy by the nearest labelled latents",
    permissions: ["read"],
    load: async () => (await import("./neighbours.ts")).command,
  },
  sample: {
    summary: "make new images: at random, along latent units, or between images",
    permissions: ["read", "write"],
    load: async () => (await import("./sample.ts")).command,
  },
  reconstruct: {
    summary: "draw originals over reconstructions over differences, as one PNG",
    permissions: ["read", "write"],
    load: async () => (await import("./reconstruct.ts")).command,
  },
  fit: {
    summary: "fit a gravitational lens to each observed image, with errors and maps of the fit",
    permissions: ["read", "write"],
    load: async () => (await import("./fit.ts")).command,
  },
  report: {
    summary: "write a model and its scores as one HTML page",
    permissions: ["read", "write"],
    load: async () => (await import("./report.ts")).command,
  },
  plot: {
    summary: "draw one figure of a model or its scores as SVG or PNG",
    permissions: ["read", "write"],
    load: async () => (await import("./plot.ts")).command,
  },
  export: {
    summary: "write a model as ONNX, a graph model of TensorFlow.js, or a page that scores images",
    permissions: ["read", "write"],
    load: async () => (await import("./export.ts")).command,
  },
  sweep: {
    summary: "train over a grid of flags, with a record per run",
    permissions: ["read", "write"],
    env: SHARD_NAMES,
    load: async () => (await import("./sweep.ts")).command,
  },
  doctor: {
    summary: "check which backends work here, with a numerical self-test",
    permissions: ["read"],
    load: async () => (await import("./doctor.ts")).command,
  },
  data: {
    summary: "fetch a public data set by name and check its hash",
    permissions: ["read", "write", "net"],
    load: async () => (await import("./data.ts")).command,
  },
  demo: {
    summary: "simulate lenses, train, score and evaluate, in about a minute",
    permissions: ["read", "write"],
    load: async () => (await import("./demo.ts")).command,
  },
  completions: {
    summary: "print completions for bash, zsh or fish",
    permissions: [],
    load: async () => (await import("./completions.ts")).command,
  },
  man: {
    summary: "print the man page",
    permissions: [],
    load: async () => (await import("./man.ts")).command,
  },
} as const satisfies Readonly<Record<string, TaskEntry>>;
