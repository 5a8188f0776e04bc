import assert from "node:assert/strict";
import { openBackend, selfTest } from "../../src/compute/mod.ts";
import { webgpuTest } from "./_adapter.ts";

const CHANGE = new URL("_changed_adapter.ts", import.meta.url).pathname;
const OPEN = new URL("_open_backend.ts", import.meta.url).pathname;
const MAIN = new URL("../../tasks/main.ts", import.meta.url).pathname;

/** Runs a program whose software adapter passes for hardware. */
async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", `--preload=${CHANGE}`, program, ...args],
    env: { XDG_RUNTIME_DIR: "/dev/null", ...env },
  }).output();
  return new TextDecoder().decode(stdout);
}

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(`every problem of the self-test is solved on ${backend}`, async () => {
    await openBackend(backend);
    const results = await selfTest();
    assert.ok(results.some(({ name }) => name === "transposed convolution"));
    for (const { name, error, passed } of results) assert.ok(passed, `${name}: ${error}`);
  });
}

webgpuTest("auto takes hardware that computes right numbers, and no other", async () => {
  assert.match(await run(OPEN, ["auto"]), /^webgpu as there is a hardware WebGPU adapter, /);
  assert.match(
    await run(OPEN, ["auto"], { WRONG: "1" }),
    /^wasm as the WebGPU adapter computes wrong numbers \(.+: transposed convolution\), /,
  );
});

webgpuTest("doctor names the problem that a WebGPU adapter gets wrong", async () => {
  assert.match(
    await run(MAIN, ["doctor"]),
    /auto chooses webgpu: [^]*\nwebgpu {2}works: [^]*ok +transposed convolution: /,
  );
  assert.match(
    await run(MAIN, ["doctor"], { WRONG: "1" }),
    /auto chooses wasm: the WebGPU adapter computes wrong [^]*\nwebgpu {2}COMPUTES WRONG NUMBERS: [^]*WRONG +transposed/,
  );
});

webgpuTest("WebGPU by OpenGL, where there is no Vulkan, computes right numbers", async () => {
  const said = await run(MAIN, ["doctor"], { VK_ICD_FILENAMES: "/nonexistent" });
  assert.match(said, /\nwebgpu +(works|not available): /);
});
