import assert from "node:assert/strict";
import type { CommandContext } from "../../src/cli/mod.ts";
import { keepLines, runLine } from "../../tasks/_pipeline.ts";
import { readShard, SHARD_NAMES } from "../../tasks/_shard.ts";
import { command as score } from "../../tasks/score.ts";
import { isFailed, readSources } from "../../src/datasets/mod.ts";
import { exists } from "../../src/file_identity.ts";
import { runStray } from "../cli/_program.ts";
import { DIGITS, records, runIn, trainDigits, withFolder, writePng } from "./_task.ts";

/** Numbers of parts: also more than there are inputs. */
const COUNTS = [1, 2, 7, 12];
/** Checks that the parts in order are the whole, byte for byte. */
async function checkParts(
  command: string,
  args: readonly string[],
  directory: string,
  stdin = "",
): Promise<string> {
  const { stdout: whole } = await runIn(directory, command, args, stdin);
  assert.ok(whole.length > 100);
  for (const count of COUNTS) {
    let parts = "";
    for (let i = 1; i <= count; i++) {
      parts += (await runIn(directory, command, [...args, `--shard=${i}/${count}`], stdin)).stdout;
    }
    assert.ok(parts === whole, `${command} in ${count} parts`);
  }
  return whole;
}

Deno.test("parts of score and embed, in order, are one run byte for byte", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    await Deno.mkdir(`${folder}/photos/a`, { recursive: true });
    for (let i = 0; i < 11; i++) {
      const path = `${folder}/photos/${i < 4 ? "a/" : ""}${i}.png`;
      await writePng(path, 8, 8, (x, y) => (x * y * (i + 3)) % 256);
    }
    await Deno.writeTextFile(`${folder}/photos/5.png`, "no image");
    await Deno.writeTextFile(`${folder}/photos/notes.txt`, "no image");
    const few = ["--model", model, "--backend=wasm", "--workers=1"];
    const digits = `${DIGITS}test-images-idx3-ubyte.gz`;
    const scored = await checkParts("score", [...few, "photos"], folder);
    assert.equal(records(scored).length, 11);
    await checkParts("score", [...few, "photos", digits, "none.png", "--limit=20"], folder);

    const list = Array.from({ length: 9 }, (_, i) => `{"path":"photos/${i + 2}.png","night":${i}}`);
    await checkParts("score", [...few, "-"], folder, list.join("\n"));
    await checkParts("embed", ["--model", model, "--backend=wasm", "photos"], folder);
  });
});

/** Lines of progress of score, "" where it is cleared. */
async function progressOf(args: readonly string[], directory: string): Promise<string[]> {
  const lines: string[] = [], say = () => {};
  await runLine(score, args, {
    flags: {} as CommandContext["flags"],
    arguments: [],
    stdout: keepLines().writer,
    stderr: { info: say, warn: say, error: say, progress: (line) => void lines.push(line ?? "") },
    stdin: new Blob().stream(),
    directory,
    resolve: (path) => path.startsWith("/") ? path : `${directory}/${path}`,
    signal: new AbortController().signal,
  });
  return lines;
}

Deno.test("progress of score has count, rate, and in a part the total and the time left", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const args = [
      "--model",
      model,
      "--backend=wasm",
      "--workers=1",
      `${DIGITS}test-images-idx3-ubyte.gz`,
    ];
    const part = await progressOf([...args, "--limit=40", "--shard=1/2"], folder);
    assert.match(
      part.findLast((line) => line !== "")!,
      /^20 of 20 images, [\d,.]+\/s, 0 s left$/,
    );
    const whole = await progressOf([...args, "--limit=40"], folder);
    assert.match(
      whole.findLast((line) => line !== "")!,
      /^40( of 40)? images, [\d,.]+\/s/,
    );
    assert.equal(whole.at(-1), "");
  });
});

Deno.test("heatmaps of the parts have the names of one run", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const args = ["--model", model, "--backend=wasm", "--limit=9", "--heatmaps=maps"];
    await checkParts("score", [...args, `${DIGITS}test-images-idx3-ubyte.gz`], folder);
    assert.equal([...Deno.readDirSync(`${folder}/maps`)].length, 9);
  });
});

