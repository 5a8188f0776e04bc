/** Wrong values of flags, on the command line: each is refused before the work, with a remedy that works. */

import assert from "node:assert/strict";
import { runStray } from "../cli/_program.ts";
import { DIGITS, runHere, runTask, trainDigits, withFolder, writePng } from "./_task.ts";

/** A folder of images of one size. */
async function images(path: string, side: number, count = 12): Promise<string> {
  await Deno.mkdir(path, { recursive: true });
  for (let i = 0; i < count; i++) {
    await writePng(`${path}/${i}.png`, side, side, (x, y) => (x * (i + 3) + y * 17) % 256);
  }
  return path;
}

/** Asserts that commands fail with a code and a message, and write no file. */
async function refuse(
  out: string,
  cases:
    readonly (readonly [command: string, args: readonly string[], code: number, message: RegExp])[],
): Promise<void> {
  for (const [command, args, code, message] of cases) {
    const result = await runHere(command, [...args, `--out=${out}`, "--backend=wasm"]);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, message);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  }
}

Deno.test("numbers that a model file cannot hold are wrong usage", async () => {
  await withFolder(async (folder) => {
    const train = (...args: string[]) =>
      ["train", [`--data=${DIGITS}train-images-idx3-ubyte.gz`, ...args], 2] as const;
    await refuse(`${folder}/m`, [
      [
        ...train("--model=knn", "--keep-images=1e9"),
        /--keep-images as .* from 1 to 16777216, or all:/,
      ],
      [
        ...train("--model=knn", "--keep-images=16777217"),
        /--keep-images as .* value is "16777217"/,
      ],
      [...train("--latent=16777217"), /--latent must be a whole number from 1 to 16777216:/],
      [...train("--model=knn", "--blur=1001"), /--blur must be a number from 0 to 1000:/],
      [
        ...train("--model=knn", "--neighbours=1001"),
        /--neighbours must be a whole number from 1 to/,
      ],
      [...train("--model=rbm", "--gibbs=1001"), /--gibbs must be a whole number from 1 to 1000:/],
      ...["0,1e308", "0,1e-45", "-1e300,1e300", "1e-44,1", "1,1.0000000000000002e39"].map((scale) =>
        [
          ...train("--model=knn", `--scale=${scale}`),
          new RegExp(`--scale as LOW, .* from 1.2e-38 to 3.4e38 .* "${scale}"\nhint: give the`),
        ] as const
      ),
      ...["brightness:1e300", "shift:1e12", "noise:1e39", "cutout:1e9"].map((augment) =>
        [
          ...train("--model=vae", `--augment=${augment}`),
          new RegExp(
            `Cannot use --augment as .* number from \\d to \\d+: current .*"${augment}"\nhint: for`,
          ),
        ] as const
      ),
      ...["lr=1e-320", "lr=1e300", "epochs=1e15", "batch=1e15", "workers=9e14", "beta=1e300"].map((
        flag,
      ) =>
        [
          ...train("--model=vae", `--${flag}`),
          new RegExp(
            `--${flag.split("=")[0]} must be a .*number from .* to \\d+: current value is ` +
              `"${flag.split("=")[1]}"\nhint: --`,
          ),
        ] as const
      ),
      [
        ...train("--model=vae", "--loss=huber:1e300"),
        /--loss as it must be huber .* below 1e\+38:/,
      ],
      [
        ...train("--model=vae", "--schedule=plateau:0.5,1e300"),
        /--schedule as it must be plateau .*\nhint: for instance --schedule/,
      ],
    ]);
  });
});

Deno.test("--calibrate and --mask that are neither a form nor a file name the forms", async () => {
  await withFolder(async (folder) => {
    const data = `--data=${await images(`${folder}/a`, 8)}`, out = `${folder}/m`;
    const calibrate = ["nonsense", "loo:3", "split:0.5", "Cross", `${folder}/none.npz#x`];
    await refuse(
      out,
      calibrate.map((text) =>
        [
          "train",
          [data, `--calibrate=${text}`],
          2,
          new RegExp(
            `--calibrate as it must be split, cross, cross:K, loo or a source .*"${text}"\nhint: `,
          ),
        ] as const
      ),
    );
    const masks = [["0,0,4", 2], ["a,b,cxd", 2], ["1,2,3,4", 2], ["-1,0,4x4", 2], [
      "none.png",
      1,
    ]] as const;
    await refuse(
      out,
      masks.map(([text, code]) =>
        [
          "train",
          [data, `--mask=${text}`],
          code,
          new RegExp(
            `^error: Cannot use --mask as it must be X,Y,WxH or an image: there is no file "${text}"\nhint: `,
            "m",
          ),
        ] as const
      ),
    );
    // A file may have any name.
    await images(`${folder}/loo:3`, 8, 20);
    const args = [data, `--calibrate=${folder}/loo:3`, "--model=knn", `--out=${out}`];
    const { code, stderr } = await runTask("train", args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /20 calibrate \(of their own\)/);
  });
});

