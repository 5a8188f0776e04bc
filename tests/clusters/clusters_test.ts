/** The scripts of docs/clusters.md, run as they stand by the engines that they are for. */

import assert from "node:assert/strict";
import { trainDigits, withFolder, writePng } from "../commands/_task.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const SLURM = new URL("one_node_slurm.sh", import.meta.url).pathname;
/** Images of a run; the figures of the docs are of 20,000. */
const IMAGES = Number(Deno.env.get("STRAY_CLUSTER_IMAGES") ?? 800);
/** Parts of a run. */
const PARTS = 8;
/** The part that is killed, and the place in it of an image that does not come the first time. */
const KILLED = 3, SLOW = Math.floor((KILLED - 0.5) * IMAGES / PARTS);

/** A test that is skipped, with its reason, where programs are not installed or cannot start. */
function engineTest(
  name: string,
  programs: readonly string[],
  fn: () => Promise<void>,
  start: readonly string[] = ["true"],
): void {
  const missing = programs.filter((program) =>
    !new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).outputSync().success
  );
  const starts = missing.length === 0 &&
    new Deno.Command("timeout", { args: ["100", ...start] }).outputSync().success;
  const why = missing.length > 0
    ? ` (ignored: ${missing.join(", ")} not installed)`
    : starts
    ? ""
    : ` (ignored: ${programs[0]} does not start here)`;
  Deno.test({ name: name + why, ignore: !starts, fn });
}

/** The script of the documentation that names itself in its first comment. */
async function script(name: string): Promise<string> {
  const text = await Deno.readTextFile(`${ROOT}docs/clusters.md`);
  const blocks = [...text.matchAll(/^```(?:sh|python)\n([\s\S]*?)^```$/gm)].map(([, block]) =>
    block!
  );
  const found = blocks.find((block) => new RegExp(`^# ${name}(:|$)`, "m").test(block));
  if (found === undefined) throw new Error(`docs/clusters.md has no ${name}`);
  return found;
}

/** A folder with a model, photographs, their list, and `stray` on the PATH. */
async function withPhotos(
  use: (folder: string, sh: (line: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    await Deno.rename(model, `${folder}/m.safetensors`);
    await Deno.mkdir(`${folder}/photos`);
    for (let i = 0; i < IMAGES; i++) {
      const path = `${folder}/photos/${String(i).padStart(6, "0")}.png`;
      await writePng(path, 8, 8, (x, y) => (x * y * (i % 97) + i) % 256);
    }
    // An image that cannot be read has its line, and fails no part.
    await Deno.writeTextFile(`${folder}/photos/000007.png`, "no image");
    await Deno.mkdir(`${folder}/bin`);
    await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
    for (const name of ["stray", "score.parallel"]) {
      await Deno.writeTextFile(`${folder}/bin/${name}`, await script(name), { mode: 0o755 });
    }
    await Deno.writeTextFile(`${folder}/score.sbatch`, await script("score.sbatch"));
    await Deno.writeTextFile(`${folder}/Snakefile`, await script("Snakefile"));
    const { INIT_CWD: _, ...env } = Deno.env.toObject();
    const sh = async (line: string) => {
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["-euc", line],
        cwd: folder,
        clearEnv: true,
        env: { ...env, PATH: `${folder}/bin:${env["PATH"]}`, STRAY: ROOT },
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert.equal(code, 0, `${line}\n${text}\n${new TextDecoder().decode(stderr)}`);
      return text;
    };
    await sh(`find "$PWD/photos" -name '*.png' | sort > list.txt`);
    await sh("stray score -q --model m.safetensors --max-errors 1 - < list.txt > one.ndjson");
    await use(folder, sh);
  });
}

const merged = "stray merge parts/*.ndjson > scores.ndjson; cmp one.ndjson scores.ndjson";

engineTest(
  "an array of Slurm equals one run, though one of its tasks is killed and requeued",
  ["slurmctld", "slurmd", "munged", "sbatch"],
  () =>
    withPhotos(async (folder, sh) => {
      // The image is a pipe at first: its task writes the lines before it, and waits.
      const slow = `photos/${String(SLOW).padStart(6, "0")}.png`;
      await sh(`mv ${slow} slow.png; mkfifo ${slow}`);
      await Deno.writeTextFile(
        `${folder}/run.sh`,
        `set -eu
        job=$(sbatch --parsable --array=1-${PARTS} --output=log-%a score.sbatch m.safetensors list.txt parts)
        part=parts/${KILLED}.ndjson
        until [ -s $part.partial ]; do sleep 0.1; done
        scancel --signal=KILL --full "$job"_${KILLED}
        until [ "$(squeue --noheader --format=%T --jobs="$job"_${KILLED})" != RUNNING ]; do sleep 0.1; done
        test -s $part.partial; test ! -e $part
        mv slow.png ${slow}
        scontrol requeue "$job"_${KILLED}
        until [ -z "$(squeue --noheader --jobs="$job")" ]; do sleep 0.3; done
        cp log-${KILLED} requeued`,
      );
      await sh(`timeout 500 ${SLURM} bash ./run.sh`);
      await sh(merged);
    }),
  [SLURM, "true"],
);

engineTest(
  "GNU parallel repeats the part that failed, and equals one run",
  ["parallel"],
  () =>
    withPhotos(async (folder, sh) => {
      const run = `score.parallel m.safetensors list.txt parts ${PARTS}`;
      // A folder in the place of the output: this part cannot be written.
      await sh(`mkdir -p parts/${KILLED}.ndjson; ! ${run}`);
      assert.equal([...Deno.readDirSync(`${folder}/parts`)].length, 2 * PARTS);
      await sh(`rmdir parts/${KILLED}.ndjson; ${run}`);
      const log = (await Deno.readTextFile(`${folder}/parts/log`)).trimEnd().split("\n").slice(1);
      const rows = log.map((line) => line.split("\t"));
      const codes = rows.map(([seq, , , , , , code]) => `${seq}:${code}`).sort();
      const wanted = Array.from({ length: PARTS }, (_, i) => `${i + 1}:0`);
      assert.deepEqual(codes, [...wanted, `${KILLED}:1`].sort());
      await sh(merged);
    }),
);

engineTest(
  "the rules of Snakemake equal one run",
  ["snakemake"],
  () =>
    withPhotos(async (_, sh) => {
      const config = `model=m.safetensors list=list.txt parts=${PARTS}`;
      await sh(`snakemake --quiet --cores 2 --config ${config}; cmp one.ndjson scores.ndjson`);
    }),
);
