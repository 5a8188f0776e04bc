import assert from "node:assert/strict";
import { COMMANDS } from "../../tasks/commands.ts";
import configuration from "../../deno.json" with { type: "json" };
import { runInProcess } from "./_in_process.ts";
import { ndjson, runShell, runStray, shellCommand } from "./_program.ts";

const RECORD = { path: "a.png", score: 1, anomaly: true };

Deno.test("--help lists all commands on stdout, no command does so on stderr and fails", async () => {
  const help = await runStray(["--help"]);
  assert.equal(help.code, 0);
  assert.equal(help.stderr, "");
  for (const name of Object.keys(COMMANDS)) {
    assert.match(help.stdout, new RegExp(`^  ${name} +\\S`, "m"));
  }
  assert.deepEqual(await runInProcess(["-h"]), help);
  assert.deepEqual(await runInProcess(["help"]), help);
  assert.deepEqual(await runInProcess(["help", "--help"]), help);
  assert.deepEqual(await runStray([]), { code: 2, stdout: "", stderr: help.stdout });
});

Deno.test("--version is that of deno.json, with and without a command", async () => {
  const wanted = { code: 0, stdout: `${configuration.version}\n`, stderr: "" };
  assert.deepEqual(await runStray(["--version"]), wanted);
  assert.deepEqual(await runInProcess(["-V"]), wanted);
  assert.deepEqual(await runInProcess(["label", "-V"]), wanted);
  assert.deepEqual(await runInProcess(["label", "--version"]), wanted);
});

Deno.test("an unknown command or flag brings the nearest, on stderr, with 2", async () => {
  assert.deepEqual(await runStray(["evalute"]), {
    code: 2,
    stdout: "",
    stderr:
      'error: Cannot run "evalute" as there is no such command\nhint: did you mean evaluate?\n',
  });
  assert.deepEqual(await runInProcess(["evaluate", "--positve", "a"]), {
    code: 2,
    stdout: "",
    stderr:
      'error: Cannot run "evaluate" as it takes no --positve\nhint: did you mean --positive?\n',
  });
});

Deno.test("a command's --help is on stdout and needs no input", async () => {
  const { code, stdout, stderr } = await runStray(["label", "--help", "--bogus"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Usage: deno task label \[flags\]$/m);
  assert.deepEqual(await runInProcess(["label", "-h"]), { code, stdout, stderr });
  assert.deepEqual(await runInProcess(["help", "label"]), { code, stdout, stderr });
});

Deno.test("the help of an unknown command brings the nearest", async () => {
  const { code, stdout, stderr } = await runInProcess(["help", "scoer"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /"scoer" as there is no such command\nhint: did you mean score\?\n/);
  const flag = await runInProcess(["-q", "score"]);
  assert.equal(flag.code, 2);
  assert.match(flag.stderr, /Cannot use "-q" as a command must come first\nhint: help lists/);
});

Deno.test("a reader that goes away ends the program with 0, during endless input", async () => {
  const line = `yes '${JSON.stringify(RECORD)}' | { ${
    shellCommand(["label"])
  }; echo "code $?" >&2; }`;
  const { stdout, stderr } = await runShell(`${line} | head -c 3`);
  assert.equal(stdout, "111");
  assert.equal(stderr, "code 0\n");
});

Deno.test("a reader that goes away is noticed even while stdin is silent", async () => {
  // The second record comes when the reader has gone; after it stdin stays open for a minute.
  const record = `echo '${JSON.stringify(RECORD)}'`;
  const feed = `{ ${record}; until [ -e $dir/gone ]; do sleep .1; done; ${record}; ` +
    `exec sleep 60; }`;
  // The feeding shell outlives the pipe; its output is redirected, so that nothing waits for it.
  const { stdout, stderr } = await runShell(
    `dir=$(mktemp -d); mkfifo $dir/in; ${feed} > $dir/in 2>/dev/null & feeder=$!; ` +
      `{ ${shellCommand(["label"])} < $dir/in; echo "code $?" >&2; } | ` +
      `{ head -c 1; exec <&-; touch $dir/gone; }; ` +
      `kill $feeder && echo " and stdin is still open"; rm -r $dir`,
  );
  assert.equal(stdout, "1 and stdin is still open\n");
  assert.equal(stderr, "code 0\n");
});

Deno.test("a closed stdin is an empty one", async () => {
  const { code, stdout, stderr } = await runShell(`${shellCommand(["label"])} <&-`);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^error: Cannot label stdin as there must be records: found none\nhint: /);
});

Deno.test({
  name: "a full disk is an error, not a success",
  ignore: Deno.build.os !== "linux", // there is no /dev/full elsewhere
  fn: async () => {
    const { code, stderr } = await runShell(`${shellCommand(["--version"])} > /dev/full`);
    assert.equal(code, 1);
    assert.match(stderr, /^error: Cannot write to stdout as /);
  },
});

Deno.test("Ctrl-C ends a wait for stdin with 130, what was written stays", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = new Deno.Command("sh", {
      args: ["-c", `exec ${shellCommand(["label"])}`],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(ndjson([RECORD])));
    const reader = child.stdout.getReader();
    assert.equal(new TextDecoder().decode((await reader.read()).value), "1");
    child.kill(signal);
    const guard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    assert.equal((await child.status).code, 130);
    clearTimeout(guard);
    assert.ok((await reader.read()).done);
    assert.equal(await new Response(child.stderr).text(), "");
    await writer.close().catch(() => {});
  }
});