Deno.test("images that do not fit are named, with a remedy that the command has", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const small = await images(`${folder}/small`, 8), large = await images(`${folder}/large`, 9);
    const knn = ["--model=knn", "--features=pixels"];
    const damaged = `${folder}/damaged`;
    await Deno.mkdir(damaged);
    for (const name of ["1", "2"]) await Deno.writeTextFile(`${damaged}/${name}.png`, "no image");
    const ofModel =
      /large\/0\.png" as its size must be 8 x 8: .*\nhint: a model trained with --size/;
    await refuse(`${folder}/m`, [
      ["calibrate", [`--model=${model}`, `--data=${large}`], 1, ofModel],
      ["train", [`--data=${large}`, "--model=knn", `--latents-of=${model}`], 1, ofModel],
      ["train", [`--data=${small}`, ...knn, `--calibrate=${large}`], 1, ofModel],
      ["train", [`--data=${small}`, ...knn, `--anomalies=${large}`], 1, ofModel],
      [
        "train",
        [`--data=${small}`, `--data=${large}`, ...knn],
        1,
        /large\/0\.png" as its size .*\nhint: all must be as the first one: add --size 8x8/,
      ],
      [
        "train",
        [`--data=${small}`, "--mask=4,4,9x9"],
        1,
        /small\/0\.png" as it must contain the region .*\nhint: give a --mask that lies within every/,
      ],
      [
        "train",
        [`--data=${large}`, `--data=${small}`, "--mask=4,4,5x5", ...knn],
        1,
        /small\/0\.png" as it must contain the region .*\nhint: give a --mask that lies within every/,
      ],
      [
        "train",
        [`--data=${small}`, `--mask=${large}/0.png`],
        1,
        /small\/0\.png" as its size must be that of the mask.*\nhint: give a --mask of the size/,
      ],
      [
        "train",
        [`--data=${small}`, ...knn, `--anomalies=${damaged}`],
        1,
        /Cannot use --anomalies as there must be images.*\nhint: 2 could not be read; the first: /,
      ],
      [
        "train",
        [`--data=${small}`, ...knn, `--calibrate=${damaged}`],
        1,
        /Cannot calibrate as there must be images.*\nhint: 2 could not be read; the first: /,
      ],
    ]);
  });
});

Deno.test("--latents-of refuses settings of images, and a model of type knn before all else", async () => {
  await withFolder(async (folder) => {
    const data = `--data=${DIGITS}train-images-idx3-ubyte.gz`,
      base = [data, "--model=knn", "--limit=30"];
    const dense = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const [oriented, pixels] = [`${folder}/oriented`, `${folder}/pixels`];
    const flags = ["--backend=wasm", "--calibrate=split"];
    await runTask("train", [...base, ...flags, `--out=${oriented}`]);
    await runTask("train", [...base, ...flags, "--features=pixels", `--out=${pixels}`]);
    const settings = [
      "--mask=0,0,2x2",
      "--size=8x8",
      "--channels=grey",
      "--scale=auto",
      "--blur=2",
    ];
    await refuse(`${folder}/m`, [
      ...settings.map((flag) =>
        [
          "train",
          [...base, `--latents-of=${dense}`, flag],
          2,
          new RegExp(
            `Cannot use ${flag.split("=")[0]} as the model of --latents-of must determine`,
          ),
        ] as const
      ),
      // Also without --model.
      ...[base, base.filter((flag) => flag !== "--model=knn")].map((flags) =>
        [
          "train",
          [...flags, `--latents-of=${oriented}`],
          1,
          /"knn" as .* must be of another type\nhint: use/,
        ] as const
      ),
      ...["pixels", "oriented"].map((features) =>
        [
          "train",
          [...base, `--latents-of=${dense}`, `--features=${features}`],
          2,
          /--features and --latents-of together as latents take the place of features: /,
        ] as const
      ),
      [
        "train",
        [...base, `--latents-of=${pixels}`],
        1,
        /"knn" as the model .* must have latents\nhint: use/,
      ],
    ]);
  });
});

