import assert from "node:assert/strict";
import { FINE } from "../metrics/_golden.ts";
import { runInProcess } from "./_in_process.ts";
import { type Finished, ndjson, runStray } from "./_program.ts";

/** The golden scores as records: anomalies are labelled "sub" or "10", normal images "2" or "no". */
const RECORDS = Array.from(FINE.scores, (score, i) => {
  const normal = FINE.positive[i] === 0;
  const label = normal ? (i % 2 ? "2" : "no") : (i % 3 ? "sub" : "10");
  return { path: `a#${i}`, score, threshold: 5, anomaly: score > 5, label, normal };
});
const SHORT = (value: number) => Number(value.toPrecision(6));
const RESULT = {
  n: 200,
  positives: 73,
  auroc: SHORT(FINE.golden.auroc),
  average_precision: SHORT(FINE.golden.averagePrecision),
  fpr_at_95_tpr: SHORT(FINE.golden.fprAt95Tpr),
  best_f1: SHORT(FINE.golden.bestF1),
  best_f1_threshold: FINE.golden.bestF1Threshold,
  tpr: SHORT(FINE.golden.above5.tpr),
  fpr: SHORT(FINE.golden.above5.fpr),
  precision: SHORT(FINE.golden.above5.precision),
  f1: SHORT(FINE.golden.above5.f1),
  errors: 0,
};

/** Evaluates records. */
async function evaluate(records: readonly unknown[], ...args: string[]) {
  return resultsOf(await runInProcess(["evaluate", ...args], { stdin: ndjson(records) }));
}

function resultsOf({ code, stdout, stderr }: Finished) {
  const lines = stdout.split("\n");
  assert.equal(lines.pop(), "", "the last line ends");
  return { code, stderr, results: lines.map((line) => JSON.parse(line)) };
}

/** Asserts that nothing was printed except an error. */
async function refuses(code: number, said: RegExp, records: readonly unknown[], ...args: string[]) {
  const result = await evaluate(records, ...args);
  assert.deepEqual([result.code, result.results], [code, []]);
  assert.match(result.stderr, said);
}

Deno.test("one object with the golden values, its keys in the documented order", async () => {
  // As a process, without any permission.
  const process = await runStray(["evaluate"], { stdin: ndjson(RECORDS) });
  const { code, stderr, results } = resultsOf(process);
  assert.deepEqual([code, stderr, results.length], [0, "", 1]);
  const { auroc_ci, ...rest } = results[0];
  assert.deepEqual(rest, RESULT);
  assert.equal(
    Object.keys(results[0]).join(),
    "n,positives,auroc,auroc_ci,average_precision,fpr_at_95_tpr,best_f1,best_f1_threshold," +
      "tpr,fpr,precision,f1,errors",
  );
  auroc_ci.forEach((end: number, i: number) => {
    assert.ok(Math.abs(end - FINE.golden.bootstrap[i]!) < 0.01);
    assert.equal(end, SHORT(end));
  });
});

Deno.test("--positive names the anomalies, whatever normal says", async () => {
  const records = RECORDS.map(({ normal: _, ...record }) => record);
  const named = await evaluate(records, "--positive", "10,sub");
  assert.deepEqual(named, await evaluate(RECORDS));
  const turned = await evaluate(records, "--positive=2,no");
  assert.equal(turned.results[0].positives, 127);
  assert.ok(Math.abs(turned.results[0].auroc - (1 - FINE.golden.auroc)) < 1e-6);
  const numbers = records.map((record) =>
    record.label === "10" ? { ...record, label: 10 } : record
  );
  assert.deepEqual(await evaluate(numbers, "--positive", "10,sub"), named);
});

Deno.test("--by label: one line per label, each as if its anomalies were alone", async () => {
  const { code, results } = await evaluate(RECORDS, "--by", "label");
  assert.equal(code, 0);
  assert.deepEqual(results.map((result) => result.label), ["10", "sub"]);
  for (const result of results) {
    const alone = RECORDS.filter((record) => record.normal || record.label === result.label);
    const { label: _, ...rest } = result;
    assert.deepEqual((await evaluate(alone)).results, [rest]);
  }
  const named = await evaluate(RECORDS, "--by", "label", "--positive", "sub,10");
  assert.deepEqual(named.results, results.toReversed());
});

Deno.test("a score equal to its record's threshold counts as the record's verdict", async () => {
  const at = (score: number, normal: boolean, anomaly: boolean) => ({
    score,
    normal,
    anomaly,
    threshold: 2,
  });
  const { results: [from] } = await evaluate([at(1, true, false), at(2, false, true)]);
  assert.deepEqual([from.tpr, from.precision, from.f1], [1, 1, 1]);
  const { results: [above] } = await evaluate([at(1, true, false), at(2, false, false)]);
  assert.deepEqual([above.tpr, above.precision, above.f1], [0, null, 0]);
});

