import assert from "node:assert/strict";
import { readNdjson } from "../../src/cli/mod.ts";
import { StrayError } from "../../src/errors.ts";

const encoder = new TextEncoder();

/** A stream of bytes in chunks of a size. */
function cut(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return ReadableStream.from(function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  }());
}

async function read(stream: ReadableStream<Uint8Array>): Promise<[number, unknown][]> {
  const found: [number, unknown][] = [];
  for await (const { line, record } of readNdjson(stream)) found.push([line, record]);
  return found;
}

Deno.test("any chunk boundary, LF and CRLF, blank lines, UTF-8, no newline at the end", async () => {
  const text = '\ufeff{"a":"é図\u{1f600}"}\r\n\n  \r\n{"b":1}\n{"c":"\\n"}';
  const wanted = [[1, { a: "é図\u{1f600}" }], [4, { b: 1 }], [5, { c: "\n" }]];
  for (const whole of [text, `${text}\n`, `${text}\r\n`]) {
    const bytes = encoder.encode(whole);
    for (let size = 1; size <= bytes.length; size++) {
      assert.deepEqual(await read(cut(bytes, size)), wanted, `pieces of ${size}`);
    }
  }
  assert.deepEqual(await read(cut(new Uint8Array(0), 1)), []);
});

Deno.test("a line that is not an object is reported with its number and beginning", async () => {
  const wrong: [string, string][] = [
    ["a.png", '"a.png"'],
    ["[1]", '"[1]"'],
    ["null", '"null"'],
    ["3", '"3"'],
    ['{"a":1', '"{"a":1"'],
    [`{"a":"${"x".repeat(100)}`, `"{"a":"${"x".repeat(34)}…"`],
  ];
  for (const [line, start] of wrong) {
    const message =
      `Cannot read line 3 of stdin as it must be a JSON object: current value is ${start}`;
    await assert.rejects(
      read(cut(encoder.encode(`{}\n\n${line}\n{}\n`), 7)),
      (error) => error instanceof StrayError && error.code === "input" && error.message === message,
      line,
    );
  }
  await assert.rejects(
    read(cut(Uint8Array.of(0x7b, 0xff, 0x7d), 1)),
    (error) =>
      error instanceof StrayError && /line 1 .* bytes that are not UTF-8$/.test(error.message),
  );
});

Deno.test("records before a wrong line are yielded", async () => {
  const records = readNdjson(cut(encoder.encode('{"a":1}\nx'), 4));
  assert.deepEqual((await records.next()).value, { line: 1, record: { a: 1 } });
  await assert.rejects(records.next(), StrayError);
});

Deno.test("an endless line is refused before it fills the memory", async () => {
  let pieces = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces++;
      controller.enqueue(new Uint8Array(1 << 22).fill(0x20));
    },
  });
  await assert.rejects(read(endless), StrayError);
  assert.ok(pieces < 25, `${pieces} pieces of 4 MiB were read`);
});
