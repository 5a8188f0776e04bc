import assert from "node:assert/strict";
import { MODELS } from "../src/models/mod.ts";
import { COMMANDS } from "../tasks/commands.ts";
import { withFolder, writePng } from "./commands/_task.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** The shell blocks of the README, in order. */
function shellBlocks(readme: string): string[] {
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
}

Deno.test("the pipes of the README run as they stand", async () => {
  const blocks = shellBlocks(await Deno.readTextFile(`${ROOT}README.md`));
  assert.equal(blocks.length, 3);
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/photos`);
    for (let i = 0; i < 5; i++) {
      await writePng(`${folder}/photos/${i}.png`, 8, 8, (x, y) => x * y * i);
    }
    await Deno.symlink(Deno.execPath(), `${folder}/deno`);
    const outputs: string[] = [];
    for (const block of blocks) {
      // The input and output files of the reader are in a temporary folder here.
      const line = block.replaceAll(
        /\b(lenses|lens\.safetensors|m\.safetensors|photos|labels\.txt)\b/g,
        `${folder}/$1`,
      );
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-ec", line],
        cwd: ROOT,
        env: { PATH: `${folder}:${Deno.env.get("PATH")}`, INIT_CWD: ROOT },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      outputs.push(new TextDecoder().decode(stdout));
    }
    assert.match(outputs[0]!, /^\{"n":120,"positives":80,"auroc":(1|0\.9)/);
    assert.match(outputs[1]!, /^\{"n":599,"positives":63,"auroc":0\.\d+/);
    assert.match(await Deno.readTextFile(`${folder}/labels.txt`), /^[01]{5}\n$/);
  });
});

Deno.test("the README names the pinned version of Deno that CI runs", async () => {
  const pinned = (text: string) => new Set([...text.matchAll(/deno@([\d.]+)/g)].map(([, v]) => v));
  const versions = pinned(await Deno.readTextFile(`${ROOT}README.md`));
  assert.equal(versions.size, 1);
  assert.deepEqual(pinned(await Deno.readTextFile(`${ROOT}.ci/run`)), versions);
});

Deno.test("the README's tables name every command and every model", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  /** The names in the first column of the table that begins so. */
  const firstColumn = (start: string) => {
    const [, ...rows] = readme.slice(readme.indexOf(start)).split("\n\n")[0]!.split("\n");
    return rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, n]) => n));
  };
  assert.deepEqual(firstColumn("| command "), Object.keys(COMMANDS));
  const models = firstColumn("| which model?").filter((name) => name !== "net.json");
  assert.deepEqual(models.toSorted(), Object.keys(MODELS).toSorted());
});
