import assert from "node:assert/strict";
import { runInProcess } from "./_in_process.ts";
import { ndjson, runShell, runStray, shellCommand } from "./_program.ts";

const RECORDS = Array.from({ length: 40 }, (_, i) => ({
  path: `a#${i}`,
  score: i,
  p: (i + 1) / 40,
  anomaly: i % 3 === 0,
}));

/** Labels records. */
function label(records: readonly unknown[], ...args: string[]) {
  return runInProcess(["label", ...args], { stdin: ndjson(records) });
}

Deno.test("one line of 0 and 1 in the order of the records, nothing else", async () => {
  // As a process, without any permission.
  assert.deepEqual(await runStray(["label"], { stdin: ndjson(RECORDS) }), {
    code: 0,
    stdout: `${"100".repeat(13)}1\n`,
    stderr: "",
  });
  assert.equal((await label([{ anomaly: false }])).stdout, "0\n");
});

Deno.test("--fpr judges by p, equality included, whatever anomaly says", async () => {
  assert.equal((await label(RECORDS, "--fpr", "0.05")).stdout, `11${"0".repeat(38)}\n`);
  assert.equal((await label(RECORDS, "--fpr=0.0499")).stdout, `1${"0".repeat(39)}\n`);
  // 0.1 + 0.2 is 0.30000000000000004
  assert.equal((await label([{ p: 0.1 + 0.2 }], "--fpr", "0.3")).stdout, "1\n");
});

Deno.test("--threshold judges by score, equality included; --top counts from the highest", async () => {
  assert.equal((await label(RECORDS, "--threshold", "37")).stdout, `${"0".repeat(37)}111\n`);
  assert.equal((await label(RECORDS, "--threshold=-1")).stdout, `${"1".repeat(40)}\n`);
  assert.equal((await label(RECORDS, "--top", "2")).stdout, `${"0".repeat(38)}11\n`);
  const ties = [3, 5, 5, 5, 1].map((score) => ({ score }));
  assert.equal((await label(ties, "--top=2")).stdout, "01100\n");
  const all = await label(ties, "--top=9");
  assert.deepEqual([all.stdout, all.stderr], [
    "11111\n",
    "warning: --top 9 labels all images: there are 5\n",
  ]);
});

Deno.test("--fdr accepts the p-values of Benjamini and Hochberg, in the order of the records", async () => {
  const of = (...values: number[]) => values.map((p) => ({ p }));
  const found = await label(of(0.9, 0.02, 0.04, 0.6, 0.01), "--fdr", "0.1");
  assert.deepEqual([found.code, found.stdout], [0, "01101\n"]);
  assert.equal(found.stderr, "3 of 5 images are anomalies: p <= 0.04\n");
  const none = await label(of(0.9, 0.03, 0.5), "--fdr", "0.05");
  assert.deepEqual([none.code, none.stdout], [0, "000\n"]);
  assert.equal(none.stderr, "no image is an anomaly at a false discovery rate of 0.05\n");
});

Deno.test("rates that the calibration cannot reach are reported, once", async () => {
  const few = [0.1, 0.5, 0.1].map((p) => ({ p, calibration: 9, threshold: 1 }));
  const fpr = await label(few, "--fpr=0.05");
  assert.equal(fpr.stdout, "000\n");
  assert.match(
    fpr.stderr,
    /^warning: .*too few images for --fpr 0\.05, which takes at least 19: [^\n]+\n$/,
  );
  assert.equal((await label(few, "--fpr=0.1")).stderr, "");
  const fdr = await label(few, "--fdr=0.1");
  assert.equal(fdr.stdout, "000\n");
  assert.match(
    fdr.stderr,
    /\nwarning: --fdr 0\.1 finds at least 3 anomalies among 3 images or none, /,
  );
  const reached = await label(few, "--fdr=0.15");
  assert.deepEqual([reached.stdout, reached.stderr], [
    "101\n",
    "2 of 3 images are anomalies: p <= 0.1, where p is at least 0.1\n",
  ]);
  const never = await label(few, "--fdr=0.05");
  assert.equal(never.stdout, "000\n");
  assert.match(
    never.stderr,
    /\nwarning: --fdr 0\.05 cannot be reached: 9 images calibrate, so that p is at least 0\.1, above 0\.05; calibrate on at least 19 images\n$/,
  );
});

