import assert from "node:assert/strict";
import { parseCounts, runJobs } from "./run_jobs.ts";
import { SLOW, testJobs } from "./test_jobs.ts";

const filesOf = (jobs: ReturnType<typeof testJobs>) =>
  jobs.flatMap(({ args }) => args).filter((arg) => /^tests\/.*_test\.ts$/.test(arg));

Deno.test("every test file is in one job, slow files alone", () => {
  const jobs = testJobs(), files = filesOf(jobs);
  assert.equal(new Set(files).size, files.length);
  for (const path of SLOW) {
    const job = jobs.find(({ args }) => args.includes(path));
    assert.ok(job, `${path} must exist`);
    assert.ok(job.name === "WebGPU" || job.args.length === 1, path);
  }
  assert.deepEqual(jobs.slice(0, 2).map(({ name }) => name), ["examples", "WebGPU"]);
});

Deno.test("the fast run has a file of every folder", () => {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
  const folders = (fast: boolean) => [...new Set(filesOf(testJobs([], fast)).map(folderOf))].sort();
  assert.deepEqual(folders(true), folders(false));
});

Deno.test("words choose files and examples by path", () => {
  const jobs = testJobs(["metrics/rank"]);
  assert.deepEqual(jobs, [
    { name: "examples", args: ["--doc", "src/metrics/rank.ts", "src/metrics/ranking.ts"] },
    { name: "tests/metrics", args: ["tests/metrics/ranking_test.ts"] },
  ]);
  assert.deepEqual(testJobs(["no such path"]), []);
});

Deno.test("counts are those of the last summary", () => {
  const lines = [
    "running 2 tests from ./a_test.ts",
    "ok | 7 passed | 0 failed (printed by a test) ... ok (2ms)",
    "",
    "FAILED | 10 passed (3 steps) | 2 failed (1 step) | 4 ignored | 5 filtered out (1m22s)",
    "",
    "error: Test failed",
  ];
  assert.deepEqual(parseCounts(lines.join("\n")), { passed: 10, failed: 2, skipped: 4 });
  assert.deepEqual(parseCounts("ok | 1 passed | 0 failed (2s)\n"), {
    passed: 1,
    failed: 0,
    skipped: 0,
  });
  assert.equal(parseCounts("error: Module not found"), undefined);
});

Deno.test("jobs run side by side, and report failures and crashes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const sources = {
      good: "Deno.test('a', () => {}); Deno.test.ignore('b', () => {});",
      bad: "Deno.test('a', () => { throw new Error('no'); });",
      crash: "import './none.ts';",
    };
    const jobs = await Promise.all(
      Object.entries(sources).map(async ([name, source]) => {
        const path = `${folder}/${name}_test.ts`;
        await Deno.writeTextFile(path, source);
        return { name, args: [path] };
      }),
    );
    const results = await Array.fromAsync(runJobs(jobs, [], 2));
    const found = Object.fromEntries(results.map(({ job, code, counts }) => [job.name, {
      succeeded: code === 0,
      counts,
    }]));
    assert.deepEqual(found, {
      good: { succeeded: true, counts: { passed: 1, failed: 0, skipped: 1 } },
      bad: { succeeded: false, counts: { passed: 0, failed: 1, skipped: 0 } },
      crash: { succeeded: false, counts: undefined },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
