import assert from "node:assert/strict";
import { escape } from "../../src/escape.ts";
import { type ReporterOptions, StderrReporter } from "../../src/cli/mod.ts";

function recorder(options: Partial<ReporterOptions> = {}) {
  const clock = { ms: 0 }, written = { text: "" };
  const stderr = new StderrReporter({
    nowMs: () => clock.ms,
    write: (text) => written.text += text,
    ...options,
  });
  const take = () => {
    const { text } = written;
    written.text = "";
    return text;
  };
  return { stderr, clock, take };
}

Deno.test("messages are one line each, named, without control characters", () => {
  const { stderr, take } = recorder();
  stderr.info("a\nb");
  stderr.warn("\x1b[2Jc");
  stderr.error("d\r", "e\u202e");
  assert.equal(
    take(),
    "a\\nb\nwarning: \\u001b[2Jc\nerror: d\\r\nhint: e\\u202e\n",
  );
  stderr.error("no hint");
  assert.equal(take(), "error: no hint\n");
  assert.equal(escape("häßlich 図 \u{1f600}"), "häßlich 図 \u{1f600}");
});

Deno.test("quiet suppresses all but errors", () => {
  for (const terminal of [false, true]) {
    const { stderr, take, clock } = recorder({ quiet: true, terminal });
    stderr.info("a");
    stderr.warn("b");
    stderr.progress("c");
    clock.ms = 60_000;
    stderr.progress("d");
    stderr.close();
    assert.equal(take(), "");
    stderr.error("e");
    assert.equal(take(), "error: e\n");
  }
});

Deno.test("without a terminal, progress is printed every five seconds, and its last line at the end", () => {
  const { stderr, clock, take } = recorder();
  const seen: string[] = [];
  for (clock.ms = 0; clock.ms <= 12_000; clock.ms += 100) {
    stderr.progress(`${clock.ms} ms`);
    const text = take();
    if (text !== "") seen.push(text);
  }
  assert.deepEqual(seen, ["5000 ms\n", "10000 ms\n"]);
  stderr.close();
  assert.equal(take(), "12000 ms\n");
  stderr.close();
  assert.equal(take(), "");
  stderr.progress("taken away");
  stderr.progress(undefined);
  stderr.close();
  assert.equal(take(), "");
});

Deno.test("on a terminal, progress is overwritten, cleared for messages and shown again", () => {
  const { stderr, clock, take } = recorder({ terminal: true, columns: () => 10 });
  stderr.progress("step 1");
  assert.equal(take(), "\rstep 1\x1b[K");
  stderr.progress("step 2");
  assert.equal(take(), "", "50 ms have not passed");
  clock.ms = 50;
  stderr.progress("step 3 of many");
  assert.equal(take(), "\rstep 3 of\x1b[K", "9 of 10 columns");
  stderr.warn("w");
  assert.equal(take(), "\r\x1b[Kwarning: w\n\rstep 3 of\x1b[K");
  stderr.close();
  assert.equal(take(), "\r\x1b[K");
  clock.ms = 100;
  stderr.progress("図図図図図");
  assert.equal(take(), "\r図図図図\x1b[K", "each is two columns wide");
});

Deno.test("colour is off by default", () => {
  const { stderr, take } = recorder({ colour: true });
  stderr.error("a", "b");
  assert.equal(take(), "\x1b[1;31merror:\x1b[0m a\n\x1b[36mhint:\x1b[0m b\n");
});
