import assert from "node:assert/strict";
import { resolve } from "node:path";
import { decodeModel } from "../../src/store/mod.ts";
import { writeOrKeep } from "../../src/write_file.ts";
import { DIGITS, withFolder } from "../commands/_task.ts";
import { CALLER, ERRORS, faultTest, runWithFault } from "./_fault_library.ts";

const TRAIN = [
  ...[`--data=${DIGITS}train-images-idx3-ubyte.gz`, "--limit=200", "--model=dense"],
  ...["--epochs=3", "--patience=3", "--seed=1", "--workers=1", "--backend=wasm"],
];

faultTest(
  "a checkpoint that cannot be written is a warning, and the training goes on",
  async () => {
    await withFolder(async (folder) => {
      const wanted = await trained(folder, "whole");
      for (const op of ["open", "write", "sync", "rename"]) {
        // The check before the training opens the file once.
        const fault = {
          match: "state",
          op,
          at: op === "open" ? 2 : 1,
          last: 1000,
          error: ERRORS.ENOSPC,
        };
        const out = `${folder}/m`;
        const args = ["train", ...TRAIN, `--out=${out}`, `--checkpoint=${folder}/state`];
        const { code, stderr } = await runWithFault(fault, args);
        assert.equal(code, 0, stderr);
        assert.equal(
          stderr.match(/^warning: Cannot write .*: the training goes on$/gm)?.length,
          3,
          stderr,
        );
        assert.deepEqual(await Deno.readFile(out), wanted);
      }
    });
  },
);

faultTest("a model that cannot be written is kept beside, and the message says where", async () => {
  await withFolder(async (folder) => {
    const wanted = await trained(folder, "whole");
    // The file alone, and the whole folder: a full disk.
    for (const match of ["/.out.", folder]) {
      const fault = { match, op: "write", at: 1, last: 1000, error: ERRORS.ENOSPC };
      const { code, stderr } = await runWithFault(fault, [
        "train",
        ...TRAIN,
        `--out=${folder}/out`,
      ]);
      assert.equal(code, 1, stderr);
      const [, kept = ""] =
        /^error: Cannot write ".*\/out" as No space left.*: its content is in "(.*)"$/m
          .exec(stderr) ?? [];
      assert.match(stderr, /^hint: .*, then move it: mv /m);
      assert.notEqual(kept, "", stderr);
      const path = resolve(CALLER, kept);
      assert.deepEqual(await Deno.readFile(path), wanted);
      assert.equal(decodeModel(wanted, "m").history.length, 3);
      await Deno.remove(path);
    }
  });
});

faultTest(
  "at a terminal, a model that cannot be written goes to the file that the user names",
  async () => {
    await withFolder(async (folder) => {
      const wanted = await trained(folder, "whole"), data = TRAIN[0]!.slice("--data=".length);
      const fault = { match: "/.out.", op: "write", at: 1, last: 1000, error: ERRORS.ENOSPC };
      const args = ["train", ...TRAIN, "-q", `--out=${folder}/out`];
      const cases: [answers: string[], code: number][] = [
        [["other"], 0],
        [[`${folder}/none/m`, data, " other "], 0],
        [[""], 1],
        [[`${folder}/none/m`], 1], // and no further answer
      ];
      for (const [answers, code] of cases) {
        const stdin = answers.map((answer) => `${answer}\n`).join("");
        const run = await runWithFault(fault, args, { stdin, terminal: true });
        assert.equal(run.code, code, run.stdout);
        assert.match(
          run.stdout,
          /error: Cannot write ".*\/out" as No space left.*its content is in "/,
        );
        assert.match(run.stdout, /another file for the model \(none: give up\): /);
        const kept = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("kept-"));
        assert.equal(kept.length, code, run.stdout);
        if (answers.length > 1) assert.match(run.stdout, /as it was read: it would be destroyed/);
        const file = code === 0 ? `${CALLER}/other` : `${folder}/${kept[0]!.name}`;
        assert.deepEqual(await Deno.readFile(file), wanted);
        await Deno.remove(file);
      }
    });
  },
);

async function trained(folder: string, name: string): Promise<Uint8Array> {
  const fault = { match: "nothing at all", op: "any" };
  const { code, stderr } = await runWithFault(fault, [
    "train",
    ...TRAIN,
    `--out=${folder}/${name}`,
  ]);
  assert.equal(code, 0, stderr);
  return await Deno.readFile(`${folder}/${name}`);
}

Deno.test("content whose folder is gone goes to another", async () => {
  await withFolder(async (folder) => {
    await assert.rejects(
      writeOrKeep(`${folder}/gone/m`, Uint8Array.of(1, 2), [`${folder}/none`, folder]),
      ({ code, message }: { code: string; message: string }) => {
        const [, kept] = /its content is in "(.*)"$/.exec(message)!;
        assert.deepEqual(Deno.readFileSync(kept!), Uint8Array.of(1, 2));
        assert.ok(kept!.startsWith(`${folder}/kept-`));
        return code === "write";
      },
    );
  });
});
