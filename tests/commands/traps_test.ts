/** Mistakes that used to pass in silence, as a user meets them: on the command line. */

import assert from "node:assert/strict";
import { npy } from "../datasets/_fixtures.ts";
import {
  DIGITS,
  records,
  runCommand,
  runHere,
  trainDigits,
  withFolder,
  writePng,
} from "./_task.ts";

const QUICK = ["--backend=wasm", "--workers=1", "--epochs=1"];

/** Writes images to class folders, so many per class. */
async function classes(folder: string, names: readonly string[], count: number): Promise<string> {
  for (const [k, name] of names.entries()) {
    await Deno.mkdir(`${folder}/classes/${name}`, { recursive: true });
    for (let i = 0; i < count; i++) {
      const path = `${folder}/classes/${name}/${i}.png`;
      await writePng(path, 8, 8, (x, y) => (x * (i + 1) + 31 * y * k) % 256);
    }
  }
  return `${folder}/classes`;
}

Deno.test("a folder with normal and abnormal images trains with a warning, a limit with another", async () => {
  await withFolder(async (folder) => {
    const data = await classes(folder, ["defect_scratch", "good"], 12);
    const args = [`--data=${data}`, `--out=${folder}/m`, ...QUICK];
    const both = await runCommand("train", args);
    assert.equal(both.code, 0);
    assert.match(
      both.stderr,
      /^warning: images of defect_scratch are taken for normal, as those of good\nhint: --normal good /m,
    );
    assert.match(both.stderr, /^trains on images of 2 labels: defect_scratch, good; --normal/m);
    const first = await runCommand("train", [...args, "--limit=12"]);
    assert.match(
      first.stderr,
      /^warning: the limit of 12 images was reached before any image of label good$/m,
    );
    const chosen = await runCommand("train", [...args, "--normal=good"]);
    assert.doesNotMatch(chosen.stderr, /taken for normal|trains on images of/);
  });
});

Deno.test("a wrong label or score is told before the first image is read", async () => {
  await withFolder(async (folder) => {
    const data = await classes(folder, ["a", "b"], 3);
    // Reading would end with another error.
    for (const path of ["a/0", "a/1", "a/2", "b/0"]) {
      await Deno.writeTextFile(`${data}/${path}.png`, "damaged");
    }
    const cases: [string[], RegExp][] = [
      [["--watch=c"], /Cannot watch "c" .*\nhint: the labels are a, b$/m],
      [["--hold-out=c"], /current value is "c"\nhint: the labels are a, b$/m],
      [["--normal=a,d"], /current value is "d"/],
      [
        ["--score=energy"],
        /--score as a model must have that score: none has "energy"\nhint: train --help/,
      ],
      [["--model=cvae", "--score=class:a"], /"class:a" as "cvae" must have that score/],
    ];
    for (const [flags, message] of cases) {
      const result = await runHere("train", [
        `--data=${data}`,
        `--out=${folder}/m`,
        "--quiet",
        ...QUICK,
        ...flags,
      ]);
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, message);
    }
  });
});

Deno.test("unreadable images of a folder fail the command, also with --quiet, and give their hints", async () => {
  await withFolder(async (folder) => {
    const data = `${await classes(folder, ["all"], 8)}/all`;
    for (const name of ["x", "y", "z"]) {
      await Deno.writeTextFile(`${data}/${name}.qoi`, "qoif\0\0\0\x10");
    }
    const args = [`--data=${data}`, `--out=${folder}/m`, ...QUICK];
    const loud = await runCommand("train", args);
    assert.equal(loud.code, 3);
    assert.equal(loud.stderr.match(/^warning: .*[xyz].qoi: /gm)?.length, 3, loud.stderr);
    assert.equal(loud.stderr.match(/^hint: convert it to PNG/gm)?.length, 1);
    const quiet = await runCommand("train", [...args, "--quiet"]);
    assert.equal(quiet.code, 3);
    assert.match(quiet.stderr, /^error: 3 images could not be read: the model is without them\n$/);
    const scored = await runCommand("score", ["--model", `${folder}/m`, "--quiet", data]);
    assert.equal(scored.code, 3);
    const failed = records(scored.stdout).flatMap(({ error }) => error ? [error] : []);
    assert.deepEqual(
      failed.map((error) => Object.keys(error)),
      Array(3).fill(["code", "message", "hint"]),
    );
    // Too few are left: the error says why.
    for (let i = 0; i < 4; i++) await Deno.remove(`${data}/${i}.png`);
    const few = await runCommand("train", [...args, "--quiet"]);
    assert.equal(few.code, 1);
    assert.match(
      few.stderr,
      /at least 5 images: current number is 4\nhint: 3 could not be read; the first: /,
    );
  });
});

