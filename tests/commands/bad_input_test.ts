import assert from "node:assert/strict";
import { runShell, runStray, shellCommand } from "../cli/_program.ts";
import { DIGITS, records, runHere, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

/** Asserts that a command failed with a message and wrote nothing to stdout. */
async function refuses(
  command: string,
  args: readonly string[],
  code: number,
  message: RegExp,
): Promise<void> {
  const result = await runHere(command, args);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, message);
  assert.equal(result.code, code, result.stderr);
}

const QUICK = ["--epochs=1", "--backend=wasm"];

Deno.test("train refuses wrong flags with 2, and suggests right ones", async () => {
  await withFolder(async (folder) => {
    const data = `--data=${DIGITS}train-images-idx3-ubyte.gz`, out = `--out=${folder}/m`;
    const cases: [string[], RegExp][] = [
      [[out], /--data must be given\nhint: add --data/],
      [[data], /--out must be given\nhint: add --out/],
      [[data, out, "--epoch=3"], /takes no --epoch\nhint: did you mean --epochs/],
      [
        [data, out, "--epochs=0"],
        /--epochs must be a whole number from 1 to 1000000: current value is "0"/,
      ],
      [[data, out, "--size=8x"], /--size.*: current value is "?8x"?/],
      [[data, out, "--model=knnn"], /must be one of vae, dense, cae.*\nhint: did you mean knn\?\n/],
      [[data, out, "--model=xyz"], /must be one of vae, dense, cae[^\n]*\n$/],
      [
        [data, out, `--checkpoint=${folder}/m`],
        /--checkpoint as it must be another file than --out/,
      ],
      [[data, out, "--scale=9,1"], /--scale as it must be .*: current value is "9,1"/],
      [[data, out, "--fit=crop"], /--fit as --size must be given\nhint: add --size/],
      [[data, out, "--normal=1", "--hold-out=2"], /--normal and --hold-out together/],
      [[data, out, "--hold-out=ten"], /current value is "ten"\nhint: the labels are 0, 1, 2/],
      [
        [data, out, "--score=psnr"],
        /as a model must have that score: none has "psnr"$/m,
      ],
      [[data, out, "extra"], /"?extra"?/],
    ];
    for (const [args, message] of cases) {
      await refuses("train", [...args, "--backend=wasm", "--quiet"], 2, message);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("train refuses unusable sources, and leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    const out = `--out=${folder}/m`;
    await Deno.mkdir(`${folder}/empty`);
    await Deno.mkdir(`${folder}/one`);
    await writePng(`${folder}/one/a.png`, 8, 8, (x) => x);
    await Deno.mkdir(`${folder}/mixed`);
    for (let i = 0; i < 9; i++) {
      await writePng(`${folder}/mixed/${i}.png`, i < 8 ? 8 : 12, 8, (x) => x * i);
    }
    const cases: [string, RegExp][] = [
      ["none", /Cannot read "[^"]*none" as there is no such file or folder/],
      ["empty", /empty/],
      ["one", /at least 5 images: current number is 1/],
      ["mixed", /"[^"]*8\.png" as its size must be 8 x 8: .* 12 x 8\nhint: .*--size 8x8/],
    ];
    for (const [source, message] of cases) {
      await refuses("train", ["--data", `${folder}/${source}`, out, ...QUICK, "-q"], 1, message);
    }
    await refuses(
      "train",
      ["--data", `${folder}/mixed`, "--out=/proc/m", ...QUICK],
      1,
      /\/proc\/m/,
    );
    await refuses("train", ["--data", `${folder}/mixed`, `--out=${folder}`, ...QUICK], 1, /folder/);
    await refuses(
      "train",
      ["--data", `${folder}/mixed`, out, "--size=100000x100000", ...QUICK],
      1,
      /current size is 100000 x 100000 x 1\nhint: take a smaller --size/,
    );
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["empty", "mixed", "one"]);
  });
});

Deno.test("train continues past damaged files, reports them, and ends with 1", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/images`);
    for (let i = 0; i < 20; i++) {
      await writePng(`${folder}/images/${i}.png`, 8, 8, (x, y) => x * i + y);
    }
    const whole = await Deno.readFile(`${folder}/images/3.png`);
    await Deno.writeFile(`${folder}/images/3.png`, whole.subarray(0, whole.length - 20));
    await Deno.writeFile(`${folder}/images/4.png`, new Uint8Array(0));
    const args = ["--data", `${folder}/images`, `--out=${folder}/m`, ...QUICK];
    const { code, stderr } = await runTask("train", args);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /warning: .*3\.png: /);
    assert.match(stderr, /warning: .*4\.png: /);
    await Deno.stat(`${folder}/m`);
  });
});

Deno.test("a mistake is reported once: by the error, or by a warning beside it", async () => {
  await withFolder(async (folder) => {
    const bad = [0, 1, 2].map((i) => `${folder}/${i}.png`);
    for (const path of bad) await Deno.writeTextFile(path, "no image");
    const out = `--out=${folder}/m`;
    const once = async (command: string, args: readonly string[], paths: readonly string[]) => {
      const { code, stderr } = await runHere(command, args);
      assert.equal(code, 1, stderr);
      assert.equal(stderr.match(/^error: /gm)?.length, 1, stderr);
      for (const path of paths) {
        assert.equal(stderr.split("\n").filter((line) => line.includes(path)).length, 1, stderr);
      }
    };
    await once("train", ["--data", bad[0]!, out, ...QUICK], bad.slice(0, 1));
    await once("train", [...bad.map((path) => `--data=${path}`), out, ...QUICK], bad);
    await once("train", ["--data", `${folder}/none`, out, ...QUICK], [`${folder}/none`]);
    const model = `--model=${await trainDigits(folder)}`;
    const sheet = `--out=${folder}/sheet.png`;
    await once("reconstruct", [model, "--backend=wasm", sheet, bad[0]!], bad.slice(0, 1));
    await once("reconstruct", [model, "--backend=wasm", sheet, ...bad], bad.slice(0, 1));
    await once("neighbours", [model, "--backend=wasm", "--count=1", bad[0]!], bad.slice(0, 1));
    await once("embed", [model, "--backend=wasm", "--map=pca", bad[0]!], bad.slice(0, 1));
  });
});

Deno.test("images that are all alike train and score, and are no anomalies", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/images`);
    for (let i = 0; i < 10; i++) await writePng(`${folder}/images/${i}.png`, 8, 8, () => 7);
    const model = `${folder}/m`;
    const args = ["--data", `${folder}/images`, `--out=${model}`, ...QUICK];
    assert.equal((await runTask("train", args)).code, 0);
    const { stdout } = await runTask("score", ["--model", model, `${folder}/images`]);
    for (const line of records(stdout)) assert.equal(line["p"], 1);
  });
});

