/** Code that runs in a process of its own, under flags of the engine. */

import assert from "node:assert/strict";

/**
 * Runs code to its end.
 *
 * @param code A module.
 * @param flags Further flags of `deno run`.
 * @returns Its output.
 */
export async function runCode(code: string, flags: readonly string[]): Promise<string> {
  const config = new URL("../deno.json", import.meta.url).pathname;
  const args = [
    "run",
    "--quiet",
    "--no-check",
    "--allow-read",
    `--config=${config}`,
    ...flags,
    "-",
  ];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  return new TextDecoder().decode(stdout);
}
