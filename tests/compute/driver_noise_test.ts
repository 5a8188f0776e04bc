import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const OPEN = new URL("_open_backend.ts", import.meta.url).pathname;

/** Opens a backend under a command's permissions, as in a container: without a runtime folder. */
async function open(set: string, backend: string): Promise<{ stdout: string; stderr: string }> {
  const args = ["run", "--quiet", "--no-check", "--no-prompt", "--config", CONFIG, `-P=${set}`];
  const { XDG_RUNTIME_DIR: _, ...env } = Deno.env.toObject();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, OPEN, backend],
    env,
    clearEnv: true,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { stdout: out!, stderr: err! };
}

/** Names of different sets, by the permissions. */
const SETS = new Map(
  Object.entries(configuration.permissions).filter(([, set]) => "read" in set)
    .map(([name, set]) => [JSON.stringify(set), name]),
);

Deno.test("drivers print nothing on stderr, for any command", async () => {
  for (const set of SETS.values()) {
    const { stdout, stderr } = await open(set, "auto");
    assert.equal(stderr, "", set);
    assert.match(
      stdout,
      /^(webgpu|wasm) as (there|the only WebGPU adapter) is .*, undefined\n$/,
      set,
    );
  }
});

Deno.test("drivers print nothing on stderr for a WebGPU backend by name", async () => {
  const { stdout, stderr } = await open("doctor", "webgpu");
  assert.equal(stderr, "");
  assert.match(stdout, /^webgpu as it was asked for, undefined\n$|there is no WebGPU adapter/);
});
