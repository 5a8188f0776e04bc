import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { records, runTask, trainDigits, withFolder, writePng } from "../commands/_task.ts";

/** A FITS image of zeros. */
function fits(side: number): Uint8Array {
  const cards = ["SIMPLE  =                    T", "BITPIX  =                  -64"]
    .concat("NAXIS   =                    2", `NAXIS1  = ${String(side).padStart(20)}`)
    .concat(`NAXIS2  = ${String(side).padStart(20)}`, "END");
  const header = cards.map((card) => card.padEnd(80)).join("").padEnd(2880);
  const bytes = new Uint8Array(2880 + Math.ceil(8 * side * side / 2880) * 2880);
  new TextEncoder().encodeInto(header, bytes);
  return bytes;
}

Deno.test("what never fits in --max-memory costs one line, what fits waits its turn", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense", "--size=8x8"]);
    await writePng(`${folder}/small.png`, 8, 8, (x, y) => x * y);
    await writePng(`${folder}/large.png`, 3500, 3500, (x) => x % 256); // about 100 MB while decoded
    await Deno.writeFile(`${folder}/bomb.fits.gz`, gzipSync(fits(3000))); // 72 MB from 72 KB
    const names = ["small.png", "large.png", "bomb.fits.gz", "large.png", "small.png"];
    const list = names.map((name) => `${folder}/${name}\n`).join("");
    const score = async (memory: string) => {
      const args = [`--model=${model}`, "-", "-q", "--backend=wasm", `--max-memory=${memory}`];
      const { stdout, stderr } = await runTask("score", args, list);
      assert.equal(stderr, "");
      return records(stdout).map(({ error }) => (error as { code: string } | undefined)?.code);
    };
    const refused = "too_large";
    assert.deepEqual(await score("64M"), [undefined, refused, refused, refused, undefined]);
    assert.deepEqual(await score("2G"), Array(5).fill(undefined));
    const embedded = await runTask(
      "embed",
      [`--model=${model}`, "-", "-q", "--backend=wasm", "--max-memory=64M"],
      list,
    );
    assert.equal(records(embedded.stdout).filter(({ error }) => error).length, 3);
    for (const value of ["1", "x", "-1", "1T", "63M"]) {
      const { code, stderr } = await runTask("score", [
        `--max-memory=${value}`,
        `--model=${model}`,
        folder,
      ]);
      assert.equal(code, 2);
      assert.match(stderr, /--max-memory as it must be a size of at least 64M: current value is/);
    }
  });
});