Deno.test("parts of simulate are one series; --start draws others of the same series", async () => {
  await withFolder(async (folder) => {
    const few = ["--size=16x16", "--workers=1", "--classes=no_sub,cdm"];
    const whole = await checkParts("simulate", [...few, "--count=4", "--stdout=ndjson"], folder);
    const from = async (start: number, count: number) =>
      records(
        (await runIn(folder, "simulate", [
          ...few,
          `--start=${start}`,
          `--count=${count}`,
          "--stdout=ndjson",
        ])).stdout,
      );
    const lines = records(whole);
    assert.deepEqual([...await from(1, 2)], [1, 2, 5, 6].map((i) => lines[i]));
    const later = new Set((await from(4, 2)).map(({ path }) => path));
    assert.deepEqual([...later], [
      "no_sub/000004.png",
      "no_sub/000005.png",
      "cdm/000004.png",
      "cdm/000005.png",
    ]);
  });
});

Deno.test("parts of simulate go to folders of their own or to one", async () => {
  await withFolder(async (folder) => {
    const few = ["--size=16x16", "--workers=1", "--classes=no_sub,cdm", "--count=3"];
    const manifest = (name: string) => Deno.readTextFile(`${folder}/${name}/manifest.ndjson`);
    await runIn(folder, "simulate", [...few, "--out=whole"]);
    for (const i of [2, 1, 3]) {
      await runIn(folder, "simulate", [...few, "--out=one", `--shard=${i}/3`]);
      await runIn(folder, "simulate", [...few, `--out=part${i}`, `--shard=${i}/3`]);
    }
    const parts = await Promise.all([1, 2, 3].map((i) => manifest(`part${i}`)));
    assert.equal(parts.join(""), await manifest("whole"));
    assert.equal(await manifest("one"), await manifest("whole"));
    await runIn(folder, "simulate", [...few, "--out=stack", "--format=npy", "--start=5"]);
    const paths = records(await manifest("stack")).map(({ path, index }) => `${path} ${index}`);
    assert.deepEqual(paths.slice(0, 2), ["no_sub.npy#0 5", "no_sub.npy#1 6"]);
  });
});

