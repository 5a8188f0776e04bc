import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { type Finished, runStray } from "../cli/_program.ts";
import { lines } from "./side.ts";

/** Fields of every row. */
const FIELDS = [
  "section",
  "name",
  "unit",
  "work",
  "backend",
  "workers",
  "stray",
  "peer",
  "ratio",
  "check",
  "peerSkipped",
].sort();

/** Runs the task of deno.json, under its permissions. */
function bench(...args: string[]): Promise<Finished> {
  assert.match(
    configuration.tasks["bench:speed"].command,
    /-P=bench:speed tests\/bench\/main\.ts$/,
  );
  const program = new URL("main.ts", import.meta.url).pathname;
  return runStray(args, { deno: ["-P=bench:speed"], program });
}

async function rowsOf({ stdout }: Finished): Promise<Record<string, unknown>[]> {
  const objects = await Array.fromAsync(lines(new Blob([stdout]).stream()), (l) => JSON.parse(l));
  assert.equal(Object.keys(objects[0]).join(), "machine");
  return objects.slice(1);
}

Deno.test({
  name: "bench: training, scoring and starting give rows with all fields, and a table",
  ignore: Deno.build.os === "windows", // it writes to /tmp
  fn: async () => {
    const finished = await bench("--quick", "--runs=2", "--json", "train", "score", "startup");
    assert.equal(finished.code, 0, finished.stderr);
    const rows = await rowsOf(finished);
    const names = rows.map(({ section, name }) => `${section}/${name}`);
    for (const name of ["train/vae", "train/stacked", "score/vae-forward", "startup/help"]) {
      assert.ok(names.includes(name), `${name} in ${names}`);
      assert.ok(finished.stderr.includes(`\n${name} `), `${name} in the table`);
    }
    for (const row of rows) {
      assert.deepEqual(Object.keys(row).sort(), FIELDS, String(row["name"]));
      const { median, min, max, runs } = row["stray"] as Record<string, number> & {
        runs: number[];
      };
      assert.equal(runs.length, 2);
      assert.ok(0 < min! && min! <= median! && median! <= max! && max! < Infinity);
      assert.equal(row["peerSkipped"], null); // it was not asked for
    }
  },
});

Deno.test({
  name: "bench --peers reports why there is no peer",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const flags = ["--quick", "--runs=1", "--json", "--peers", "--python=no-such-python"];
    const finished = await bench(...flags, "startup", "--only=startup/help");
    assert.equal(finished.code, 0, finished.stderr);
    const [row, ...others] = await rowsOf(finished);
    assert.deepEqual(others, []);
    assert.equal(row!["peer"], null);
    assert.equal(row!["peerSkipped"], "no PyTorch, NumPy and Pillow in no-such-python");
  },
});

Deno.test("bench refuses unknown sections", async () => {
  const { code, stdout, stderr } = await bench("trian");
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /must be one of kernels, train, .*: current value is "trian"/);
});

Deno.test("bench says that no row has a name", async () => {
  const { code, stderr } = await bench("train", "--quick", "--only", "train/dense,train/vae");
  assert.equal(code, 1);
  assert.match(stderr, /error: no row of train has "train\/dense,train\/vae" in its name/);
});
