import assert from "node:assert/strict";
import { isFailed, readSources } from "../../src/datasets/mod.ts";
import { encodePng } from "../../src/images/mod.ts";

async function read(lines: readonly unknown[]) {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  return await Array.fromAsync(readSources(["-"], { stdin: new Blob([text]).stream() }));
}

Deno.test("a record that holds its file needs none on the disk, and passes the rest through", async () => {
  const grey = {
    width: 2,
    height: 1,
    channels: 1,
    data: Uint8Array.of(3, 200),
    white: 255,
  } as const;
  const base64 = (await encodePng(grey)).toBase64();
  const entries = await read([{ path: "no/such.png", label: "cdm", base64, seed: 7 }]);
  assert.equal(entries.length, 1);
  const [entry] = entries;
  assert.ok(entry && !isFailed(entry));
  assert.deepEqual([...entry.image.data], [3, 200]);
  const { image: _, ...rest } = entry;
  assert.deepEqual(rest, { path: "no/such.png", label: "cdm", fields: { seed: 7 } });
});

Deno.test("bytes that are no base64, or no image, fail in their place", async () => {
  const entries = await read([
    { path: "a", base64: "not base64!" },
    { path: "b", base64: 7 },
    { path: "c", base64: btoa("hello") },
    { path: "d", base64: "" },
  ]);
  const messages = entries.map((entry) => isFailed(entry) ? entry.error.message : "read");
  assert.equal(messages.length, 4);
  assert.match(messages[0]!, /^Cannot read line 1 of stdin as its base64 must be/);
  assert.match(messages[1]!, /^Cannot read line 2 of stdin as its base64 must be/);
  assert.match(messages[2]!, /"c".*current first bytes are 68 65 6c 6c/);
  assert.match(messages[3]!, /"d" as it must have at least one byte/);
});
