import assert from "node:assert/strict";
import { ndjson, runShell, runStray, shellCommand } from "./_program.ts";

const RECORDS = Array.from({ length: 40 }, (_, i) => ({
  path: `a#${i}`,
  score: i,
  p: (i + 1) / 40,
  anomaly: i % 3 === 0,
}));

/** Labels records without any permission. */
function label(records: readonly unknown[], ...args: string[]) {
  return runStray(["label", ...args], { stdin: ndjson(records) });
}

Deno.test("one line of 0 and 1 in the order of the records, nothing else", async () => {
  assert.deepEqual(await label(RECORDS), {
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
    /^error: Cannot use line 1 of stdin \("c"\) as p must be a number: there is none\n/,
  );
  assert.deepEqual(await label([]), {
    code: 1,
    stdout: "",
    stderr: "error: Cannot label stdin as there must be records: found none\n" +
      "hint: the input must be records of score\n",
  });
  assert.equal((await label(RECORDS, "--fpr", "5")).code, 2);
});

Deno.test("half a million records go through a heap of 24 MB", async () => {
  // All records together take more than 50 MB.
  const record = JSON.stringify({ path: "x".repeat(60), score: 1, anomaly: true });
  const command = shellCommand(["label"]).replace(
    "'run'",
    "'run' '--v8-flags=--max-old-space-size=24'",
  );
  const { code, stdout } = await runShell(
    `yes '${record}' | head -n 500000 | ${command} | tr -d '\\n' | wc -c`,
  );
  assert.deepEqual([code, stdout.trim()], [0, "500000"]);
});
