import assert from "node:assert/strict";
import { isFailed, readSources } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { ImageFolder, simulateAll, type SimulationSettings } from "../../src/simulation/mod.ts";
import { withFolder } from "../commands/_task.ts";
import { contents, fill, smallSettings } from "./_settings.ts";

async function whole(path: string, settings: SimulationSettings): Promise<Map<string, string>> {
  await fill(await ImageFolder.open(path, settings), settings);
  return await contents(path);
}

/** Simulates some of the images, and stops as a killed program does. */
async function partly(path: string, settings: SimulationSettings, count: number): Promise<void> {
  const folder = await ImageFolder.open(path, settings);
  for await (const image of simulateAll(folder.missing.slice(0, count), settings)) {
    folder.write(image);
  }
  folder.close();
}

Deno.test("a resumed folder is the same as one of a single run", async () => {
  for (const format of ["png", "fits", "npy", "npz"] as const) {
    await withFolder(async (folder) => {
      const settings = smallSettings({ format, maps: format === "png" });
      const wanted = await whole(`${folder}/a`, settings);
      await partly(`${folder}/b`, settings, 5);
      await Deno.writeTextFile(`${folder}/b/manifest.ndjson`, '{"path":"no_sub/0000', {
        append: true,
      });
      const again = await ImageFolder.open(`${folder}/b`, settings);
      assert.equal(again.missing.length, 7);
      assert.equal(again.present.length, 5);
      await fill(again, settings);
      assert.deepEqual(await contents(`${folder}/b`), wanted, format);
    });
  }
});

Deno.test("only missing files are simulated again", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings();
    const wanted = await whole(folder, settings);
    await Deno.remove(`${folder}/cdm/000002.png`);
    const again = await ImageFolder.open(folder, settings);
    assert.deepEqual(again.missing, [{ lensClass: "cdm", index: 2 }]);
    assert.equal(await fill(again, settings), 1);
    assert.deepEqual(await contents(folder), wanted);
    assert.equal(await fill(await ImageFolder.open(folder, settings), settings), 0);
  });
});

Deno.test("an image that is not as it was written is made again: empty, cut or changed", async () => {
  for (const format of ["png", "fits", "npy", "npz"] as const) {
    await withFolder(async (folder) => {
      const settings = smallSettings({ format });
      const wanted = await whole(folder, settings);
      const isStack = format === "npy" || format === "npz";
      const file = isStack ? format === "npz" ? "images.npz" : "cdm.npy" : `cdm/000002.${format}`;
      const path = `${folder}/${file}`, bytes = await Deno.readFile(path);
      const changed = bytes.slice();
      changed[changed.length >> 1]! ^= 1;
      // A power cut leaves the name and no content; a stack keeps its length.
      const damages = isStack ? [changed] : [changed, bytes.slice(0, 9), new Uint8Array(0)];
      for (const damage of damages) {
        await Deno.writeFile(path, damage);
        const again = await ImageFolder.open(folder, settings);
        assert.equal(again.damaged, 1, format);
        assert.equal(again.missing.length, 1, format);
        if (isStack) {
          again.close();
          continue;
        }
        await fill(again, settings);
        assert.deepEqual(await contents(folder), wanted, format);
      }
    });
  }
});

Deno.test("empty maps are made again, and remains of killed programs are removed", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings({ maps: true });
    const wanted = await whole(folder, settings);
    await Deno.truncate(`${folder}/maps/vortex/000001.npz`);
    await Deno.writeTextFile(`${folder}/no_sub/.000009.png.partial`, "cut");
    const again = await ImageFolder.open(folder, settings);
    assert.deepEqual(again.missing, [{ lensClass: "vortex", index: 1 }]);
    await fill(again, settings);
    assert.deepEqual(await contents(folder), wanted);
  });
});

Deno.test("one program at a time writes into a folder", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings();
    const first = await ImageFolder.open(folder, settings);
    await assert.rejects(ImageFolder.open(folder, settings), {
      code: "write",
      message: /manifest.ndjson" as another program writes into its folder now$/,
    });
    await fill(first, settings);
    const second = await ImageFolder.open(folder, settings);
    assert.equal(second.missing.length, 0);
    second.close();
  });
});

Deno.test("a folder can grow by images and by classes", async () => {
  for (const format of ["png", "npy"] as const) {
    await withFolder(async (folder) => {
      const large = smallSettings({ format, count: 6 });
      const wanted = await whole(`${folder}/a`, large);
      await whole(`${folder}/b`, { ...large, count: 2, classes: ["no_sub", "vortex"] });
      assert.deepEqual(await whole(`${folder}/b`, large), wanted, format);
      // A smaller count keeps the existing images.
      assert.equal((await whole(`${folder}/b`, { ...large, count: 1 })).size, wanted.size);
    });
  }
});

