import assert from "node:assert/strict";
import { StrayError } from "../src/errors.ts";
import { Stack } from "../src/simulation/_stack.ts";
import { writeQuickly } from "../src/simulation/_write.ts";
import { checkWritable, makeFolder, writeFileAtomically } from "../src/write_file.ts";

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();
}

function isWriteError(error: unknown): boolean {
  return error instanceof StrayError && error.code === "write" && error.hint !== undefined;
}

Deno.test("a file is replaced whole, and nothing is left beside it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/m.safetensors`;
    await writeFileAtomically(path, Uint8Array.of(1, 2, 3));
    await writeFileAtomically(path, Uint8Array.of(4));
    assert.deepEqual(await Deno.readFile(path), Uint8Array.of(4));
    assert.deepEqual(await names(folder), ["m.safetensors"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a missing folder is named, with a remedy and without a temporary name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/none/m`, stack = `${folder}/none/images.npy`;
    const attempts: [string, () => Promise<unknown>][] = [
      [path, () => writeFileAtomically(path, Uint8Array.of(1))],
      [path, () => checkWritable(path)],
      [path, () => Promise.try(writeQuickly, path, Uint8Array.of(1))],
      [stack, () => Stack.open(stack, { head: Uint8Array.of(), imageBytes: 1, count: 1 }, false)],
    ];
    for (const [name, attempt] of attempts) {
      await assert.rejects(attempt(), {
        code: "write",
        message: `Cannot write "${name}" as its folder must exist: there is no "${folder}/none"`,
      });
    }
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const attempt of [checkWritable, makeFolder]) {
      await assert.rejects(attempt(`${folder}/file/m`), (error: Error) => {
        assert.ok(isWriteError(error));
        assert.match(error.message, /^Cannot write "[^"]*file\/m" as Not a directory/);
        assert.doesNotMatch(error.message, /partial|mkdir/);
        return true;
      });
    }
    await Deno.remove(`${folder}/file`);
    assert.deepEqual(await names(folder), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("where the rename fails, what was there survives and the rest is removed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/taken`);
    await Deno.writeTextFile(`${folder}/taken/old`, "old");
    await assert.rejects(writeFileAtomically(`${folder}/taken`, Uint8Array.of(1)), isWriteError);
    assert.equal(await Deno.readTextFile(`${folder}/taken/old`), "old");
    assert.deepEqual(await names(folder), ["taken"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a program that ends while it writes leaves the old file alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/m`, "old");
    const module = new URL("../src/write_file.ts", import.meta.url);
    const program = `
      import { writeFileAtomically } from ${JSON.stringify(module.href)};
      writeFileAtomically(${JSON.stringify(`${folder}/m`)}, new Uint8Array(1 << 24));
      while (![...Deno.readDirSync(${JSON.stringify(folder)})].some(({ name }) => name !== "m")) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      Deno.exit(130);
    `;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", program],
    }).output();
    assert.equal(code, 130, new TextDecoder().decode(stderr));
    assert.deepEqual(await names(folder), ["m"]);
    assert.equal(await Deno.readTextFile(`${folder}/m`), "old");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
