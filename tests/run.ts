/**
 * The gate: formatting, lint, types, documentation, tests. Stops at the first step that fails.
 *
 * @module
 */

const STEPS: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", "mod.ts", "src", "tasks", "tests"],
  ["doc", "--lint", "mod.ts", "src/lensing/mod.ts"],
  ["test", "--doc", "--allow-all"],
];

for (const step of STEPS) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...step],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  const { code } = await child.status;
  const counts = /(\d+) passed.*\| (\d+) failed(?:.*\| (\d+) ignored)?/.exec(text);
  if (counts) {
    const [, passed, failed, skipped] = counts;
    await new Blob([`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}\n`])
      .stream().pipeTo(Deno.stdout.writable, { preventClose: true });
  }
  if (code !== 0) Deno.exit(code);
}
