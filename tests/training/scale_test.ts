/** Depth that is not used, floats that are clipped, and a scale that is learnt. */

import assert from "node:assert/strict";
import type { Entry } from "../../src/datasets/mod.ts";
import { type Image, writeModelInput } from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";
import { loadImages, type LoadOptions } from "../../src/training/mod.ts";

type Kind = "uint8" | "uint16" | "float32";

/** Images of 6 x 5 samples from `low` to `high`, both of which occur. */
function images(kind: Kind, low: number, high: number, channels: 1 | 2 | 3 | 4 = 1): Entry[] {
  const random = new Random(3), alpha = channels % 2 === 0 ? channels - 1 : NaN;
  const white = kind === "uint8" ? 255 : kind === "uint16" ? 65535 : 1;
  return Array.from({ length: 8 }, (_, i) => {
    const values = Array.from({ length: 30 * channels }, (_, j) => {
      if (j % channels === alpha) return white;
      const value = low + (high - low) * random.uniform();
      return kind === "float32" ? value : Math.round(value);
    });
    if (i === 5) [values[0], values[channels]] = [low, high];
    const data = kind === "uint8"
      ? Uint8Array.from(values)
      : kind === "uint16"
      ? Uint16Array.from(values)
      : Float32Array.from(values);
    return { path: `${i}`, image: { width: 6, height: 5, channels, data, white } };
  });
}

async function load(entries: Entry[], options: LoadOptions = {}) {
  const warnings: string[] = [], hints: (string | undefined)[] = [];
  const loaded = await loadImages(
    (async function* () {
      yield* entries;
    })(),
    {
      ...options,
      onWarning: (message, hint) => {
        warnings.push(message);
        hints.push(hint);
      },
    },
  );
  return { loaded, warnings, hints };
}

Deno.test("integers that use little of their depth are told, with the range found", async () => {
  // 12 of 16 bits, 10 of 16, a dim photograph of 8 bits, and channels with alpha.
  const cases = [["uint16", 300, 850, 1], ["uint16", 0, 1023, 3], ["uint8", 4, 40, 1], [
    "uint8",
    90,
    140,
    2,
  ], ["uint16", 200, 16383, 4]] as const;
  for (const [kind, low, high, channels] of cases) {
    const options = channels === 2 || channels === 4 ? { channels: 1 as const } : {};
    const { warnings, hints } = await load(images(kind, low, high, channels), options);
    const white = kind === "uint8" ? 255 : 65535;
    assert.equal(warnings.length, 1, `${kind} ${low}`);
    assert.ok(
      warnings[0]!.startsWith(`samples lie from ${low} to ${high}, a small part of 0 to ${white}`),
    );
    assert.match(hints[0]!, new RegExp(`--scale auto .*--scale ${low},${high} `));
  }
  for (
    const [kind, low, high] of [["uint8", 0, 255], ["uint16", 0, 40000], ["uint8", 7, 7]] as const
  ) {
    const { warnings } = await load(images(kind, low, high));
    assert.deepEqual(warnings.filter((text) => text.startsWith("samples")), []);
  }
  const depth = { scale: { kind: "depth" } } as const;
  assert.deepEqual((await load(images("uint16", 300, 850), depth)).warnings, []);
});

Deno.test("the range learnt clips no training image, and prepares others the same", async () => {
  const cases = [["uint16", 300, 850], ["uint8", 4, 40], ["float32", -7.5, 1e4], [
    "float32",
    0,
    1e-6,
  ]] as const;
  for (const [kind, low, high] of cases) {
    const entries = images(kind, low, high);
    for (const size of [undefined, { width: 3, height: 4 }]) {
      const { loaded, warnings } = await load(entries, { scale: { kind: "auto" }, size });
      assert.deepEqual(warnings, []);
      const { input, range } = loaded;
      assert.ok(input.scale.kind === "range");
      if (!size) {
        assert.deepEqual([input.scale.low, input.scale.high], [low, high].map(Math.fround));
      }
      assert.deepEqual(range, { low: 0, high: 1 });
      const values = new Float32Array(loaded.images.imageSize);
      entries.forEach((entry, i) => {
        writeModelInput((entry as { image: Image }).image, input, values, 0);
        assert.deepEqual(values, Float32Array.from(loaded.images.at(i)));
      });
    }
  }
  await assert.rejects(load(images("uint8", 7, 7), { scale: { kind: "auto" } }), {
    code: "value",
    message: /samples must differ: all are 7/,
  });
});

