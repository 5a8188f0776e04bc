import assert from "node:assert/strict";
import { BrokenPipe, BufferedLineWriter } from "../../src/cli/mod.ts";
import { StrayError } from "../../src/errors.ts";

/** A sink that keeps its chunks, or throws. */
function keep(fail?: () => Error) {
  const pieces: string[] = [];
  const sink = new WritableStream<Uint8Array>({
    write(bytes) {
      const error = fail?.();
      if (error) throw error;
      pieces.push(new TextDecoder().decode(bytes));
    },
  });
  return { pieces, sink };
}

Deno.test("lines are buffered, and written when the buffer is full or flushed", async () => {
  const { pieces, sink } = keep();
  const stdout = new BufferedLineWriter(sink, { capacity: 10, delayMs: 1e6 });
  await stdout.write("abcd");
  assert.deepEqual(pieces, []);
  await stdout.write("é123");
  assert.deepEqual(pieces, ["abcd\né123\n"]);
  await stdout.writeText("x");
  await stdout.flush();
  await stdout.flush();
  assert.deepEqual(pieces, ["abcd\né123\n", "x"]);
});

Deno.test("bytes are written at once, after the buffered text", async () => {
  const { pieces, sink } = keep();
  const stdout = new BufferedLineWriter(sink, { delayMs: 1e6 });
  await stdout.writeBytes(new TextEncoder().encode("a"));
  await stdout.write("b");
  await stdout.writeBytes(new TextEncoder().encode("c"));
  assert.deepEqual(pieces, ["a", "b\n", "c"]);
});

Deno.test("a line does not wait longer than the delay", async () => {
  const { pieces, sink } = keep();
  const stdout = new BufferedLineWriter(sink, { delayMs: 5 });
  await stdout.write("a");
  for (let i = 0; i < 200 && pieces.length === 0; i++) await new Promise((go) => setTimeout(go, 5));
  assert.deepEqual(pieces, ["a\n"]);
});

Deno.test("a broken pipe rejects writes and, between writes, `failure`", async () => {
  const broken = () => new Deno.errors.BrokenPipe("gone");
  const stdout = new BufferedLineWriter(keep(broken).sink, { capacity: 1 });
  await assert.rejects(stdout.write("a"), BrokenPipe);
  await assert.rejects(stdout.write("b"), BrokenPipe);
  await assert.rejects(stdout.failure, BrokenPipe);

  const waiting = new BufferedLineWriter(keep(broken).sink, { delayMs: 1 });
  await waiting.write("a"); // not handed over yet
  await assert.rejects(waiting.failure, BrokenPipe);
  await assert.rejects(waiting.flush(), BrokenPipe);
});

Deno.test("a full disk is a write error", async () => {
  const stdout = new BufferedLineWriter(keep(() => new Error("No space left")).sink);
  await stdout.write("a");
  await assert.rejects(
    stdout.flush(),
    (error) =>
      error instanceof StrayError && error.code === "write" &&
      error.message === "Cannot write to stdout as No space left",
  );
});
