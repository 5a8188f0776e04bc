import assert from "node:assert/strict";
import { runStray } from "../cli/_program.ts";
import { DIGITS, runIn, trainDigits, withFolder } from "./_task.ts";

const PARTS = 3;

/** A folder with a score of 20 digits: whole, and in parts. */
async function withParts(
  format: "ndjson" | "csv",
  use: (folder: string, args: readonly string[], whole: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const data = `${DIGITS}test-images-idx3-ubyte.gz`;
    const args = ["--model", model, "--backend=wasm", "--limit=20", `--format=${format}`, data];
    const { stdout } = await runIn(folder, "score", args);
    for (let i = 1; i <= PARTS; i++) {
      await runIn(folder, "score", [...args, `--shard=${i}/${PARTS}`, `--out=${i}`]);
    }
    await use(folder, args, stdout);
  });
}

Deno.test("merge writes the bytes of one run, whatever the order of the parts", async () => {
  for (const format of ["ndjson", "csv"] as const) {
    await withParts(format, async (folder, _, whole) => {
      const merge = (...args: string[]) =>
        runStray(["merge", ...args], { folder, deno: ["-P=merge"] });
      const { code, stdout, stderr } = await merge("3", "1", "2");
      assert.equal(stdout, whole);
      assert.equal(code, 0);
      assert.equal(stderr, "merged 3 parts: 20 records, 0 of them errors\n");
      await merge("1", "2", "3", "--out=all");
      assert.equal(await Deno.readTextFile(`${folder}/all`), whole);
      const cat = await Promise.all([1, 2, 3].map((i) => Deno.readTextFile(`${folder}/${i}`)));
      assert.equal(cat.join(""), whole);
    });
  }
});

Deno.test("merge refuses parts that are missing, double, cut short, changed or of other runs", async () => {
  await withParts("ndjson", async (folder, args) => {
    const refuses = async (parts: readonly string[], said: RegExp, hint: RegExp) => {
      const { code, stdout, stderr } = await runIn(folder, "merge", parts);
      assert.deepEqual([code, stdout], [1, ""], stderr);
      assert.match(stderr, said);
      assert.match(stderr, hint);
    };
    assert.equal((await runIn(folder, "merge", ["1", "3", "--out=all"])).code, 1);
    await assert.rejects(Deno.stat(`${folder}/all`), Deno.errors.NotFound);
    await refuses(
      ["1", "3"],
      /all 3 parts must be given: 1 is missing, 2\n/,
      /--shard 2\/3 --out/,
    );
    await refuses(["1", "2", "3", "2"], /"2" and "2" are both part 2 of 3/, /each part once/);
    await refuses(["1", "none", "3"], /"none" as there is no such file/, /score it/);
    await Deno.rename(`${folder}/2`, `${folder}/2.partial`);
    await refuses(["1", "2", "3"], /only its .partial is there/, /score --resume/);
    await Deno.rename(`${folder}/2.partial`, `${folder}/2`);

    const second = await Deno.readTextFile(`${folder}/2`);
    const cut = second.slice(0, second.slice(0, -1).lastIndexOf("\n") + 1); // at a line's end
    await Deno.writeTextFile(`${folder}/2`, cut);
    await refuses(["1", "2", "3"], /"2" as it must hold \d+ bytes: it holds \d+\n/, /cut short/);
    await Deno.writeTextFile(`${folder}/2`, second.replace("score", "scope"));
    await refuses(["1", "2", "3"], /"2" as its content has changed/, /score it again/);
    await Deno.writeTextFile(`${folder}/2`, second);

    await Deno.rename(`${folder}/2.shard`, `${folder}/kept`);
    await refuses(["1", "2", "3"], /"2.shard" must tell which part it is/, /move them together/);
    await Deno.writeTextFile(`${folder}/2.shard`, "{}");
    await refuses(["1", "2", "3"], /"2.shard" must be as score writes it/, /again/);
    await Deno.rename(`${folder}/kept`, `${folder}/2.shard`);

    await Deno.mkdir(`${folder}/o`);
    const other = await trainDigits(`${folder}/o`, ["--epochs=2", "--model=dense"]);
    const scored = async (out: string, more: readonly string[]) =>
      await runIn(folder, "score", [...more, "--shard=2/3", `--out=${out}`]);
    await scored("model", args.map((arg, i) => i === 1 ? other : arg));
    await refuses(["1", "model", "3"], /must have one model: they have "sha256:/, /one model/);
    await scored("flags", [...args, "--threshold=1"]);
    await refuses(["1", "flags", "3"], /must have one set of flags/, /the same flags/);
    await scored("limit", args.map((arg) => arg.replace("limit=20", "limit=17")));
    await refuses(["1", "limit", "3"], /must have one set of flags/, /the same flags/);
    const train = args.map((arg) => arg.replace("test-images", "train-images"));
    await scored("inputs", train); // as many
    await refuses(
      ["1", "inputs", "3"],
      /"inputs" and "1" must have the same inputs: their names differ/,
      /same operands/,
    );
    const list = [...args.slice(0, -1), "-"];
    const lists = [["a.png", "b.png", "c.png", "d.png"], ["a.png", "c.png", "b.png", "d.png"]];
    for (const [i, names] of lists.entries()) {
      await runIn(
        folder,
        "score",
        [...list, `--shard=${i + 1}/2`, `--out=l${i}`],
        names.join("\n"),
      );
    }
    await refuses(["l0", "l1"], /"l1" and "l0" must have the same inputs/, /lists/);
    await runIn(folder, "score", [...args, "--shard=2/4", "--out=four"]);
    await refuses(
      ["1", "four", "3"],
      /must have one number of parts: they have 4 and 3/,
      /one model/,
    );
  });
});
