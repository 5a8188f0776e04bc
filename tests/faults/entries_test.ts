import assert from "node:assert/strict";
import { runStray } from "../cli/_program.ts";
import { records, runTask, trainDigits, withFolder, writePng } from "../commands/_task.ts";
import { ERRORS, faultTest, runWithFault } from "./_fault_library.ts";

/** Lists of paths, all good but one. */
async function images(folder: string, bad: string): Promise<string[]> {
  const paths = Array.from({ length: 12 }, (_, i) => `${folder}/${i === 5 ? bad : i}.png`);
  for (const path of paths) await writePng(path, 8, 8, (x, y) => (x * y) % 256);
  return paths;
}

/** Asserts that of some records the sixth alone is an error of the system. */
function isOneError(stdout: string, paths: readonly string[], message: RegExp): void {
  const lines = records(stdout);
  assert.deepEqual(lines.map(({ path }) => path), paths);
  for (const [i, { error }] of lines.entries()) {
    assert.equal(error !== undefined, i === 5, `${i}: ${JSON.stringify(error)}`);
  }
  const { code, message: text } = lines[5]!.error as { code: string; message: string };
  assert.equal(code, "input");
  assert.match(text, message);
}

Deno.test("a socket among the files costs one error line", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    for (const name of ["socket.png", "socket"]) {
      const paths = await images(folder, "x");
      paths[5] = `${folder}/${name}`;
      using _socket = Deno.listen({ transport: "unix", path: paths[5] });
      for (const command of ["score", "embed"]) {
        const args = [`--model=${model}`, "-", "-q", "--backend=wasm"];
        const { code, stdout, stderr } = await runTask(command, args, paths.join("\n"));
        assert.equal(code, 3, stderr);
        isOneError(stdout, paths, /the system failed: No such device or address/);
      }
    }
  });
});

faultTest("any error of the system in one file costs one error line", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const paths = await images(folder, "marked");
    for (const error of Object.values(ERRORS)) {
      for (const op of ["open", "read"]) {
        const fault = { match: "marked", op, at: 1, last: 1000, error };
        const args = ["score", `--model=${model}`, "-", "-q", "--backend=wasm"];
        const { code, stdout, stderr } = await runWithFault(fault, args, {
          stdin: paths.join("\n"),
        });
        assert.equal(code, 3, stderr);
        isOneError(stdout, paths, /the system failed: /);
      }
    }
  });
});

Deno.test("a record that nests deep costs one error line, whatever the depth", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const paths = await images(folder, "deep");
    for (const depth of [20_000, 2_000_000]) {
      for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
        const deep = `{"path":${JSON.stringify(paths[5])},"x":${open.repeat(depth)}1${
          close.repeat(depth)
        }}`;
        const lines = paths.map((path, i) => i === 5 ? deep : JSON.stringify({ path, x: [[1]] }));
        const args = ["score", `--model=${model}`, "-", "-q", "--backend=wasm"];
        const { code, stdout, stderr } = await runStray(args, {
          deno: ["-P=score"],
          stdin: lines.join("\n"),
        });
        assert.equal(code, 3, stderr);
        const found = records(stdout);
        assert.equal(found.length, paths.length);
        assert.match(JSON.stringify(found[5]!.error), /nest more than 512 deep/);
        assert.equal(found.filter(({ error }) => error).length, 1);
      }
    }
  });
});

Deno.test("a folder of any depth is read, or refused in a line", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const deep = `${folder}/d${"/d".repeat(1900)}`;
    await Deno.mkdir(deep, { recursive: true });
    await writePng(`${deep}/a.png`, 8, 8, (x) => x);
    const { code, stdout, stderr } = await runTask("score", [
      `--model=${model}`,
      `${folder}/d`,
      "-q",
      "--backend=wasm",
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(records(stdout).length, 1);
    // `Deno.remove` of a folder so deep would end the process.
    await new Deno.Command("rm", { args: ["-rf", `${folder}/d`] }).output();
  });
});