Deno.test("labels above 2^53 are told apart, and long digits of scores are numbers", async () => {
  const lines = [
    '{"score":0.5000000000000000001,"label":1237648720693755918}',
    '{"score":2.50,"label":1237648720693755919}',
    '{"score":3e0,"label":1237648720693755919}',
  ];
  const { code, stdout } = await runInProcess(
    ["evaluate", "--by=label", "--positive=1237648720693755919"],
    { stdin: lines.join("\n") },
  );
  assert.equal(code, 0);
  const { label, positives, auroc } = JSON.parse(stdout);
  assert.deepEqual([label, positives, auroc], ["1237648720693755919", 2, 1]);
});

Deno.test("the interval follows --seed", async () => {
  const ci = async (...args: string[]) => (await evaluate(RECORDS, ...args)).results[0].auroc_ci;
  assert.deepEqual(await ci("--seed", "0"), await ci());
  assert.notDeepEqual(await ci("--seed", "1"), await ci());
});

Deno.test("each record's own threshold counts; without one the rates are null", async () => {
  const own = RECORDS.map((record) => ({ ...record, threshold: record.normal ? 1e3 : -1e3 }));
  const { results: [perfect] } = await evaluate(own);
  assert.deepEqual([perfect.tpr, perfect.fpr, perfect.f1], [1, 0, 1]);
  for (const threshold of [null, undefined]) {
    const { code, results: [result] } = await evaluate([
      ...RECORDS.slice(1),
      { ...RECORDS[0], threshold },
    ]);
    assert.equal(code, 0);
    assert.deepEqual([result.tpr, result.fpr, result.f1], [null, null, null]);
    assert.equal(result.auroc, RESULT.auroc);
  }
});

Deno.test("records with an error are left out, counted and reported, and the code is 3", async () => {
  const broken = { path: "b.png", error: { code: "decode", message: "Bad" } };
  const { code, stderr, results } = await evaluate([broken, ...RECORDS, broken]);
  assert.equal(code, 3);
  assert.equal(stderr, "warning: 2 records have an error in place of a score: left out\n");
  const { auroc_ci: _, ...rest } = results[0];
  assert.deepEqual(rest, { ...RESULT, errors: 2 });
  const quiet = await evaluate([broken, ...RECORDS], "--quiet");
  assert.deepEqual([quiet.code, quiet.stderr], [3, ""]);
  const codes = new Map([["0", 3], ["1", 0], ["0.4%", 3], ["0.5%", 0], ["x", 2], ["101%", 2], [
    "0.5",
    2,
  ]]);
  for (const [bound, wanted] of codes) {
    const allowed = await evaluate([broken, ...RECORDS], `--max-errors=${bound}`, "-q");
    assert.equal(allowed.code, wanted, bound);
  }
  await refuses(1, /^error: Cannot evaluate stdin .*: found none, but 1 errors\n/, [broken]);
});

Deno.test("a label that no record has is wrong usage, and the labels are listed", async () => {
  await refuses(
    2,
    /^error: Cannot evaluate "cat" as no record has this label\nhint: the labels are 2, 10, no, sub\n$/,
    RECORDS,
    "--positive",
    "sub,cat",
  );
});

Deno.test("a missing field is reported with line and path", async () => {
  const bare = { path: "c.png", score: 1 };
  await refuses(
    1,
    /^error: Cannot use line 201 of stdin \("c.png"\) as normal must be true or false: there is none\nhint: .*--positive/,
    [...RECORDS, bare],
  );
  await refuses(
    1,
    /^error: Cannot use line 2 of stdin \("c.png"\) as label must be a string: there is none\n/,
    [RECORDS[0], bare],
    "--positive",
    "sub",
  );
  await refuses(
    1,
    /^error: Cannot use line 1 of stdin \("d"\) as score must be a number: current value is "7"\n/,
    [{ path: "d", score: "7", normal: true }],
  );
  await refuses(1, /line 1 of stdin as threshold must be a number/, [
    { score: 7, normal: true, threshold: "x" },
  ]);
});

Deno.test("no input, and only anomalies or only normal images, are errors", async () => {
  await refuses(1, /^error: Cannot evaluate stdin as there must be scores: found none\nhint: /, []);
  const normal = RECORDS.filter((record) => record.normal);
  const both = /as there must be both anomalies and normal images: current numbers are /;
  await refuses(1, new RegExp(`${both.source}0 and 127\n`), normal);
  await refuses(1, new RegExp(`${both.source}127 and 0\n`), normal, "--positive", "2,no");
});

Deno.test("evaluate warns once of records of several models, with the same result", async () => {
  const of = (models: readonly string[]) =>
    RECORDS.map((record, i) => ({ ...record, model: models[i % models.length] }));
  const one = await evaluate(of(["sha256:a"])), two = await evaluate(of(["sha256:a", "sha256:b"]));
  assert.deepEqual([one.code, one.stderr], [0, ""]);
  assert.equal(two.code, 0);
  assert.equal(two.stderr.match(/warning: the records are of 2 models/g)?.length, 1);
  assert.deepEqual(two.results, one.results);
});