Deno.test("score refuses missing, truncated, changed and foreign model files", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const bytes = await Deno.readFile(model);
    const image = `${DIGITS}test-images-idx3-ubyte.gz`;
    const write = (name: string, data: Uint8Array) => Deno.writeFile(`${folder}/${name}`, data);
    await write("short", bytes.subarray(0, bytes.length - 1));
    await write("changed", bytes.with(bytes.length - 7, bytes.at(-7)! ^ 1));
    await write("text", new TextEncoder().encode("hello, I am no model"));
    await write("zero", new Uint8Array(0));
    const cases: [string, RegExp][] = [
      ["none", /Cannot read the model "[^"]*none" as there is no such file\nhint: /],
      ["short", /"[^"]*short" as it must have \d+ bytes/],
      ["changed", /"[^"]*changed" as its checksum does not match/],
      ["text", /Cannot read the model "[^"]*text"/],
      ["zero", /must have at least 8 bytes: current length is 0/],
    ];
    for (const [name, message] of cases) {
      for (const [command, rest] of [["score", [image, "--model"]], ["info", []]] as const) {
        await refuses(command, [...rest, `${folder}/${name}`], 1, message);
      }
    }
    await refuses("score", [image], 2, /--model must be given\nhint: /);
    await refuses("score", ["--model", model], 2, /SRC/);
    await refuses("score", ["--model", model, image, "--fpr=1"], 2, /--fpr/);
    await refuses(
      "score",
      ["--model", model, image, "--score=ssim", "--backend=wasm"],
      2,
      /must have that score: it has blurred_mse, mse, max_error, negative_elbo, input_complexity, probability$/m,
    );
    await refuses("score", ["--model", model, image, "--bakend=cpu"], 2, /did you mean --backend/);
  });
});

Deno.test("a model of grey 8 x 8 refuses colour and other sizes, with a line each", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/colour.png`, 8, 8, (x) => x, 3);
    await writePng(`${folder}/large.png`, 28, 28, (x) => x);
    const args = ["--model", model, `${folder}/colour.png`, `${folder}/large.png`];
    const { code, stdout } = await runTask("score", args);
    assert.equal(code, 3);
    const messages = records(stdout).map((line) => (line["error"] as { message: string }).message);
    assert.match(messages[0]!, /must be grey: current channels are RGB/);
    assert.match(messages[1]!, /size must be 8 x 8: current value is 28 x 28/);
  });
});

Deno.test("score gives a line for each of many kinds of damage", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/whole.png`, 8, 8, (x, y) => x * y);
    const png = await Deno.readFile(`${folder}/whole.png`);
    const bomb = png.slice();
    new DataView(bomb.buffer).setUint32(16, 60_000);
    new DataView(bomb.buffer).setUint32(20, 60_000);
    new DataView(bomb.buffer).setUint32(29, crc(bomb.subarray(12, 29)));
    const nothing = png.slice();
    new DataView(nothing.buffer).setUint32(16, 0);
    new DataView(nothing.buffer).setUint32(29, crc(nothing.subarray(12, 29)));
    const files: [string, Uint8Array, string][] = [
      ["empty.png", new Uint8Array(0), "empty"],
      ["cut.png", png.subarray(0, png.length - 16), "decode"],
      ["text.png", new TextEncoder().encode("text, text, text"), "format"],
      ["bomb.png", bomb, "too_large"],
      ["nothing.png", nothing, "decode"],
      ["nan.fits", fits([NaN, NaN, NaN, NaN]), "value"],
      ["whole.png", png, ""],
    ];
    for (const [name, bytes] of files) await Deno.writeFile(`${folder}/${name}`, bytes);
    const paths = files.map(([name]) => `${folder}/${name}`);
    const { code, stdout } = await runTask("score", ["--model", model, ...paths]);
    assert.equal(code, 3);
    const lines = records(stdout);
    const codes = lines.map((line) => (line["error"] as { code: string } | undefined)?.code ?? "");
    assert.deepEqual(codes, files.map(([, , wanted]) => wanted));
    assert.deepEqual(lines.map((line) => line["path"]), paths);
  });
});