/** Writes a program with a command of its own, and passes its path. */
async function withProgram<T>(body: string, use: (program: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const door = (path: string) =>
      JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      `import { ExitCode, runProgram } from ${door("cli/mod.ts")};
      import { StrayError } from ${door("errors.ts")};
      const command = { name: "x", summary: "", flags: [], examples: [], run: async (context) => {
        ${body}
        return ExitCode.done;
      } };
      Deno.exit(await runProgram(["x", ...Deno.args], [{ ...command, load: async () => command }]));`,
    );
    return await use(`${folder}/main.ts`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs such a program to its end. */
function runWith(body: string, args: readonly string[] = []) {
  return withProgram(body, (program) => runStray(args, { program, deno: ["--no-check"] }));
}

Deno.test("a command may save on the first Ctrl-C, and a second ends it at once", async () => {
  const body = `context.signal.addEventListener("abort", () => context.stdout.write("first"));
    await context.stdout.write("ready"); await context.stdout.flush();
    await new Promise((go) => setTimeout(go, 60_000));`;
  await withProgram(body, async (program) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--no-prompt", program],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, "ready\n");
    child.kill("SIGINT");
    assert.equal((await reader.read()).value, "first\n");
    const stderr = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    const line = "interrupted: finishing, press Ctrl-C again to end at once\n";
    assert.equal((await stderr.read()).value, line);
    child.kill("SIGINT");
    const guard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    assert.equal((await child.status).code, 130);
    clearTimeout(guard);
    await reader.cancel();
    await stderr.cancel();
  });
});

Deno.test("a thrown interrupt exits with 130 silently; a returned code is kept", async () => {
  const interrupt = "Deno.kill(Deno.pid, 'SIGINT'); " +
    "await new Promise((go) => context.signal.addEventListener('abort', go));";
  const endings = { "throw context.signal.reason;": 130, "return ExitCode.failed;": 1 };
  for (const [ending, code] of Object.entries(endings)) {
    const result = await withProgram(
      `${interrupt} ${ending}`,
      (program) => runStray([], { program, deno: ["--no-check", "--allow-run"] }),
    );
    assert.deepEqual(result, { code, stdout: "", stderr: "" });
  }
});

Deno.test("errors and their exit codes; what was written before comes out first", async () => {
  const codes = { usage: 2, label: 2, input: 1, not_found: 1, empty: 1 };
  for (const [code, exit] of Object.entries(codes)) {
    const result = await runWith(
      `await context.stdout.write("before"); context.stderr.progress("half");
      throw new StrayError("${code}", "Cannot\\n", { hint: "try" });`,
    );
    const stderr = "half\nerror: Cannot\\n\nhint: try\n";
    assert.deepEqual(result, { code: exit, stdout: "before\n", stderr }, code);
  }
});

Deno.test("a fault of the program is reported as internal, with its stack, and exits with 1", async () => {
  const { code, stdout, stderr } = await runWith("context.none.none();", ["--quiet"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^error: internal: TypeError: [^\n]+\n +at [^\n]*main\.ts:\d+/);
});

Deno.test("an error of the system is reported in a line", async () => {
  const { code, stderr } = await runWith('await Deno.readFile("/none");');
  assert.equal(code, 1);
  assert.match(stderr, /^error: Cannot go on as Requires read access to "\/none"[^\n]*\n$/);
});

Deno.test("an AbortError without an interrupt is a fault", async () => {
  const { code, stderr } = await runWith('throw new DOMException("x", "AbortError");');
  assert.equal(code, 1);
  assert.match(stderr, /^error: internal: AbortError: x/);
});

Deno.test("relative paths start at the caller's folder, if it is readable", async () => {
  const body = 'await context.stdout.write(context.resolve("a") + " " + context.resolve("/b"));';
  const { stdout, stderr, code } = await runWith(body);
  assert.deepEqual([code, stderr, stdout], [0, "", `${Deno.cwd()}/a /b\n`]);
});

Deno.test("INIT_CWD is the caller's folder, if its permission is granted", async () => {
  const show = new URL("../../src/cli/_system.ts", import.meta.url).href;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      `import { callerDirectory } from ${JSON.stringify(show)};
      await new Blob([callerDirectory()]).stream().pipeTo(Deno.stdout.writable);`,
    );
    const call = (flag: string) =>
      runShell(
        `cd ${folder}; INIT_CWD=/elsewhere '${Deno.execPath()}' run --quiet --no-check ${flag} main.ts`,
      );
    assert.equal((await call("--allow-env=INIT_CWD")).stdout, "/elsewhere");
    assert.equal((await call("--no-prompt")).stdout, await Deno.realPath(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
