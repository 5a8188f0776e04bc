import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { TARGETS } from "../../tasks/build/compile.ts";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import { environmentOf } from "../../tasks/permissions.ts";
import { VERSION } from "../../src/cli/mod.ts";
import { DIGITS, withFolder } from "../commands/_task.ts";
import { runBuild, runProgram, withBundle } from "./_built.ts";

const HOST = Deno.build.target;
const RUNTIME = Deno.env.get("DENORT_BIN");

/** Compiles the bundle of a folder for this machine. */
function compile(dist: string, env: Record<string, string>) {
  return runBuild("compile", dist, ["--no-build", "--target", HOST], env);
}

Deno.test("a binary holds the bundle alone, with the permissions of all commands", async () => {
  await withFolder(async (dist) => {
    // Deno itself takes the place of its runtime, which is not everywhere; the result does not run.
    await Deno.writeTextFile(`${dist}/stray.js`, "globalThis.marker = 'the program of this test';");
    const { code, stdout, stderr } = await compile(dist, { DENORT_BIN: Deno.execPath() });
    assert.equal(code, 0, stderr);
    const embedded = stdout.match(/[└├]── .*/g);
    assert.equal(embedded?.length, 1, stdout);
    assert.match(embedded[0], /stray\.js/);
    const binary = Buffer.from(await Deno.readFile(`${dist}/stray-${HOST}`));
    assert.ok(binary.includes("the program of this test"));
    const start = binary.lastIndexOf('"permissions":');
    const baked = binary.subarray(start, start + 1200).toString("latin1");
    assert.match(baked, /"allow_read":\[\],/);
    assert.match(baked, /"allow_write":\[\],/);
    assert.match(baked, /"allow_net":\[\],/);
    const environment = /"allow_env":(\[.*?\])/.exec(baked)![1]!;
    const wanted = new Set(Object.values<TaskEntry>(COMMANDS).flatMap(environmentOf));
    wanted.delete("INIT_CWD");
    assert.deepEqual(JSON.parse(environment).toSorted(), [...wanted].toSorted());
    for (const kind of ["run", "ffi", "sys"]) {
      assert.match(baked, new RegExp(`"allow_${kind}":null`));
    }
    const hash = createHash("sha256").update(binary).digest("hex");
    assert.equal(await Deno.readTextFile(`${dist}/SHA256SUMS`), `${hash}  stray-${HOST}\n`);
  });
});

Deno.test("compile knows the targets of this Deno, and refuses others by name", async () => {
  await withFolder(async (dist) => {
    const wrong = await runBuild("compile", dist, ["--no-build", "--target=riscv"]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^error: Cannot compile for "riscv" as a target must be one of x86/);
    const { stderr } = await runProgram(Deno.execPath(), ["compile", "--target=riscv", "x.js"]);
    const known = /possible values: (.*)\]?/.exec(stderr)![1]!.replace("]", "").split(", ");
    assert.deepEqual(TARGETS.toSorted(), known.toSorted());
    const both = TARGETS.slice(0, 2).map((target) => `--target=${target}`);
    const two = await runBuild("compile", dist, ["--no-build", ...both], { DENORT_BIN: "x" });
    assert.match(two.stderr, /^error: .* as DENORT_BIN is the runtime of one/);
  });
});

Deno.test("where the runtime cannot be had, compile says what it needs", async () => {
  await withFolder(async (dist) => {
    await Deno.writeTextFile(`${dist}/stray.js`, "");
    const nowhere = `${dist}/nowhere`;
    const { code, stderr } = await compile(dist, { DENORT_BIN: nowhere });
    assert.equal(code, 1);
    assert.match(stderr, /^error: Cannot compile for /);
    assert.match(stderr, new RegExp(`hint: .*denort-${HOST}\\.zip.* set DENORT_BIN`));
    assert.doesNotMatch(stderr, /Stack backtrace/);
  });
});

Deno.test({
  name: "the binary runs a demo and scores digits" +
    (RUNTIME ? "" : " (skipped: DENORT_BIN names no denort, Deno's runtime for binaries)"),
  ignore: !RUNTIME,
  fn: () =>
    withBundle(async (dist) => {
      const { code, stderr } = await compile(dist, { DENORT_BIN: RUNTIME! });
      assert.equal(code, 0, stderr);
      const run = (...args: string[]) => runProgram(`${dist}/stray-${HOST}`, args, { cwd: dist });
      assert.equal((await run("--version")).stdout, `${VERSION}\n`);
      const demo = await run("demo");
      assert.equal(demo.code, 0, demo.stderr);
      const data = `${DIGITS}train-images-idx3-ubyte.gz`;
      await run("train", "--data", data, "--model=knn", "--workers=2", "--out=m");
      const scored = await run(
        "score",
        "--model=m",
        `${DIGITS}test-images-idx3-ubyte.gz`,
        "--limit=2",
      );
      assert.equal(scored.stdout.trim().split("\n").length, 2, scored.stderr);
    }),
});
