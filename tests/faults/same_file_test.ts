import assert from "node:assert/strict";
import { COMMANDS } from "../../tasks/commands.ts";
import { type Command, FLAGS } from "../../src/cli/mod.ts";
import type { FlagEntry } from "../../src/cli/flag_entry.ts";
import { runInProcess } from "../cli/_in_process.ts";
import { runShell, runStray, shellCommand } from "../cli/_program.ts";
import { trainDigits, withFolder, writePng } from "../commands/_task.ts";

/** The content of every file of a folder, and the targets of its links. */
function contents(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) { for (const [inner, text] of contents(path)) files.set(inner, text); }
    else if (isSymlink) files.set(path, Deno.readLinkSync(path));
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
    await writePng(`${folder}/photos/more/z.png`, 8, 8, (x) => 7 * x);
    await writePng(`${folder}/linked.png`, 8, 8, (x) => 5 * x);
    await Deno.symlink("../../linked.png", `${folder}/photos/more/out`);
    await Deno.writeTextFile(`${folder}/photos/manifest.ndjson`, "{}\n");
    await Deno.writeTextFile(`${folder}/photos/simulation.json`, "{}\n");
    const record = (path: string, i: number) => `{"path":"${path}","score":${i},"p":0.5}\n`;
    await Deno.writeTextFile(
      `${folder}/s.ndjson`,
      ["photos/0.png", "photos/more/z.png"].map(record).join(""),
    );
    await writeIdx(`${folder}/t-images-idx3-ubyte`, [2, 8, 8]);
    await writeIdx(`${folder}/t-labels-idx1-ubyte`, [2]);
    const before = contents(folder), size = (await Deno.stat(model)).size;
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
      // Beyond the images that are read, or named by records.
      ["reconstruct", [...apply, "photos", `--out=${folder}/photos/more/z.png`]],
      ["reconstruct", [...apply, "-", "--out=photos/9.png"], "photos/9.png\nphotos/1.png\n"],
      ["train", [...train, "--limit=10", "--out=photos/more/z.png"]],
      ["train", [...train, "--out=m", "--checkpoint=photos/more/z.png"]],
      ["train", [...train, "--limit=10", "--out=photos/more/out"]],
      ["score:out", ["score", ...apply, "photos", "--limit=1", "--out=photos/more/z.png"]],
      ["score:out", ["score", ...apply, "photos", "--shard=1/2", "--out=photos/more/z.png"]],
      [
        "score:out",
        ["score", ...apply, "-", "--shard=1/2", "--out=photos/9.png"],
        "photos/1.png\nphotos/9.png\n",
      ],
      ["plot", ["images", ...apply, "photos", "--count=1", "--out=photos/9.png"]],
      ["plot", ["roc", ...apply, "--scores=s.ndjson", "--out=photos/more/z.png"]],
      ["report", [...apply, "--scores=s.ndjson", "--out=photos/more/z.png"]],
      ["report", [...apply, "-", "--out=link.png"], '{"path":"photos/0.png#0","error":"none"}\n'],
      // Read along with images.
      ["reconstruct", [...apply, "t-images-idx3-ubyte", "--out=t-labels-idx1-ubyte"]],
      ["reconstruct", [...apply, "-", "--out=t-labels-idx1-ubyte"], "t-images-idx3-ubyte\n"],
      ["score:out", ["score", ...apply, "photos", "--out=photos/manifest.ndjson"]],
      ["train", ["--data=photos/more", ...train.slice(1), "--out=photos/simulation.json"]],
      // One image per image, into the folder that is read.
      ["stray", ["score", ...apply, `${folder}/photos`, `--heatmaps=${folder}/photos`]],
      ["stray", ["score", ...apply, `${folder}/photos`, `--heatmaps=${folder}/photos/more`]],
      // Names that the command makes.
      [
        "sample",
        [...apply, `--between=${image}`, `${folder}/photos/1.png`, "--count=5", "--out=photos"],
      ],
    ];
    // Once under exactly the permissions of the command.
    const known = new Set<string>();
    for (const [command, args, stdin = ""] of cases) {
      const task = /^(stray|score:out)$/.test(command) ? args : [command, ...args];
      const line = [...task, "--quiet"];
      const { code, stderr } = known.has(command)
        ? await runInProcess(line, { folder, stdin })
        : await runStray(line, { deno: [`-P=${command}`], folder, stdin });
      known.add(command);
      assert.equal(code, 2, `${task.join(" ")}: ${stderr}`);
      assert.match(stderr, /as (--[a-z-]+|it) must be (another file than|outside of) /);
      assert.match(stderr, /^hint: /m);
    }
    assert.deepEqual(contents(folder), before);
    assert.equal((await Deno.stat(model)).size, size);
  });
});

