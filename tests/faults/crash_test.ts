import assert from "node:assert/strict";
import { checkpointSettings, decodeModel } from "../../src/store/mod.ts";
import { DIGITS, runTask, withFolder } from "../commands/_task.ts";
import { dataProgram } from "../fetch/_program.ts";
import { content, withServer } from "../fetch/_server.ts";
import { contents } from "../simulation/_settings.ts";
import { ERRORS, type Fault, faultTest, runWithFault } from "./_fault_library.ts";

/** Calls that write: a program is killed or refused at each. */
const WRITES = "open write sync rename";
const DATA = `--data=${DIGITS}train-images-idx3-ubyte.gz`;
const SMALL = [DATA, "--limit=120", "--epochs=2", "--batch=64", "--seed=1", "--backend=wasm"];

const FETCHED = { "a.gz": content(100_000, 3), "b.gz": content(1000, 5) };

/** A command line whose writing is interrupted. */
interface Case {
  readonly name: string;
  /** The command line, given its folder. */
  readonly args: (folder: string) => readonly string[];
  /** Flags of the run after a fault. @default {none} */
  readonly again?: readonly string[];
  /** The name of its permission set. @default {that of the command} */
  readonly permissions?: string;
  /** Runs once, given the folder above. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** Runs all, given the folder above, with another program than stray's. */
  readonly within?: (folder: string, run: (program: string) => Promise<void>) => Promise<void>;
  /** Files that are old or new as a whole, at any time, and how to read them. */
  readonly whole: Readonly<Record<string, (bytes: Uint8Array) => unknown>>;
}

/** The objects of NDJSON. */
function linesOf(bytes: Uint8Array): Record<string, unknown>[] {
  return new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Trains the model of further commands. */
async function trainPca(top: string): Promise<void> {
  await runTask("train", [...SMALL.slice(0, 2), "--model=pca", `--out=${top}/model`]);
}

const PLACES = Array.from({ length: 20 }, (_, i) => `${i}`);
const placeOf = ({ path }: Record<string, unknown>) => String(path).split("#")[1];

const CASES: readonly Case[] = [
  {
    name: "train with checkpoints",
    args: (folder) => [
      ...["train", ...SMALL, "--model=small", "--workers=1", "--calibrate=split"],
      ...[`--out=${folder}/m`, `--checkpoint=${folder}/c`],
    ],
    whole: {
      m: (bytes) => decodeModel(bytes, "m"),
      c: (bytes) => checkpointSettings(bytes, "c"),
    },
  },
  {
    name: "sweep",
    args: (folder) => [
      ...["sweep", ...SMALL.slice(0, 2), "--model=pca", "--seed=1", "--backend=wasm"],
      ...["--calibrate=split", "--grid=latent=1,2", `--out=${folder}/s.ndjson`, `--keep=${folder}`],
    ],
    whole: {
      "latent=1.safetensors": (bytes) => decodeModel(bytes, "m"),
      "s.ndjson": linesOf,
    },
  },
  {
    name: "embed",
    prepare: trainPca,
    args: (folder) => [
      ...["embed", `--model=${folder}/../model`, DATA.slice(7), "--limit=20", "--backend=wasm"],
      ...[`--out=${folder}/e.npy`],
    ],
    whole: { "e.npy": (bytes) => assert.equal(bytes[0], 0x93) },
  },
  {
    name: "score --out, resumed",
    prepare: trainPca,
    permissions: "score:out",
    args: (folder) => [
      ...["score", `--model=${folder}/../model`, DATA.slice(7), "--limit=20", "--backend=wasm"],
      ...[`--out=${folder}/s.ndjson`, "--workers=1", "--shard=1/1"],
    ],
    again: ["--resume"],
    whole: {
      "s.ndjson": (bytes) => assert.deepEqual(linesOf(bytes).map(placeOf), PLACES),
      "s.ndjson.shard": (bytes) => assert.equal(linesOf(bytes).length, 1),
    },
  },
  {
    name: "data",
    within: (top, run) =>
      withServer(FETCHED, {}, async (server) => run(await dataProgram(top, FETCHED, [server]))),
    args: (folder) => ["data", "small", `--out=${folder}`],
    whole: Object.fromEntries(
      Object.entries(FETCHED).map(([name, wanted]) => [
        name,
        (bytes: Uint8Array) => assert.deepEqual(bytes, wanted),
      ]),
    ),
  },
];

/** Runs work for each number of a range, some at a time. */
async function forEachCall(count: number, run: (call: number) => Promise<void>): Promise<void> {
  const calls = Array.from({ length: count }, (_, i) => i + 1).values();
  await Promise.all([0, 1].map(async () => {
    for (const call of calls) await run(call);
  }));
}

/** States of folders from which a run has succeeded: many faults leave the same. */
class KnownStates {
  readonly #known = new Set<string>();

  /** Whether a folder, in which some files are whole, is in a new state, which is known from now on. */
  async add(folder: string, whole: ReadonlySet<string> = new Set()): Promise<boolean> {
    const files = [...await contents(folder)].map(([path, bytes]) =>
      `${path.replace(/(?<=kept-)[0-9a-f]{8}|[0-9a-f]{8}(?=\.part)/, "")} ${
        whole.has(path) ? "is whole" : bytes
      }`
    );
    const state = files.sort().join("\n");
    const before = this.#known.size;
    return this.#known.add(state).size > before;
  }
}

/** The files of a folder that are whole, after a look at each. */
async function look(folder: string, whole: Case["whole"]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [name, read] of Object.entries(whole)) {
    const bytes = await Deno.readFile(`${folder}/${name}`).catch(() => undefined);
    if (bytes === undefined) continue;
    read(bytes);
    found.add(name);
  }
  return found;
}

