import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";
import type { ManifestRecord } from "../../src/simulation/mod.ts";
import { allImages, renderImage, simulateAll, sourceImageOf } from "../../src/simulation/mod.ts";
import { smallSettings } from "./_settings.ts";

Deno.test("images do not depend on the number of threads, and are in order", async () => {
  const settings = smallSettings({ count: 12, maps: true });
  const ids = allImages(settings);
  const one = await Array.fromAsync(simulateAll(ids, settings, { workers: 1 }));
  assert.equal(one.length, 36);
  assert.deepEqual(one.map(({ record }) => record.path).slice(11, 13), [
    "no_sub/000011.png",
    "cdm/000000.png",
  ]);
  for (const workers of [3]) {
    const several = await Array.fromAsync(simulateAll(ids, settings, { workers }));
    assert.deepEqual(several, one);
  }
  const alone = await Array.fromAsync(simulateAll([ids[30]!], settings, { workers: 1 }));
  assert.deepEqual(alone, [one[30]]);
});

Deno.test("an image can be reproduced from its manifest record alone", async () => {
  const galaxy = {
    width: 5,
    height: 4,
    channels: 1,
    data: Uint8Array.from({ length: 20 }, (_, i) => i === 7 ? 255 : i === 12 ? 90 : 0),
    white: 255,
  } as const;
  const sources = [
    sourceImageOf(galaxy, "a.png"),
    sourceImageOf({ ...galaxy, data: galaxy.data.toReversed() }, "b.png"),
  ];
  const series = [
    smallSettings({ format: "png16" }),
    smallSettings({ format: "fits" }, "deeplense-3"),
    smallSettings({ format: "npy" }, "deeplense-4"),
    smallSettings({ format: "npy" }, "realistic"),
    smallSettings({ sources }, "deeplense-1", { "source.profile": "image" }),
  ];
  for (const settings of series) {
    const images = await Array.fromAsync(simulateAll(allImages(settings), settings));
    for (const image of images) {
      const record: ManifestRecord = JSON.parse(JSON.stringify(image.record));
      const { label: lensClass, index, seed, recipe: name, parameters } = record;
      const again = { ...settings, seed, recipe: { name, about: "", parameters: {} } };
      const source = sources.find((source) => source.name === record.source_image);
      const rendered = await renderImage(again, { lensClass, index }, parameters, source);
      assert.deepEqual(rendered, image, record.path);
    }
    assert.equal(new Set(images.map(({ bytes }) => bytes.toHex())).size, images.length);
  }
  const { bytes, record } = (await Array.fromAsync(simulateAll(
    [{ lensClass: "cdm", index: 2 }],
    series.at(-1)!,
  )))[0]!;
  assert.ok(bytes.length > 0);
  assert.match(record.source_image!, /^[ab]\.png sha256:[0-9a-f]{16}$/);
});

Deno.test("an image depends on seed, class and index, not on the count", async () => {
  const settings = smallSettings();
  const of = async (changes: Partial<typeof settings>, index: number) => {
    const images = simulateAll([{ lensClass: "no_sub", index }], { ...settings, ...changes });
    return (await Array.fromAsync(images))[0]!.bytes.toHex();
  };
  const image = await of({}, 1);
  assert.notEqual(await of({ seed: 8 }, 1), image);
  assert.notEqual(await of({}, 2), image);
  assert.equal(await of({ count: 400, classes: ["no_sub"] }, 1), image);
});

Deno.test("manifest records are complete, with units", async () => {
  const settings = smallSettings({}, "realistic");
  for await (const { record } of simulateAll(allImages(settings), settings)) {
    const { label, residual, signal_to_noise, parameters, units } = record;
    assert.equal(residual.max > 0, label !== "no_sub");
    assert.ok(signal_to_noise > 0);
    assert.equal(units["halo.velocity_dispersion"], "km/s");
    assert.ok(Object.keys(units).every((name) => name in parameters));
    const unitless = Object.keys(parameters).filter((name) => !(name in units));
    assert.ok(
      unitless.every((name) =>
        /redshift|matter|axis_ratio|index|fraction|number|magnitude|profile|masses|kind|beta|frames|points|subpixels|stretch|black|colour/
          .test(name)
      ),
      unitless.join(),
    );
  }
});

Deno.test("PNG agrees with npy to its depth; FITS contains electron/s", async () => {
  const ids = [{ lensClass: "cdm", index: 0 }] as const;
  const read = async (format: "png" | "png16" | "npy" | "fits", stretch = "sqrt") => {
    const settings = smallSettings({ format }, "model-b", { "image.stretch": stretch });
    const { bytes, record } = (await Array.fromAsync(simulateAll(ids, settings)))[0]!;
    if (format === "npy") return { values: [...new Float32Array(bytes.buffer)], record };
    const { data, white } = await decode(bytes);
    return {
      values: Array.from(data, (value) => format === "fits" ? value : value / white),
      record,
    };
  };
  const exact = await read("npy");
  assert.ok(exact.values.every((value) => value >= 0 && value <= 1));
  for (const [format, white] of [["png", 255], ["png16", 65535]] as const) {
    const { values } = await read(format);
    for (const [i, value] of values.entries()) {
      assert.ok(Math.abs(value - exact.values[i]!) <= 0.5001 / white);
    }
  }
  const physical = await read("fits");
  assert.deepEqual((await read("npy", "none")).values, physical.values);
  assert.equal(physical.record.scale.stretch, "none");
  const { black, white } = exact.record.scale;
  for (const [i, value] of physical.values.entries()) {
    const wanted = Math.sqrt(Math.min(1, Math.max(0, (value - black) / (white - black))));
    assert.ok(Math.abs(wanted - exact.values[i]!) < 1e-6);
  }
});

Deno.test("a colour image has three bands, each with its own noise", async () => {
  const grey = { "source.colour": 0, "image.stretch": "linear" };
  const [blue, plain] = await Promise.all([{ ...grey, "source.colour": 1 }, grey].map(
    async (parameters) => {
      const settings = smallSettings({}, "deeplense-4", parameters);
      const [image] = await Array.fromAsync(
        simulateAll([{ lensClass: "cdm", index: 0 }], settings),
      );
      const { channels, data } = await decode(image!.bytes);
      assert.equal(channels, 3);
      const sums = [0, 0, 0];
      for (let i = 0; i < data.length; i++) sums[i % 3]! += data[i]!;
      return { sums, data, residual: image!.record.residual };
    },
  ));
  const [red = 0, green = 0, violet = 0] = blue!.sums;
  assert.ok(red > green && green > violet, "fainter in blue by a magnitude");
  assert.notDeepEqual(
    plain!.data.filter((_, i) => i % 3 === 0),
    plain!.data.filter((_, i) => i % 3 === 1),
  );
  assert.ok(plain!.residual.max > plain!.residual.rms && plain!.residual.rms > 0);
  const fits = smallSettings({ format: "fits" }, "deeplense-4");
  await assert.rejects(
    Array.fromAsync(simulateAll([{ lensClass: "cdm", index: 0 }], fits)),
    /Cannot write FITS as image.colour must be grey/,
  );
});

Deno.test("an abort signal ends the work", async () => {
  const settings = smallSettings({ count: 200 });
  const controller = new AbortController();
  for (const workers of [1, 2]) {
    const images = simulateAll(allImages(settings), settings, {
      workers,
      signal: controller.signal,
    });
    await assert.rejects(async () => {
      for await (const _ of images) controller.abort(new Error("stop"));
    }, /stop/);
  }
});
