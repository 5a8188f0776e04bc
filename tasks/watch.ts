/** `watch`: scores images as they arrive in a folder. */

import { type CommandContext, defineCommand, type ExitCode } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { splitLines } from "../src/lines.ts";
import { Arrivals } from "./_arrivals.ts";
import { openDetector } from "./_open_detector.ts";
import { runLine } from "./_pipeline.ts";
import { command as score } from "./score.ts";

/** Flags that are `score`'s. */
const SCORE_FLAGS = [
  "model",
  "score",
  "fpr",
  "threshold",
  "fields",
  "limit",
  "max-pixels",
  "max-memory",
  "max-errors",
  "backend",
  "workers",
] as const;

const WATCH_FLAGS = [...SCORE_FLAGS, "since", "serve"] as const;

type Context = CommandContext<typeof WATCH_FLAGS[number]>;

/** Longest record of `--since`, bytes. */
const MAX_LINE = 1 << 26;
const NEWLINE = 0x0a;

/** `watch`. */
export const command = defineCommand({
  name: "watch",
  operands: {
    name: "DIR",
    help: "the folder; images in folders below it have their label",
    least: 1,
    most: 1,
    path: "reads",
  },
  flags: WATCH_FLAGS,
  help: { limit: "end after so many images (default: on Ctrl-C)" },
  notes: [
    "Scores every image in the folder once: those that are there, then those that come, as soon as they " +
    "have not changed for a second. To write under another name and rename is surest. Only files with the name " +
    "of an image count, hidden ones never. Empty files are left alone until something is written to them.",
    "--since FILE continues after a restart: images that have a record in FILE are not scored again. The task " +
    "watch has no network: deno task watch:serve may serve a page on 127.0.0.1.",
  ],
  examples: [
    "watch nightly --model m.safetensors --since scores.ndjson >> scores.ndjson",
    "deno task watch:serve nightly --model m.safetensors --serve",
  ],
  run: watch,
});

async function watch(context: Context): Promise<ExitCode> {
  const { flags, stderr, resolve } = context;
  const [folder = ""] = context.arguments;
  const root = resolve(folder);
  const info = await Deno.stat(root).catch(() => undefined);
  if (!info?.isDirectory) {
    const reason = info ? "it must be a folder" : "there is no such folder";
    throw new StrayError("not_found", `Cannot watch "${folder}" as ${reason}`);
  }
  const { seen, isTorn } = await readSeen(flags.since, context);
  // Else the next record would go on in the last line of a killed run, where both are one file.
  if (isTorn) await context.stdout.writeText("\n");
  const arrivals = new Arrivals({
    ...{ root, folder },
    seen,
    onTrouble: (message) => stderr.warn(message),
  });
  const server = flags.serve === undefined ? undefined : await serve(folder, flags.serve, context);
  if (server) stderr.info(`open ${server.address}`);
  try {
    arrivals.start();
    return await runLine(score, [...scoreArguments(flags), "-"], context, {
      stdin: arrivals.stream(),
      stdout: server ? server.tee(context.stdout) : context.stdout,
    });
  } finally {
    arrivals.close();
    await server?.close();
  }
}

/** The flags of `score` as they were given. */
function scoreArguments(flags: Context["flags"]): string[] {
  return SCORE_FLAGS.flatMap((name) =>
    flags[name] === undefined ? [] : [`--${name}=${flags[name]}`]
  );
}

/** Starts the page's server. Its pictures are made by a model of their own. */
async function serve(folder: string, port: number, context: Context) {
  const { WatchServer } = await import("./_watch_server.ts");
  const { stdout, stdin, signal, resolve, directory, flags } = context;
  const nothing = () => {};
  const quiet = { info: nothing, warn: nothing, error: nothing, progress: nothing };
  const inner = { stdout, stdin, signal, resolve, directory, arguments: [], stderr: quiet };
  const { detector } = await openDetector({ ...inner, flags }, "watch", { fpr: flags.fpr });
  return new WatchServer({
    ...{ folder, detector, port },
    context: { ...inner, flags: { ...flags, vectors: false } },
  });
}

/** Paths of the records of earlier runs, and whether the last line has no end; a damaged one has no path. */
async function readSeen(
  name: string | undefined,
  { resolve, stderr }: Context,
): Promise<{ readonly seen: Set<string>; readonly isTorn: boolean }> {
  const seen = new Set<string>();
  if (name === undefined) return { seen, isTorn: false };
  let file: Deno.FsFile;
  try {
    file = await Deno.open(resolve(name));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return { seen, isTorn: false };
    throw new StrayError("denied", `Cannot read "${name}" as ${(cause as Error).message}`, {
      cause,
    });
  }
  const decoder = new TextDecoder();
  let broken = 0, last = NEWLINE;
  async function* chunks() {
    for await (const chunk of file.readable) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
  }
  for await (const { bytes } of splitLines(chunks(), MAX_LINE)) {
    const text = decoder.decode(bytes).trim();
    if (text === "") continue;
    try {
      const { path } = JSON.parse(text);
      if (typeof path === "string") seen.add(path);
    } catch {
      broken++;
    }
  }
  if (broken > 0) stderr.warn(`${broken} lines of ${name} are no records: left out`);
  return { seen, isTorn: last !== NEWLINE };
}
