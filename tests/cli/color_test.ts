import assert from "node:assert/strict";
import { runInProcess } from "./_in_process.ts";
import { runShell, runStray, shellCommand } from "./_program.ts";

const ESCAPE = "\x1b";

/** Whether stderr has escape codes where it is no terminal. */
async function piped(env: Record<string, string>, ...args: string[]): Promise<boolean> {
  const cleared = { FORCE_COLOR: "", NO_COLOR: "", TERM: "xterm" };
  const options = { deno: ["-P=label"], env: { ...cleared, ...env } };
  const { code, stderr } = await runStray(["label", ...args], options);
  assert.equal(code, 1);
  assert.match(stderr, /error:.* Cannot label stdin/);
  return stderr.includes(ESCAPE);
}

Deno.test("where stderr is no terminal, colours come by --color, else by FORCE_COLOR", async () => {
  const found = [
    await piped({}),
    await piped({ FORCE_COLOR: "1" }),
    await piped({ FORCE_COLOR: "0" }),
    await piped({ FORCE_COLOR: "1", NO_COLOR: "1" }),
    await piped({ NO_COLOR: "1" }, "--color=always"),
    await piped({ FORCE_COLOR: "1" }, "--color=never"),
    await piped({ FORCE_COLOR: "1" }, "--color", "auto"),
  ];
  assert.deepEqual(found, [false, true, false, true, true, false, true]);
});

const terminal = new Deno.Command("sh", { args: ["-c", "command -v script"] }).outputSync().success;

Deno.test({
  name: `on a terminal, by --color, FORCE_COLOR, NO_COLOR and TERM${
    terminal ? "" : " (ignored: there is no script)"
  }`,
  ignore: !terminal,
  fn: async () => {
    const line = shellCommand(["label"]).replace("'--no-prompt'", "'--no-prompt' '-P=label'");
    const colours = async (env: string, ...args: string[]) => {
      const command = `${line} ${args.join(" ")} < /dev/null`.replaceAll("'", "");
      const { stdout } = await runShell(
        `env -u FORCE_COLOR -u NO_COLOR TERM=xterm ${env} script -qec '${command}' /dev/null < /dev/null`,
      );
      assert.match(stdout, /Cannot label stdin/);
      return stdout.includes(ESCAPE);
    };
    const found = [
      await colours(""),
      await colours("NO_COLOR=1"),
      await colours("TERM=dumb"),
      await colours("TERM=dumb FORCE_COLOR=1"),
      await colours("TERM=dumb", "--color=always"),
      await colours("", "--color=never"),
    ];
    assert.deepEqual(found, [true, false, false, true, true, false]);
  },
});

Deno.test("--color takes three words", async () => {
  const { code, stderr } = await runInProcess(["label", "--color=yes"]);
  assert.equal(code, 2);
  assert.match(stderr, /--color must be auto, always or never/);
});