Deno.test("a folder of other settings is rejected, with the difference", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings();
    await whole(folder, settings);
    const npz = smallSettings({ format: "npz" });
    await whole(`${folder}/npz`, npz);
    const cases: [string, SimulationSettings, RegExp][] = [
      [folder, { ...settings, seed: 8 }, /as its seed must be unchanged, 7: current value is 8$/],
      [folder, smallSettings({}, "model-a"), /as its recipe must be unchanged, "model-b"/],
      [folder, { ...settings, format: "png16" }, /as its format must be unchanged, "png"/],
      [folder, { ...settings, version: "2" }, /as its version must be unchanged, "test"/],
      [
        folder,
        smallSettings({}, "model-b", { "halo.einstein_radius": 1.3 }),
        /as its halo.einstein_radius must be unchanged, 1.2: current value is 1.3$/,
      ],
      [`${folder}/npz`, { ...npz, count: 5 }, /as its count must be unchanged, 4/],
    ];
    const before = await contents(folder);
    for (const [path, other, message] of cases) {
      await assert.rejects(ImageFolder.open(path, other), (error: unknown) => {
        assert.ok(error instanceof StrayError);
        assert.match(error.message, message);
        assert.deepEqual([error.code, error.hint !== undefined], ["usage", true]);
        return true;
      });
    }
    assert.deepEqual(await contents(folder), before);
    await Deno.writeTextFile(`${folder}/manifest.ndjson`, "hello\n");
    await assert.rejects(ImageFolder.open(folder, settings), /line 1 must be a record with a path/);
  });
});

Deno.test("stacks are readable sources, with labels for npz; so are manifest paths", async () => {
  await withFolder(async (folder) => {
    const read = async (source: string) => {
      const entries = await Array.fromAsync(readSources([source], { baseDirectory: folder }));
      return entries.map((entry) => {
        assert.ok(!isFailed(entry), source);
        return { label: entry.label, data: [...entry.image.data], width: entry.image.width };
      });
    };
    await whole(`${folder}/npy`, smallSettings({ format: "npy" }));
    await whole(`${folder}/npz`, smallSettings({ format: "npz" }));
    const npz = await read("npz/images.npz");
    assert.equal(npz.length, 12);
    assert.deepEqual(npz.map(({ label }) => label).slice(3, 5), ["no_sub", "cdm"]);
    const classes = ["no_sub", "cdm", "vortex"];
    for (const [c, name] of classes.entries()) {
      const npy = await read(`npy/${name}.npy`);
      assert.deepEqual(npy.map(({ data }) => data), npz.slice(4 * c, 4 * c + 4).map((i) => i.data));
    }
    await whole(`${folder}/rgb`, smallSettings({ format: "npz", count: 1 }, "deeplense-4"));
    assert.deepEqual((await read("rgb/images.npz")).map(({ data }) => data.length), [
      768,
      768,
      768,
    ]);
    for (const format of ["npy", "npz"] as const) {
      const manifest = await Deno.readTextFile(`${folder}/${format}/manifest.ndjson`);
      for (const [i, line] of manifest.trimEnd().split("\n").entries()) {
        const [one] = await read(`${format}/${JSON.parse(line).path}`);
        assert.deepEqual(one!.data, npz[i]!.data);
      }
    }
  });
});

Deno.test("a full disk is an error; no partial file remains, and the folder can be resumed", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings();
    const wanted = await whole(`${folder}/a`, settings);
    // This name links to a device that is always full.
    const path = `${folder}/b`;
    await Deno.mkdir(`${path}/cdm`, { recursive: true });
    await Deno.symlink("/dev/full", `${path}/cdm/.000001.png.partial`);
    const full = await ImageFolder.open(path, settings);
    await assert.rejects(fill(full, settings), (error: unknown) => {
      assert.ok(error instanceof StrayError && error.code === "write");
      assert.match(error.message, /^Cannot write ".*cdm\/000001.png" as No space left on device/);
      assert.match(error.hint ?? "", /run the same command again: it resumes$/);
      return true;
    });
    full.close();
    const left = [...(await contents(path)).keys()];
    assert.deepEqual(left, [
      "cdm/000000.png",
      "manifest.ndjson",
      ...[0, 1, 2, 3].map((i) => `no_sub/00000${i}.png`),
      "simulation.json",
    ]);
    assert.deepEqual(await whole(path, settings), wanted);
  });
});

Deno.test("a stack on a full disk and an unwritable manifest are errors", async () => {
  await withFolder(async (folder) => {
    const settings = smallSettings({ format: "npy" });
    await Deno.symlink("/dev/full", `${folder}/.cdm.npy.partial`);
    const full = (error: unknown) =>
      error instanceof StrayError && error.code === "write" &&
      /cdm.npy" as No space left/.test(error.message);
    await assert.rejects(ImageFolder.open(folder, settings), full);
    await Deno.remove(`${folder}/.cdm.npy.partial`);
    assert.equal(await fill(await ImageFolder.open(folder, settings), settings), 12);
  });
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/manifest.ndjson`);
    await assert.rejects(
      async () => {
        const opened = await ImageFolder.open(folder, smallSettings());
        try {
          await fill(opened, smallSettings());
        } finally {
          opened.close();
        }
      },
      (error: unknown) => error instanceof StrayError && error.code === "write",
    );
  });
});

Deno.test("an unwritable folder is an error that names it", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const path of ["/proc/lenses", `${folder}/file`, `${folder}/file/below`]) {
      await assert.rejects(ImageFolder.open(path, smallSettings()), (error: unknown) => {
        assert.ok(error instanceof StrayError && error.code === "write", path);
        assert.ok(error.message.includes(path));
        // Free space helps where a disk is full, not where a file is in the way.
        const isBlocked = path.startsWith(folder);
        assert.match(error.hint!, isBlocked ? /^choose another --out: a new folder/ : /^free disk/);
        return true;
      });
    }
  });
});