Deno.test("records of embed and of a sweep have the hint too", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/large.png`, 9, 9, (x) => x);
    const { stdout } = await runCommand("embed", [
      "--model",
      model,
      "--backend=wasm",
      `${folder}/large.png`,
    ]);
    assert.match(String((records(stdout)[0]!["error"] as { hint: string }).hint), /--size WxH/);
    const sweep = await runCommand("sweep", [
      `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      ...["--backend=wasm", "--grid=model=knn,pca", "--latent=4"],
    ]);
    const [knn, pca] = records(sweep.stdout);
    assert.deepEqual(knn!["error"], {
      code: "usage",
      message: 'Cannot use --latent as "knn" takes no such option',
      hint: "omit it, or use --model vae",
    });
    assert.equal(pca!["error"], undefined);
  });
});

Deno.test("rows of pixels become images by --size, and need a scale", async () => {
  await withFolder(async (folder) => {
    const row = (i: number) => Array.from({ length: 48 }, (_, j) => (i * 37 + j * j) % 256);
    const csv = `${folder}/rows.csv`, array = `${folder}/rows.npy`, out = `--out=${folder}/m`;
    await Deno.writeTextFile(csv, Array.from({ length: 30 }, (_, i) => `${row(i)}\n`).join(""));
    await Deno.writeFile(
      array,
      npy("|u1", [30, 48], Array.from({ length: 30 }, (_, i) => row(i)).flat()),
    );
    for (const data of [[`--data=${csv}`], [`--data=${array}`, "--vectors"]]) {
      const train = (...flags: string[]) => runHere("train", [...data, out, ...QUICK, ...flags]);
      const cases: [string[], number, RegExp][] = [
        [[], 1, /hint: if a row is the pixels of an image, add --size WxH; else/],
        [["--size=8x8"], 1, /numbers must be 64, for 8 x 8 x 1: current number is 48/],
        [
          ["--size=4x12"],
          1,
          /must be small numbers for a network to learn: they lie from 0 to 255\nhint: --scale auto/,
        ],
        [
          ["--size=4x12", "--loss=bce", "--scale=none"],
          2,
          /Cannot use --loss bce as samples must lie/,
        ],
        [
          ["--size=4x12", "--scale=none"],
          0,
          /output of vae is linear, its loss mse, beta 1\nhint: /,
        ],
        [["--size=4x12", "--scale=auto"], 0, /^scale: samples from 0 to 255 become 0 to 1$/m],
        [
          ["--size=4x4", "--channels=rgb", "--scale=0,255"],
          0,
          /^model vae, \d+ parameters, 4 x 4 x 3: /m,
        ],
      ];
      for (const [flags, code, message] of cases) {
        const result = await train(...flags);
        assert.equal(result.code, code, result.stderr);
        assert.match(result.stderr, message);
      }
      const sources = data.map((flag) => flag.replace("--data=", ""));
      const scored = await runCommand("score", ["--model", `${folder}/m`, ...sources]);
      assert.equal(scored.code, 0, scored.stderr);
      assert.equal(records(scored.stdout).length, 30);
    }
  });
});

Deno.test("flags without effect end with 2, and flags of a checkpoint too", async () => {
  await withFolder(async (folder) => {
    const cases: [string[], RegExp][] = [
      [
        ["--model=dense", "--beta=2"],
        /Cannot use --beta as only --model vae, .* takes it\nhint: omit it/,
      ],
      [["--model=pca", "--loss=mse"], /Cannot use --loss as "pca" takes no such option/],
      [
        ["--model=knn", "--lr=0.1"],
        /Cannot use --lr as "knn" does not learn in steps\nhint: omit it/,
      ],
      [["--model=resnet", "--reduction=mean"], /Cannot use --reduction as "resnet" takes no such/],
      [
        ["--model=pca", "--weight-decay=0.1"],
        /Cannot use --weight-decay as "pca" does not learn in steps/,
      ],
    ];
    for (const [flags, message] of cases) {
      const data = `--data=${DIGITS}train-images-idx3-ubyte.gz`;
      const result = await runHere("train", [data, `--out=${folder}/m`, "--quiet", ...flags]);
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, message);
    }
  });
});