Deno.test("a text, a picture and a table given as a model are no model files", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.txt`, "a text that is longer than eight bytes\n");
    await Deno.writeTextFile(`${folder}/a.csv`, "1,2,3\n4,5,6\n");
    await writePng(`${folder}/a.png`, 8, 8, (x) => x);
    for (const name of ["a.txt", "a.csv", "a.png"]) {
      const { code, stderr } = await runHere("info", [`${folder}/${name}`]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /as it must be a model file: its first bytes are (\w\w ?){4}\nhint: give a/,
      );
    }
  });
});

Deno.test("a text given as a checkpoint is no checkpoint, before images are read", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.txt`, "a text that is longer than eight bytes\n");
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const data = `--data=${folder}/none`;
    await refuse(`${folder}/m`, [
      [
        "train",
        [data, "--model=dense", `--resume=${folder}/a.txt`],
        1,
        /the checkpoint ".*a.txt" as it must be a checkpoint file: .*\nhint: .*train --checkpoint wrote/,
      ],
      [
        "train",
        [data, "--model=dense", `--resume=${model}`],
        1,
        /the checkpoint ".*" as its format must be "stray checkpoint 1"/,
      ],
      ["train", [data, `--resume=${folder}/b`], 1, /the checkpoint ".*b" as there is no such file/],
    ]);
  });
});

Deno.test("a score with a name missing is told so", async () => {
  await withFolder(async (folder) => {
    const data = `--data=${DIGITS}train-images-idx3-ubyte.gz`;
    await refuse(
      `${folder}/m`,
      ["+", "plane+", "+whole", "plane++whole"].flatMap((score) =>
        [["--model=knn"], []].map((flags) =>
          [
            "train",
            [data, ...flags, `--score=${score}`],
            2,
            /Cannot score by ".*\+.*" as .*: a name is missing\nhint: for instance/,
          ] as const
        )
      ),
    );
  });
});

Deno.test("failures to write name relative paths as they were given", async () => {
  await withFolder(async (folder) => {
    await images(`${folder}/a`, 8);
    const args = ["train", "--data=a", "--quiet", "--out=none/x"];
    const { stderr } = await runStray(args, { deno: ["-P=train"], folder });
    assert.equal(
      stderr,
      'error: Cannot write "none/x" as its folder must exist: there is no "none"\n' +
        'hint: make it: mkdir -p "none"\n',
    );
    const absolute = [...args.slice(0, -1), `--out=${folder}/none/x`];
    const named = await runStray(absolute, { deno: ["-P=train"], folder });
    assert.match(named.stderr, new RegExp(`^error: Cannot write "${folder}/none/x" as `));
  });
});

Deno.test("commands that write name the missing folder, and no temporary file", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense"]);
    const data = await images(`${folder}/a`, 8), out = `${folder}/none/x`;
    const message = new RegExp(
      `^error: Cannot write "${out}[^"]*" as its folder must exist: there is no "${folder}/none"\n` +
        `hint: make it: mkdir -p "${folder}/none"\n$`,
    );
    const cases: [string, string[]][] = [
      ["train", [`--data=${data}`, `--out=${out}`]],
      ["train", [`--data=${data}`, `--out=${folder}/m`, `--checkpoint=${out}`]],
      ["calibrate", [`--model=${model}`, `--data=${data}`, `--out=${out}`]],
      ["embed", [`--model=${model}`, data, `--out=${out}.npy`]],
      ["reconstruct", [`--model=${model}`, data, `--out=${out}.png`]],
      ["sweep", [`--data=${data}`, "--grid=latent=2,3", `--out=${out}.ndjson`]],
    ];
    for (const [command, args] of cases) {
      const { code, stderr } = await runHere(command, [...args, "--quiet"]);
      assert.equal(code, 1, `${command}: ${stderr}`);
      assert.match(stderr, message);
    }
  });
});

Deno.test("the help of train says which limits, features and calibrations it takes by default", async () => {
  const { stdout } = await runHere("train", ["--help"]);
  const help = stdout.replaceAll(/\s+/g, " ");
  assert.match(help, /--limit N number of images to read, the first of the sources/);
  assert.match(help, /pixels for vectors, for images of fewer than 4 pixels along a side/);
  assert.match(help, /below loo for knn by pixels or latents, cross for all others/);
});