Deno.test("floats whose brightest samples are clipped are told", async () => {
  const { warnings, hints } = await load(images("float32", -3, 900));
  assert.match(
    warnings.join(),
    /^samples are floats from -3 to 900: .* brightest 0.5 % look alike$/,
  );
  assert.match(hints.join(), /--scale auto/);
  const percentile = { kind: "percentile", low: 0.5, high: 99.5 } as const;
  assert.deepEqual((await load(images("float32", -3, 900), { scale: percentile })).warnings, []);
  assert.deepEqual((await load(images("float32", 0, 1))).warnings, []);
});

Deno.test("labels that name anomalies are told, unless labels were chosen", async () => {
  const labelled = (labels: readonly string[]) =>
    images("uint8", 0, 255).map((entry, i) => ({ ...entry, label: labels[i % labels.length]! }));
  for (
    const [labels, strange] of [
      [["normal", "abnormal"], "abnormal"],
      [["good", "scratch_defect", "defective"], "defective"],
      [["OK", "NG"], "NG"],
      [["train_ok", "not-ok"], "not-ok"],
      [["good", "Broken_Large", "anomaly"], "Broken_Large, anomaly"],
    ] as const
  ) {
    const { warnings, hints } = await load(labelled(labels));
    assert.match(
      warnings.join(),
      new RegExp(`^images of ${strange} are taken for normal, as those of`),
    );
    assert.match(hints.join(), new RegExp(`--normal ${labels[0]}`));
    assert.deepEqual((await load(labelled(labels), { normal: [labels[0]] })).warnings, []);
  }
  for (
    const labels of [["0", "1"], ["cat", "dog"], ["bad"], ["bad", "broken"], ["badger", "cracker"]]
  ) {
    assert.deepEqual((await load(labelled(labels))).warnings, []);
  }
});

Deno.test("vectors become images of --size where the numbers fit, and are never resized", async () => {
  const vectors = (length: number) =>
    images("float32", 0, 1).map((entry) => {
      const data = (entry as { image: Image }).image.data.slice(0, length);
      return {
        path: entry.path,
        image: { width: length, height: 1, channels: 1, data, white: 1, vector: true },
      } as Entry;
    });
  for (
    const [length, width, height, channels] of [[30, 6, 5, 1], [12, 2, 6, 1], [
      12,
      2,
      2,
      3,
    ]] as const
  ) {
    const options = { size: { width, height }, ...channels === 3 && { channels } };
    const { loaded } = await load(vectors(length), options);
    assert.deepEqual(loaded.images.shape, [height, width, channels]);
    const first = (vectors(length)[0] as { image: Image }).image.data;
    assert.deepEqual(Float32Array.from(loaded.images.at(0)), first);
    // The model file's input does the same to a vector, and still resizes images.
    const out = new Float32Array(length);
    const image = {
      width: 12,
      height: 10,
      channels,
      data: new Float32Array(120 * channels),
      white: 1,
    };
    writeModelInput(image, loaded.input, out, 0);
  }
  await assert.rejects(load(vectors(25), { size: { width: 6, height: 5 } }), {
    code: "shape",
    message: 'Cannot use "0" as its numbers must be 30, for 6 x 5 x 1: current number is 25',
    hint: /--size 5x5$/,
  });
  await assert.rejects(load(vectors(29), { size: { width: 6, height: 5 } }), {
    hint: /omit --size/,
  });
  await assert.rejects(load([...vectors(30), ...vectors(29)]), {
    code: "shape",
    hint: "all vectors must have as many numbers",
  });
  await assert.rejects(load(vectors(30), { size: { width: 6, height: 5 }, fit: "crop" }), {
    code: "usage",
    message: /--fit .* a vector is reshaped, never resized/,
  });
});