Deno.test("NaNs in part of an image are replaced, and reported on stderr", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/images`);
    for (let i = 0; i < 9; i++) {
      const values = [i, 2, i === 4 ? NaN : 3, 4 * i + 1];
      await Deno.writeFile(`${folder}/images/${i}.fits`, fits(values));
    }
    const args = ["--data", `${folder}/images`, `--out=${folder}/m`, "--model=dense", ...QUICK];
    const { code, stderr } = await runTask("train", args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /warning: .*4\.fits: 1 sample is not finite, replaced by the minimum/);
  });
});

Deno.test({
  name: "a full disk while saving leaves the old model as it was",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0, // needs to mount a small file system
  fn: async () => {
    await withFolder(async (folder) => {
      const disk = `${folder}/disk`;
      await Deno.mkdir(disk);
      const mounted = await runShell(`mount -t tmpfs -o size=64k tmpfs '${disk}'`);
      assert.equal(mounted.code, 0, mounted.stderr);
      try {
        await Deno.writeTextFile(`${disk}/m`, "the old model");
        const args = ["--data", `${DIGITS}train-images-idx3-ubyte.gz`, `--out=${disk}/m`, ...QUICK];
        const options = { deno: ["-P=train"], folder };
        const { code, stderr } = await runStray(["train", ...args], options);
        assert.equal(code, 1);
        const kept = [...Deno.readDirSync(folder)].filter(({ name }) => /^kept-.*-m$/.test(name));
        assert.equal(kept.length, 1, "the model is kept in the caller's folder");
        assert.match(
          stderr,
          /error: Cannot write "[^"]*m" as .*\nhint: check that .* is a writable folder with free space/,
        );
        assert.equal(await Deno.readTextFile(`${disk}/m`), "the old model");
        assert.deepEqual([...Deno.readDirSync(disk)].map(({ name }) => name), ["m"]);
      } finally {
        await runShell(`umount '${disk}'`);
      }
    });
  },
});

Deno.test("a closed stdin is an error with a remedy", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const line = shellCommand(["score", "--quiet", `--model=${model}`, "-"])
      .replace("'--no-prompt'", "'--no-prompt' '-P=score'");
    const { code, stdout, stderr } = await runShell(`${line} <&-`);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /error: Cannot score as there must be images: found none\nhint: /);
  });
});

/** CRC-32, as PNG has it. */
function crc(bytes: Uint8Array): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

/** A FITS image of 2 x 2 floats. */
function fits(values: readonly number[]): Uint8Array {
  const cards = [
    "SIMPLE  = T",
    "BITPIX  = -32",
    "NAXIS   = 2",
    "NAXIS1  = 2",
    "NAXIS2  = 2",
    "END",
  ];
  const bytes = new Uint8Array(2 * 2880);
  const header = cards.map((card) => card.replace("= ", "= ".padEnd(2)).padEnd(80)).join("");
  new TextEncoder().encodeInto(header.padEnd(2880), bytes);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(2880 + 4 * i, value));
  return bytes;
}

Deno.test("info and summary continue past unreadable files, and end with the worst code", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const info = await runTask("info", ["--json", `${folder}/none`, model, folder, model]);
    assert.equal(info.code, 1);
    assert.deepEqual(records(info.stdout).map((line) => line["path"]), [model, model]);
    assert.match(
      info.stderr,
      /"[^"]*none" as there is no such file\nhint: .*\n.*: it is a folder\n/,
    );
    for (const [wrong, code] of [[`${folder}/none`, 1], ["vea", 2]] as const) {
      const summary = await runHere("summary", ["--json", wrong, `${folder}/none`, "dense"]);
      assert.equal(summary.code, code, summary.stderr);
      assert.equal(records(summary.stdout).length, 1);
    }
  });
});

Deno.test("a device is no place for a result, and the remedy is another name", async () => {
  const data = `--data=${DIGITS}train-images-idx3-ubyte.gz`;
  const { code, stderr } = await runTask("train", [data, "--model=pca", "--out=/dev/full"]);
  assert.equal(code, 1);
  assert.match(stderr, /"\/dev\/full" as .*: it is a device\nhint: give the name of a file\n/);
});
