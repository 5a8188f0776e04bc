import assert from "node:assert/strict";
import { encodeNpy } from "../../src/npy.ts";
import { Random } from "../../src/random.ts";
import { ImageCache, ImageSet } from "../../src/training/mod.ts";
import { runCommand, trainDigits, withFolder, writePng } from "../commands/_task.ts";

Deno.test("images beyond the memory come back bit for bit, in other threads too", async () => {
  await withFolder((folder) => {
    const random = new Random(1), size = 5 * 7 * 3;
    const images = Array.from(
      { length: 900 },
      () => Float32Array.from({ length: size }, () => random.normal()),
    );
    // Chunks of 256 images: room for one and a half, so that one is in memory.
    const cache = new ImageCache({ folder, bytes: 1.5 * 256 * size * 4 });
    const set = new ImageSet([5, 7, 3], cache);
    for (const image of images) set.add(image);
    assert.equal([...Deno.readDirSync(folder)].length, 1);
    const other = ImageSet.from(structuredClone(set.share()));
    for (const found of [set, other]) {
      assert.equal(found.count, 900);
      for (const [i, image] of images.entries()) assert.deepEqual(found.at(i), image);
      const indices = Uint32Array.of(899, 0, 300), batch = new Float32Array(3 * size);
      found.gather(indices, batch);
      assert.deepEqual(batch.subarray(0, size), images[899]);
      assert.deepEqual(batch.subarray(2 * size), images[300]);
    }
    for (const index of [3, 700]) set.set(index, images[5]!);
    assert.deepEqual([set.at(3), set.at(700)], [images[5], images[5]]);
    cache.close();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    return Promise.resolve();
  });
});

Deno.test("images without room in --max-memory are refused, at once where their number is known", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/x.npy`,
      encodeNpy(new Float32Array(4400 * 64 * 64), [4400, 64, 64]),
    );
    const refused = "Cannot keep images as they must fit in 48 MB of memory: ";
    const out = [`--out=${folder}/m`, "--max-memory=64M", "-q"], list = `${folder}/x.npy\n`;
    // Files of a folder that are no images take no room: 4,000 texts beside 60 images.
    const mixed = `${folder}/mixed`;
    await Deno.mkdir(mixed);
    for (let i = 0; i < 60; i++) await writePng(`${mixed}/${i}.png`, 64, 64, (x, y) => x * y + i);
    for (let i = 0; i < 4000; i++) await Deno.writeTextFile(`${mixed}/${i}.txt`, "{}");
    const fits = await runCommand("train", [`--data=${mixed}`, "--model=pca", ...out]);
    assert.equal(fits.code, 0, fits.stderr);
    const known = await runCommand("train", [`--data=${folder}/x.npy`, ...out]);
    const unknown = await runCommand("train", ["--data=-", ...out], list);
    assert.deepEqual([known.code, unknown.code], [1, 1]);
    assert.ok(known.stderr.includes(`${refused}4400 of 64 x 64 x 1 take 69 MB`), known.stderr);
    assert.ok(unknown.stderr.includes(`${refused}3072 of 64 x 64 x 1 fill it`), unknown.stderr);
    assert.match(
      known.stderr,
      /hint: keep the others on disk with --cache DIR, allow more with --max-memory/,
    );
    const model = await trainDigits(folder, ["--epochs=1", "--model=dense", "--size=64x64"]);
    const calibrate = [`--model=${model}`, `--data=${folder}/x.npy`, ...out];
    const again = await runCommand("calibrate", calibrate);
    assert.ok(again.stderr.includes(`${refused}4400 of 64 x 64 x 1 take 69 MB`), again.stderr);
    const cached = await runCommand("calibrate", [...calibrate, `--cache=${folder}/cache`]);
    assert.equal(cached.code, 0, cached.stderr);
  });
});

Deno.test("a training whose images lie on disk gives the same file, and leaves nothing there", async () => {
  await withFolder(async (folder) => {
    // 4,400 images of 64 x 64: 72 MB as float32, beyond 64 MB.
    const random = new Random(2), values = new Float32Array(4400 * 64 * 64);
    for (let i = 0; i < values.length; i++) values[i] = random.uniform();
    await Deno.writeFile(`${folder}/x.npy`, encodeNpy(values, [4400, 64, 64]));
    const args = [
      `--data=${folder}/x.npy`,
      "--model=small",
      "--epochs=1",
      "--seed=1",
      "--backend=wasm",
      "-q",
    ];
    const files: Uint8Array[] = [];
    for (const further of [[], [`--cache=${folder}/cache`, "--max-memory=64M"]]) {
      const out = `${folder}/m${files.length}`;
      // --scale auto changes the images where they lie.
      const { code, stderr } = await runCommand("train", [
        ...args,
        ...further,
        ...["--workers=2", "--scale=auto", `--out=${out}`],
      ]);
      assert.equal(code, 0, stderr);
      files.push(await Deno.readFile(out));
    }
    assert.deepEqual(files[1], files[0]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/cache`)], []);
  });
});
