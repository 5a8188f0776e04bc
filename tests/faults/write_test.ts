import assert from "node:assert/strict";
import { checkWritable, makeFolder, writeFileAtomically } from "../../src/write_file.ts";
import { runShell, shellCommand } from "../cli/_program.ts";
import { DIGITS, trainDigits, withFolder } from "../commands/_task.ts";

const [OLD, NEW] = [Uint8Array.of(1), Uint8Array.of(2, 3)];

Deno.test("an output that is a link stays one, and the file that it names is replaced", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/far`);
    await Deno.writeFile(`${folder}/far/m`, OLD);
    await Deno.symlink("far/m", `${folder}/link`);
    await Deno.symlink("link", `${folder}/second`);
    await Deno.symlink("far/none", `${folder}/dangling`);
    for (const [link, file] of [["second", "far/m"], ["dangling", "far/none"]] as const) {
      await checkWritable(`${folder}/${link}`);
      await writeFileAtomically(`${folder}/${link}`, NEW);
      assert.ok((await Deno.lstat(`${folder}/${link}`)).isSymlink);
      assert.deepEqual(await Deno.readFile(`${folder}/${file}`), NEW);
      assert.ok((await Deno.lstat(`${folder}/${file}`)).isFile);
    }
    assert.deepEqual([...Deno.readDirSync(`${folder}/far`)].map(({ name }) => name).sort(), [
      "m",
      "none",
    ]);
  });
});

Deno.test("an output keeps its mode, and no one else reads it while it is written", async () => {
  await withFolder(async (folder) => {
    for (const mode of [0o600, 0o640, 0o666, 0o444]) {
      const path = `${folder}/${mode}`;
      await Deno.writeFile(path, OLD);
      await Deno.chmod(path, mode);
      await writeFileAtomically(path, NEW);
      assert.equal((await Deno.stat(path)).mode! & 0o777, mode);
      assert.deepEqual(await Deno.readFile(path), NEW);
    }
  });
});

Deno.test("an output may have the longest name that the system allows", async () => {
  await withFolder(async (folder) => {
    for (const name of ["m".repeat(243), "m".repeat(255), "é".repeat(127), "😀".repeat(63)]) {
      await checkWritable(`${folder}/${name}`);
      await writeFileAtomically(`${folder}/${name}`, OLD);
      assert.deepEqual(await Deno.readFile(`${folder}/${name}`), OLD);
    }
    assert.equal([...Deno.readDirSync(folder)].length, 4);
  });
});

Deno.test("named pipes, devices and /dev/stdout get the bytes", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const embed = (out: string) =>
      shellCommand(["embed", `--model=${model}`, `${DIGITS}train-images-idx3-ubyte.gz`])
        .replace("'run'", "'run' '-P=embed'") +
      ` --backend=wasm -q --map pca --limit 20 --out ${out}`;
    await runShell(`mkfifo ${folder}/fifo.png`);
    await runShell(embed(`${folder}/plain.png`));
    const wanted = await Deno.readFile(`${folder}/plain.png`);
    const fifo = await runShell(
      `cat ${folder}/fifo.png > ${folder}/a & ${embed(`${folder}/fifo.png`)} && wait`,
    );
    assert.equal(fifo.code, 0, fifo.stderr);
    assert.deepEqual(await Deno.readFile(`${folder}/a`), wanted);
    assert.ok((await Deno.stat(`${folder}/fifo.png`)).isFifo);
  });
  await withFolder(async (folder) => {
    const module = new URL("../../src/write_file.ts", import.meta.url).href;
    const program = `import { checkWritable, writeFileAtomically } from ${JSON.stringify(module)};
      for (const path of ["/dev/stdout", "/dev/null"]) {
        await checkWritable(path);
        await writeFileAtomically(path, new TextEncoder().encode("whole\\n"));
      }`;
    await Deno.writeTextFile(`${folder}/p.ts`, program);
    const line = `deno run --no-prompt --allow-read --allow-write ${folder}/p.ts`
      .replace("deno", Deno.execPath());
    assert.equal((await runShell(`${line} | cat`)).stdout, "whole\n");
    await runShell(`echo before > ${folder}/f; ${line} >> ${folder}/f`);
    assert.equal(await Deno.readTextFile(`${folder}/f`), "before\nwhole\n");
  });
});

Deno.test("temporary files of killed programs are removed by the next, those of running ones stay", async () => {
  await withFolder(async (folder) => {
    const remains = [".m.01234567.partial", ".m.89abcdef.partial", ".other.01234567.partial"];
    for (const name of [...remains, "m.partial", ".m.partial"]) {
      await Deno.writeFile(`${folder}/${name}`, OLD);
    }
    using running = await Deno.open(`${folder}/${remains[1]}`, { write: true });
    running.lockSync(true);
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    await checkWritable(`${folder}/m`);
    assert.deepEqual(names(), [
      ".m.89abcdef.partial",
      ".m.partial",
      ".other.01234567.partial",
      "m.partial",
    ]);
    await makeFolder(folder);
    assert.deepEqual(names(), [".m.89abcdef.partial", ".m.partial", "m.partial"]);
  });
});

Deno.test("programs that write one file at a time leave one whole file", async () => {
  await withFolder(async (folder) => {
    const module = new URL("../../src/write_file.ts", import.meta.url).href;
    const program = `import { checkWritable, writeFileAtomically } from ${JSON.stringify(module)};
      const bytes = new Uint8Array(1 << 20).fill(Number(Deno.args[0]));
      for (let i = 0; i < 20; i++) {
        await checkWritable(${JSON.stringify(`${folder}/m`)});
        await writeFileAtomically(${JSON.stringify(`${folder}/m`)}, bytes);
      }`;
    await Deno.writeTextFile(`${folder}/p.ts`, program);
    const run = (n: number) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-read", "--allow-write", `${folder}/p.ts`, `${n}`],
      }).output();
    const results = await Promise.all([1, 2, 3].map(run));
    for (const { code, stderr } of results) assert.equal(code, 0, new TextDecoder().decode(stderr));
    const found = await Deno.readFile(`${folder}/m`);
    assert.equal(found.length, 1 << 20);
    assert.ok(found.every((byte) => byte === found[0]));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["m", "p.ts"]);
  });
});