/** Writes an IDX file of bytes that are all 0. */
async function writeIdx(path: string, shape: readonly number[]): Promise<void> {
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = new Uint8Array(4 + 4 * shape.length + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((length, i) => view.setUint32(4 + 4 * i, length));
  await Deno.writeFile(path, bytes);
}

Deno.test("the file that stdin comes from is no output", async () => {
  await withFolder(async (folder) => {
    const list = `${folder}/list.txt`;
    await Deno.writeTextFile(list, "photo.png\n");
    const command = shellCommand(["score", "--model=m", "-", `--out=${list}`])
      .replace("'--no-prompt'", "--no-prompt -P=score:out");
    const { code, stderr } = await runShell(`${command} < '${list}'`);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--out as it must be another file than stdin: /);
    assert.equal(await Deno.readTextFile(list), "photo.png\n");
  });
});

Deno.test("an export replaces an earlier one alone", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=knn"]);
    const first = await runStray(["export", "--format=tfjs", model, "--out=web"], {
      deno: ["-P=export"],
      folder,
    });
    assert.equal(first.code, 0, first.stderr);
    const run = (out: string, file = model) =>
      runInProcess(["export", "--format=tfjs", file, `--out=${out}`], { folder });
    const again = await run("web");
    assert.equal(again.code, 0, again.stderr);
    const made = ["own", "link", "json", "bytes"].map((name) => `${folder}/${name}`);
    for (const name of made) await Deno.mkdir(name);
    await Deno.copyFile(model, `${folder}/own/weights.bin`);
    await Deno.symlink("../v.csv", `${folder}/link/weights.bin`);
    await Deno.writeTextFile(`${folder}/v.csv`, "1,2");
    await Deno.writeTextFile(`${folder}/json/model.json`, '{"generatedBy":"2.0"}');
    await Deno.writeTextFile(`${folder}/bytes/weights.bin`, "1");
    await Deno.mkdir(`${folder}/through`);
    await Deno.symlink(model, `${folder}/through/weights.bin`);
    const before = contents(folder);
    const cases: [string, number, RegExp, string?][] = [
      ["own", 2, /another file than MODEL/, `${folder}/own/weights.bin`],
      ["through", 2, /another file than MODEL/],
      [
        "link",
        1,
        /its weights.bin must be a file: it is a link or a folder\nhint: give another folder/,
      ],
      ["json", 1, /it has model.json, which must be an earlier export\nhint: give another folder/],
      ["bytes", 1, /it has weights.bin, which must be an earlier export/],
      ["v.csv", 1, /"v.csv" as it must be a folder: it is a file\nhint: give another folder/],
    ];
    for (const [out, code, message, file] of cases) {
      const refused = await run(out, file);
      assert.equal(refused.code, code, `${out}: ${refused.stderr}`);
      assert.match(refused.stderr, message);
    }
    const { code, stderr } = await runInProcess(
      ["export", model, "--format=onnx", "--out=web"],
      { folder },
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /it must be a file: it is a folder\nhint: give another name, or that of a file in it/,
    );
    assert.deepEqual(contents(folder), before);
  });
});

Deno.test("files that only look alike are no conflict", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/photos`);
    for (let i = 0; i < 12; i++) {
      await writePng(`${folder}/photos/${i}.png`, 8, 8, (x) => 9 * x + i);
    }
    const train = ["train", "--data=photos", "--model=pca", "--latent=1", "--backend=wasm", "-q"];
    const run = (...line: string[]) => runInProcess(line, { folder });
    // An earlier model in the folder of images, and a file with the name of an architecture.
    for (const out of ["photos/m", "photos/m", "photos/n.csv", "photos/n.csv", "pca", "pca"]) {
      const { code, stderr } = await run(...train, `--out=${out}`);
      assert.equal(code, 0, `${out}: ${stderr}`);
    }
    const dense = ["train", "--data=photos", "--model=dense", "--backend=wasm", "-q"];
    const first = await run(...dense, "--epochs=1", "--out=d", "--checkpoint=c");
    assert.equal(first.code, 0, first.stderr);
    const again = ["--epochs=1", "--out=d", "--checkpoint=c", "--resume=c"];
    const second = await run(...dense, ...again);
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
