import assert from "node:assert/strict";
import { COMMANDS } from "../../tasks/commands.ts";
import { type Command, FLAGS } from "../../src/cli/mod.ts";
import type { FlagEntry } from "../../src/cli/flag_entry.ts";
import { runStray } from "../cli/_program.ts";
import { trainDigits, withFolder, writePng } from "../commands/_task.ts";

/** The content of every file of a folder. */
function contents(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) { for (const [inner, text] of contents(path)) files.set(inner, text); }
    else files.set(path, Deno.readFileSync(path).toHex());
  }
  return files;
}

Deno.test("an output that is also an input is refused with 2, and every file stays as it was", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=vae"]);
    await Deno.mkdir(`${folder}/photos/more`, { recursive: true });
    for (let i = 0; i < 12; i++) {
      await writePng(`${folder}/photos/${i}.png`, 8, 8, (x) => 9 * x + i);
    }
    const image = `${folder}/photos/0.png`;
    await Deno.symlink("photos/0.png", `${folder}/link.png`);
    await Deno.link(image, `${folder}/hard.png`);
    await Deno.symlink(folder, `${folder}/photos/more/../../again`);
    await Deno.writeTextFile(`${folder}/net.json`, "{}");
    await Deno.writeTextFile(`${folder}/v.csv`, "1,2\n3,4\n");
    const before = contents(`${folder}/photos`), size = (await Deno.stat(model)).size;
    const apply = [`--model=${model}`, "--backend=wasm"];
    const train = [`--data=${folder}/photos`, "--latent=1", "--backend=wasm", "--model=pca"];
    const cases: [string, string[], string?][] = [
      // The output is named as an input.
      ["train", [`--data=${folder}/v.csv`, `--out=${folder}/v.csv`]],
      ["train", [...train.slice(0, 3), `--model=${folder}/net.json`, `--out=${folder}/net.json`]],
      ["train", [...train, `--out=${folder}/photos`]],
      ["train", [...train, `--out=${folder}/m`, `--checkpoint=${folder}/m`]],
      ["train", [...train, `--latents-of=${model}`, `--out=${model}`]],
      ["calibrate", [`--model=${model}`, `--data=${folder}/photos`, `--out=${model}`]],
      ["reconstruct", [...apply, `${folder}/photos`, `--out=${model}`]],
      ["reconstruct", [...apply, image, `--out=${image}`]],
      ["sample", [...apply, `--between=${image}`, `${folder}/photos/1.png`, `--out=${image}`]],
      ["embed", [...apply, "--map=pca", image, `--out=${image}`]],
      ["sweep", [...train, "--grid=blur=1", `--out=${folder}/photos`]],
      ["simulate", [`--source=${folder}/photos`, "--count=1", `--out=${folder}/photos`]],
      // By another name.
      ["embed", [...apply, "--map=pca", image, "--out=photos/./0.png"]],
      ["embed", [...apply, "--map=pca", image, `--out=${folder}/link.png`]],
      ["embed", [...apply, "--map=pca", image, `--out=${folder}/hard.png`]],
      ["embed", [...apply, "--map=pca", `${folder}/hard.png`, `--out=${image}`]],
      ["embed", [...apply, "--map=pca", image, `--out=${folder}/again/photos/0.png`]],
      ["embed", [...apply, "--map=pca", `${image}#0`, `--out=${image}`]],
      // Within a folder, or on stdin: known while sources are read.
      ["embed", [...apply, "--map=pca", `${folder}/photos`, `--out=${image}`]],
      ["embed", [...apply, "--map=pca", "-", `--out=${folder}/link.png`], `${image}\n`],
      ["train", [...train, `--out=${folder}/photos/3.png`]],
      // One image per image, into the folder that is read.
      ["stray", ["score", ...apply, `${folder}/photos`, `--heatmaps=${folder}/photos`]],
      ["stray", ["score", ...apply, `${folder}/photos`, `--heatmaps=${folder}/photos/more`]],
      // Names that the command makes.
      [
        "sample",
        [...apply, `--between=${image}`, `${folder}/photos/1.png`, "--count=5", "--out=photos"],
      ],
    ];
    for (const [command, args, stdin] of cases) {
      const task = command === "stray" ? args : [command, ...args];
      const { code, stderr } = await runStray([...task, "--quiet"], {
        deno: [`-P=${command}`],
        folder,
        ...stdin !== undefined && { stdin },
      });
      assert.equal(code, 2, `${task.join(" ")}: ${stderr}`);
      assert.match(stderr, /as (--[a-z-]+|it) must be (another file than|outside of) /);
      assert.match(stderr, /^hint: /m);
    }
    assert.deepEqual(contents(`${folder}/photos`), before);
    assert.equal((await Deno.stat(model)).size, size);
    assert.equal(await Deno.readTextFile(`${folder}/v.csv`), "1,2\n3,4\n");
  });
});

Deno.test("files that only look alike are no conflict", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/photos`);
    for (let i = 0; i < 12; i++) {
      await writePng(`${folder}/photos/${i}.png`, 8, 8, (x) => 9 * x + i);
    }
    const train = ["train", "--data=photos", "--model=pca", "--latent=1", "--backend=wasm", "-q"];
    const options = { deno: ["-P=train"], folder };
    // An earlier model in the folder of images, and a file with the name of an architecture.
    for (const out of ["photos/m", "photos/m", "pca", "pca"]) {
      const { code, stderr } = await runStray([...train, `--out=${out}`], options);
      assert.equal(code, 0, `${out}: ${stderr}`);
    }
    const dense = ["train", "--data=photos", "--model=dense", "--backend=wasm", "-q"];
    const first = await runStray([...dense, "--epochs=1", "--out=d", "--checkpoint=c"], options);
    assert.equal(first.code, 0, first.stderr);
    const again = ["--epochs=1", "--out=d", "--checkpoint=c", "--resume=c"];
    const second = await runStray([...dense, ...again], options);
    assert.equal(second.code, 0, second.stderr);
  });
});

Deno.test("every flag that names a file or folder says whether it is read or written", async () => {
  const named = /FILE|DIR|SRC|IMAGE|folder|file/;
  // A list of hashes or addresses of a file, not a file.
  const others = ["md5", "sha256", "mirror", "set", "null", "map", "stdout", "heatmap-format"];
  for (const [name, entry] of Object.entries<FlagEntry>(FLAGS)) {
    if (!named.test(entry.placeholder ?? "") || others.includes(name)) continue;
    assert.ok(entry.path !== undefined, `--${name} ${entry.placeholder}`);
  }
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { flags, operands } = await load() as Command;
    const writes = flags.some((flag) => (FLAGS[flag] as FlagEntry).path === "writes");
    if (writes && operands && name !== "data") assert.equal(operands.path, "reads", name);
  }
});
