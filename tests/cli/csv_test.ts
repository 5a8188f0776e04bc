import assert from "node:assert/strict";
import { csvRow, readScoreRecords } from "../../src/cli/mod.ts";
import { readCsv } from "../../src/cli/csv.ts";
import { runInProcess } from "./_in_process.ts";
import { ndjson } from "./_program.ts";

/** Text as a stream, in chunks of `size` bytes. */
function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += size));
    },
  });
}

const NASTY = ['a,"b"\r\nc', "", "é図\u{1f600}", '"', "\n", " x ", "1.5e-7", "=1+1"];

Deno.test("any values survive rows and chunks of any size", async () => {
  const header = csvRow(["path", "x,y", 'q"']);
  const rows = NASTY.map((value, i) => [`p${i}`, value, NASTY[(i + 3) % NASTY.length]!]);
  const text = header + rows.map(csvRow).join("");
  for (const size of [1, 2, 3, 7, 64, 1 << 20]) {
    const read = await Array.fromAsync(readCsv(streamOf(text, size)), ({ record }) => record);
    assert.deepEqual(read.map((record) => Object.values(record)), rows, `chunks of ${size} bytes`);
  }
});

Deno.test("Python's csv module reads the rows as they were", async (t) => {
  const python = await new Deno.Command("python3", { args: ["--version"] }).output().catch(() =>
    undefined
  );
  if (!python?.success) {
    await t.step({ name: "ignored: there is no python3", ignore: true, fn: () => {} });
    return;
  }
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, csvRow(NASTY));
    const code =
      "import csv,json,sys; print(json.dumps(next(csv.reader(open(sys.argv[1],newline='')))))";
    const { stdout } = await new Deno.Command("python3", { args: ["-c", code, file] }).output();
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), NASTY);
  } finally {
    await Deno.remove(file);
  }
});

const CSV =
  "\ufeffpath,score,p,threshold,anomaly,calibration,label,normal,model,error_code,error,error_hint\r\n" +
  '"a,1.png",3.5,0.01,2,true,99,0,false,sha256:1,,,\r\n' +
  "b.png,1,0.5,,False,99,sub,True,sha256:1,,,\n" +
  "\r\n" +
  "c.png,,,,,,,,,decode,Bad,look\r\n" +
  "d.png,x,0.5,,false,99";

Deno.test("values of a row are the fields of the record", async () => {
  const found = await Array.fromAsync(readScoreRecords(streamOf(CSV, 5)));
  assert.deepEqual(found.map(({ path }) => path), ["a,1.png", "b.png", "c.png", "d.png"]);
  const [a, b, c, d] = found.map(({ fields }) => ({ ...fields }));
  const common = { calibration: 99, model: "sha256:1" };
  assert.deepEqual(a, {
    ...{ path: "a,1.png", score: 3.5, p: 0.01, threshold: 2, anomaly: true, ...common },
    ...{ label: "0", normal: false },
  });
  assert.deepEqual(b, {
    ...{ path: "b.png", score: 1, p: 0.5, threshold: null, anomaly: false, ...common },
    ...{ label: "sub", normal: true },
  });
  assert.deepEqual(c!["error"], { code: "decode", message: "Bad", hint: "look" });
  assert.equal(found[2]!.error, "Bad");
  assert.equal(d!["score"], "x");
});

Deno.test("label and evaluate say the same of CSV and NDJSON", async () => {
  const records = Array.from({ length: 40 }, (_, i) => ({
    ...{ path: `${i}, "x".png`, score: (i * 37) % 41, p: ((i * 17) % 40 + 1) / 40, threshold: 30 },
    ...{ anomaly: i % 3 === 0, calibration: 39, label: i % 2 ? "sub" : "0", normal: i % 2 === 0 },
  }));
  const names = Object.keys(records[0]!);
  const rows = records.map((record) => csvRow(Object.values(record).map(String)));
  const csv = csvRow(names) + rows.join("");
  for (
    const args of [
      ["label"],
      ["label", "--top=7"],
      ["label", "--fdr=0.9"],
      ["label", "--threshold=20"],
      ["label", "--fpr=0.2"],
      ["evaluate"],
      ["evaluate", "--positive=sub", "--by=label"],
    ]
  ) {
    const [one, other] = [
      await runInProcess(args, { stdin: csv }),
      await runInProcess(args, { stdin: ndjson(records) }),
    ];
    assert.equal(one.code, 0, one.stderr);
    assert.deepEqual(one, other, args.join(" "));
  }
});

Deno.test("what is no CSV is refused with its line", async () => {
  const refuses = async (stdin: string, said: RegExp) => {
    const { code, stdout, stderr } = await runInProcess(["evaluate", "--positive=a"], { stdin });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, said);
  };
  await refuses('path,score,label\na,1,a\nb,"2\n', /Cannot read stdin as it must be CSV: .*line 3/);
  await refuses("path,score\na,1,2,3\n", /must be CSV: .*line 2/);
  await refuses("path,score,label\na,x,a\n", /line 2 of stdin \("a"\) as score must be a number/);
  await refuses(
    "path,score,label,score\na,1,a,2\n",
    /Cannot read stdin as its columns must have different names: "score" is there twice\nhint: rename/,
  );
  await refuses("name,value\na,1\n", /must be a JSON object: current value is "name,value"/);
});