for (const { prepare, within, ...tried } of CASES) {
  faultTest(
    `${tried.name}: killed or refused at every call that writes, files are whole`,
    async () => {
      await withFolder(async (top) => {
        await prepare?.(top);
        if (within) await within(top, (program) => tryAll(top, { ...tried, program }));
        else await tryAll(top, tried);
      });
    },
  );
}

/** A command line, run in a folder. */
type Run = (
  fault: Fault,
  folder: string,
  more?: readonly string[],
) => ReturnType<typeof runWithFault>;

/** No call fails. */
const NO_FAULT: Fault = { match: "nothing", op: "any" };

/**
 * Runs a command line once, and copies its folder before each call that writes: what a program that is killed there
 * leaves behind.
 *
 * @param top The folder above.
 * @param run Runs the command line.
 * @param least Fewest calls that are expected.
 * @returns The folder, and its copies.
 */
async function statesOf(
  top: string,
  run: Run,
  least: number,
): Promise<{ whole: string; states: string[] }> {
  const whole = `${top}/whole`, states: string[] = [];
  await Deno.mkdir(whole);
  const pause = async () => {
    const state = `${top}/before-${states.length + 1}`;
    await copyFolder(whole, state);
    states.push(state);
  };
  const done = await run(
    { match: whole, op: WRITES, pause },
    whole,
  );
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.calls, states.length);
  assert.ok(states.length >= least, `${states.length} calls`);
  return { whole, states };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const copy = isDirectory ? copyFolder : Deno.copyFile;
    await copy(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Runs a command line with a fault at each of its calls, or from where a kill left it, and then once more. */
async function tryAll(
  top: string,
  { args, again: more = [], whole, permissions, program }: Case & { readonly program?: string },
): Promise<void> {
  const options = {
    ...program !== undefined && { program },
    ...permissions !== undefined && { permissions },
  };
  const run: Run = (fault, folder, more = []) =>
    runWithFault(fault, [...args(folder), ...more], options);
  const { whole: first, states } = await statesOf(top, run, 6);
  const all = await look(first, whole);
  assert.equal(all.size, Object.keys(whole).length);
  const known = new KnownStates();
  /** The next run succeeds, and removes what the last one left. */
  const tryAgain = async (folder: string, before: ReadonlySet<string>, call: string) => {
    if (!await known.add(folder, before)) return;
    const again = await run(NO_FAULT, folder, more);
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await look(folder, whole)).size, all.size);
    const left = [...Deno.readDirSync(folder)].filter(({ name }) => /\.part(ial)?$/.test(name));
    assert.deepEqual(left, [], call);
    await Deno.remove(folder, { recursive: true });
  };
  await forEachCall(states.length, async (at) => {
    const killed = states[at - 1]!, refused = `${top}/refused-${at}`;
    await tryAgain(killed, await look(killed, whole), `killed at call ${at}`);
    await Deno.mkdir(refused);
    const fault = { match: refused, op: WRITES, at, error: ERRORS.ENOSPC };
    const { code, stderr } = await run(fault, refused);
    assert.doesNotMatch(stderr, /internal|Cannot go on|^ +at /m);
    const before = await look(refused, whole);
    if (code === 0) assert.equal(before.size, all.size, `call ${at}`);
    await tryAgain(refused, before, `refused call ${at}`);
  });
}

faultTest(
  "simulate: killed or refused at every call that writes, it resumes byte for byte",
  async () => {
    await withFolder(async (top) => {
      const args = (folder: string) => [
        ...[
          "simulate",
          "--size=16x16",
          "--seed=3",
          "--count=2",
          "--classes=no_sub",
          "--workers=1",
          "-q",
        ],
        `--out=${folder}`,
      ];
      const run: Run = (fault, folder) => runWithFault(fault, args(folder));
      const { whole, states } = await statesOf(top, run, 10);
      const wanted = await contents(whole), known = new KnownStates();
      const tryAgain = async (folder: string, call: string) => {
        if (!await known.add(folder)) return;
        const again = await run(NO_FAULT, folder);
        assert.equal(again.code, 0, again.stderr);
        const found = await contents(folder);
        assert.deepEqual([...found.keys()], [...wanted.keys()], call);
        for (const [path, bytes] of wanted) {
          assert.ok(found.get(path) === bytes, `${call}: ${path}`);
        }
      };
      await forEachCall(states.length, async (at) => {
        await tryAgain(states[at - 1]!, `killed at call ${at}`);
        const folder = `${top}/refused-${at}`;
        const fault = { match: folder, op: WRITES, at, error: ERRORS.EIO };
        const { code, calls, stderr } = await run(fault, folder);
        // A run that does not pause may write more at a time, in fewer calls.
        assert.equal(code, calls < at ? 0 : 1, `call ${at}: ${stderr}`);
        assert.doesNotMatch(stderr, /internal|Cannot go on|^ +at /m);
        await tryAgain(folder, `refused call ${at}`);
      });
    });
  },
);