Deno.test("two rules at once, and images without a score, are refused", async () => {
  const two = await label(RECORDS, "--fdr=0.1", "--top=3");
  assert.deepEqual([two.code, two.stdout], [2, ""]);
  for (const rule of ["--top=1", "--fdr=0.1", "--threshold=1"]) {
    const { code, stdout } = await label([{ path: "b", error: { message: "Bad" } }], rule);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal((await label([], rule)).code, 1);
  }
});

Deno.test("an image without a score is an error, and the line lacks its newline", async () => {
  const broken = { path: "b\n.png", error: { code: "decode", message: "Bad bytes" } };
  const { code, stdout, stderr } = await label([...RECORDS.slice(0, 4), broken, ...RECORDS]);
  assert.equal(code, 1);
  assert.equal(stdout, "1001");
  assert.match(
    stderr,
    /^error: Cannot label "b\\n\.png" as it has no score: Bad bytes\nhint: [^\n]+\n$/,
  );
});

Deno.test("the remedy that the hint gives works", async () => {
  const mended = [{ path: "b.png", anomaly: true, p: 0 }, { path: "c.png", anomaly: false, p: 1 }];
  assert.equal((await label(mended)).stdout, "10\n");
  assert.equal((await label(mended, "--fpr", "0.5")).stdout, "10\n");
});

Deno.test("records without the field that decides, and no records, are errors", async () => {
  const none = await label([RECORDS[0], { path: "c", score: 1, anomaly: null }]);
  assert.deepEqual([none.code, none.stdout], [1, "1"]);
  assert.match(
    none.stderr,
    /^error: Cannot use line 2 of stdin \("c"\) as anomaly must be true or false: current value is null\nhint: .*--fpr/,
  );
  assert.match(
    (await label([{ path: "c", anomaly: true }], "--fpr", "0.1")).stderr,
    /^error: Cannot use line 1 of stdin \("c"\) as p must be a number from 0 to 1: there is none\nhint: .*--threshold/,
  );
  assert.deepEqual(await runStray(["label"]), {
    code: 1,
    stdout: "",
    stderr: "error: Cannot label stdin as there must be records: found none\n" +
      "hint: the input must be records of score\n",
  });
  assert.equal((await label(RECORDS, "--fpr", "5")).code, 2);
});

Deno.test("wrong scores and p-values are refused by every rule, whether they decide or not", async () => {
  const wrong: [object, RegExp][] = [
    [{ p: -0.1 }, /as p must be a number from 0 to 1: current value is -0\.1\nhint: /],
    [{ p: 1.01 }, /as p must be a number from 0 to 1: current value is 1\.01\nhint: /],
    [{ p: "0.5" }, /as p must be a number from 0 to 1: current value is "0\.5"\nhint: /],
    [{ score: "5" }, /as score must be a number: current value is "5"\nhint: /],
    [{ score: [5] }, /as score must be a number: current value is \[5\]\nhint: /],
  ];
  for (const [fields, message] of wrong) {
    for (const rule of [[], ["--fpr=0.5"], ["--fdr=0.5"], ["--top=1"], ["--threshold=1"]]) {
      const { code, stdout, stderr } = await label([{ ...RECORDS[0], ...fields }], ...rule);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
    }
  }
  const ends = [{ p: 0, anomaly: true, score: null }, { p: 1, anomaly: false }];
  assert.equal((await label(ends)).stdout, "10\n");
  assert.match((await label([{ p: 1 }], "--top=1")).stderr, /score must be .*\nhint: .*--fpr/);
});

Deno.test("half a million records go through a heap of 24 MB", async () => {
  // All records together take more than 50 MB.
  const record = JSON.stringify({ path: "x".repeat(60), score: 1, anomaly: true });
  const command = shellCommand(["label"]).replace(
    "'run'",
    "'run' '--v8-flags=--max-old-space-size=24'",
  );
  const { code, stdout, stderr } = await runShell(
    `yes '${record}' | head -n 500000 | ${command} | tr -d '\\n' | wc -c`,
  );
  assert.deepEqual([code, stdout.trim()], [0, "500000"]);
  assert.match(stderr, /500000 of 500000 images are anomalies; .*--fdr or --top call fewer/);
});