Deno.test("notes on images are printed up to ten, and the others counted", async () => {
  await withFolder(async (folder) => {
    const values = Float32Array.from({ length: 30 * 64 }, (_, i) => i % 64 === 0 ? NaN : i % 7 / 7);
    await Deno.writeFile(`${folder}/a.npy`, npy("<f4", [30, 8, 8], new Uint8Array(values.buffer)));
    const args = [
      `--data=${folder}/a.npy`,
      "--model=knn",
      `--out=${folder}/m`,
      "--calibrate=split",
    ];
    const trained = await runCommand("train", [...args, "--backend=wasm"]);
    assert.equal(trained.code, 0, trained.stderr);
    const calibrated = await runCommand("calibrate", [
      ...[`--model=${folder}/m`, `--data=${folder}/a.npy`, `--out=${folder}/c`, "--backend=wasm"],
    ]);
    for (const { stderr } of [trained, calibrated]) {
      assert.equal(stderr.match(/samples? (is|are) not finite/g)?.length, 10);
      assert.match(stderr, /^warning: 20 more notes on images were left out$/m);
    }
  });
});

Deno.test("notes on images of --anomalies and of the source of --calibrate are printed too", async () => {
  await withFolder(async (folder) => {
    const write = async (name: string, count: number, bad: number) => {
      const values = Float32Array.from({ length: count * 64 }, (_, i) => (i % 7 + i % 11) / 17);
      if (bad >= 0) values[64 * bad] = NaN;
      const bytes = npy("<f4", [count, 8, 8], new Uint8Array(values.buffer));
      await Deno.writeFile(`${folder}/${name}.npy`, bytes);
    };
    await write("data", 30, 5);
    await write("strange", 5, 2);
    await write("other", 20, 3);
    const { code, stderr } = await runCommand("train", [
      ...["data", "anomalies", "calibrate"].map((flag, i) =>
        `--${flag}=${folder}/${["data", "strange", "other"][i]}.npy`
      ),
      ...["--model=knn", `--out=${folder}/m`, "--backend=wasm"],
    ]);
    assert.equal(code, 0, stderr);
    const noted = [...stderr.matchAll(/(\w+\.npy#\d+): 1 samples? (?:is|are) not finite/g)];
    assert.deepEqual(noted.map(([, name]) => name), ["data.npy#5", "strange.npy#2", "other.npy#3"]);
  });
});

Deno.test("control characters of labels and names are escaped in text, and kept in JSON", async () => {
  await withFolder(async (folder) => {
    const record = (i: number) => ({ path: `${i}.png`, label: i % 2 ? "a\nb: \x1b[2J" : "c" });
    for (let i = 0; i < 12; i++) {
      await writePng(`${folder}/${i}.png`, 8, 8, (x, y) => (x * (i + 1) + 31 * y) % 256);
    }
    const lines = Array.from({ length: 12 }, (_, i) => {
      const { path, label } = record(i);
      return `${JSON.stringify({ path: `${folder}/${path}`, label })}\n`;
    });
    const args = ["--data=-", "--model=pca", `--out=${folder}/m`, "--backend=wasm"];
    const trained = await runCommand("train", args, lines.join(""));
    assert.equal(trained.code, 0, trained.stderr);
    const text = await runHere("info", [`${folder}/m`]);
    assert.match(text.stdout, /^ {2}labels +a\\nb: \\u001b\[2J, c$/m);
    const { stdout } = await runHere("info", ["--json", `${folder}/m`]);
    assert.deepEqual(records(stdout)[0]!["labels"], ["a\nb: \x1b[2J", "c"]);
  });
});

Deno.test("a record that nests too deep is an error of its own, and the stream goes on", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    await writePng(`${folder}/a.png`, 8, 8, (x, y) => 30 * x + y);
    const deep = `{"path":"${folder}/a.png","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    const lines = `${deep}\n{"path":"${folder}/a.png","x":[[1]]}\n`;
    const { code, stdout, stderr } = await runCommand("score", [`--model=${model}`, "-"], lines);
    assert.equal(code, 3, stderr);
    const [first, second] = records(stdout);
    assert.match(JSON.stringify(first!["error"]), /"code":"input".*nest more than 512 deep/);
    assert.deepEqual(second!["x"], [[1]]);
  });
});