for (const format of ["npy", "npz"]) {
  Deno.test(`stacks of the parts of simulate, joined in order, are those of one run: ${format}`, async () => {
    await withFolder(async (folder) => {
      const few = ["--size=16x16", "--workers=1", "--classes=no_sub,cdm", `--format=${format}`];
      const args = [...few, "--count=5", "--start=2"];
      const stacks = format === "npy" ? ["no_sub.npy", "cdm.npy"] : ["images.npz#images"];
      /** The images of a stack in all folders that have it, with their labels. */
      const read = async (folders: readonly string[], stack: string) => {
        const found: { data: unknown; label: string | undefined }[] = [];
        const names = folders.map((name) => `${folder}/${name}/${stack}`);
        const there = names.filter((name) => exists(name.split("#")[0]!));
        for await (const entry of readSources(there)) {
          if (isFailed(entry)) throw entry.error;
          found.push({ data: entry.image.data, label: entry.label });
        }
        return found;
      };
      const placeless = async (name: string) =>
        records(await Deno.readTextFile(`${folder}/${name}/manifest.ndjson`))
          .map((record) => ({ ...record, path: 0 }));
      await runIn(folder, "simulate", [...args, "--out=whole"]);
      for (const count of [2, 3, 12]) {
        const parts = Array.from({ length: count }, (_, i) => `${count}-${i + 1}`);
        for (const [i, name] of parts.entries()) {
          const made = await runIn(folder, "simulate", [
            ...args,
            `--out=${name}`,
            `--shard=${i + 1}/${count}`,
          ]);
          assert.equal(made.code, 0, made.stderr);
        }
        for (const stack of stacks) {
          const whole = await read(["whole"], stack);
          assert.equal(whole.length, format === "npy" ? 5 : 10);
          assert.deepEqual(await read(parts, stack), whole);
        }
        const lines = (await Promise.all(parts.map(placeless))).flat();
        assert.deepEqual(lines, await placeless("whole"));
      }
      // Each line names its image in the part.
      const [line] = records(await Deno.readTextFile(`${folder}/2-2/manifest.ndjson`));
      assert.match(String(line!["path"]), format === "npy" ? /^cdm\.npy#0$/ : /#images#0$/);
      // Resumed, it is left as it is; another part, or the whole, does not fit in.
      const again = [...args, "--out=2-1", "--shard=1/2"];
      assert.match((await runIn(folder, "simulate", again)).stderr, /no image was missing/);
      for (const other of [[...args, "--shard=2/2"], args]) {
        const refused = await runIn(folder, "simulate", [...other, "--out=2-1"]);
        assert.equal(refused.code, 2);
        assert.match(refused.stderr, /its \w+ must be unchanged/);
      }
    });
  });
}

Deno.test("parts of sweep are its runs; --max-errors counts runs", async () => {
  await withFolder(async (folder) => {
    const args = [
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      ...["--limit=60", "--model=dense", "--epochs=1", "--backend=wasm", "--workers=1"],
      ...["--grid=latent=2,3", "--grid=lr=0.001,1e-12,0.01"],
    ];
    const timeless = (text: string) => records(text).map((record) => ({ ...record, seconds: 0 }));
    const whole = await runIn(folder, "sweep", args);
    const parts: Record<string, unknown>[] = [];
    for (const i of [1, 2, 3, 4]) {
      parts.push(...timeless((await runIn(folder, "sweep", [...args, `--shard=${i}/4`])).stdout));
    }
    assert.equal(parts.length, 6);
    assert.deepEqual(parts, timeless(whole.stdout));
  });
});

Deno.test("--shard auto takes the part from a Slurm array or an indexed job", () => {
  const of = (variables: Record<string, string>) => readShard("auto", (name) => variables[name]);
  const slurm = (id: number, count: number, min: number, more = {}) =>
    of({
      SLURM_ARRAY_TASK_ID: `${id}`,
      SLURM_ARRAY_TASK_COUNT: `${count}`,
      SLURM_ARRAY_TASK_MIN: `${min}`,
      ...more,
    });
  assert.deepEqual(slurm(0, 8, 0), { index: 1, of: 8 });
  assert.deepEqual(slurm(8, 8, 1), { index: 8, of: 8 });
  const steps = { SLURM_ARRAY_TASK_MAX: "20", SLURM_ARRAY_TASK_STEP: "5" };
  assert.deepEqual(slurm(15, 5, 0, steps), { index: 4, of: 5 });
  // sbatch --array=3,5 repeats two tasks: their numbers say nothing of the parts.
  assert.throws(() => slurm(5, 2, 3, { SLURM_ARRAY_TASK_MAX: "5" }), /evenly numbered/);
  assert.deepEqual(of({ JOB_COMPLETION_INDEX: "0", JOB_COMPLETION_COUNT: "3" }), {
    index: 1,
    of: 3,
  });
  assert.throws(
    () => of({ JOB_COMPLETION_INDEX: "3", JOB_COMPLETION_COUNT: "3" }),
    /must be above/,
  );
  assert.throws(() => of({ JOB_COMPLETION_INDEX: "3" }), /current values are none and 3/);
  assert.throws(() => of({}), /must be set: found neither/);
  for (const text of ["0/3", "4/3", "1/0", "x", "1", "1/3/5", "-1/3", "1.5/3"]) {
    assert.throws(() => readShard(text), /must be I\/N with I from 1 to N/, text);
  }
});

Deno.test("the tasks that know --shard may read the names of auto", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const data = `${DIGITS}test-images-idx3-ubyte.gz`;
    for (const name of ["score", "embed"]) {
      const args = [name, "--model", model, "--backend=wasm", "--limit=7", "-q", data];
      const env = { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "3" };
      const auto = [...args, "--shard=auto"];
      const { code, stdout, stderr } = await runStray(auto, { deno: [`-P=${name}`], env });
      assert.deepEqual([code, stderr], [0, ""]);
      const part = await runStray([...args, "--shard=3/3"], { deno: [`-P=${name}`] });
      assert.equal(stdout, part.stdout);
    }
    const names = Object.values(SHARD_NAMES);
    for (const name of ["score", "simulate", "sweep", "embed"]) {
      const { stderr, code } = await runStray(
        [
          name,
          "--shard=auto",
          ...name === "sweep"
            ? ["--grid=latent=2", "--data=x"]
            : ["x"].slice(+(name === "simulate")),
          ...name === "simulate" ? ["--stdout=tar"] : [],
        ],
        { deno: [`-P=${name}`] },
      );
      assert.equal(code, 2, name);
      assert.match(stderr, new RegExp(`${names[0]} or JOB_COMPLETION_INDEX must be set`), name);
    }
  });
});
