/** Exported pages, in a browser: from a file, without a network. */

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { bundleBrowser } from "../../tasks/build/browser.ts";
import { ROOT } from "../../tasks/build/run_bundle.ts";
import { type Chromium, chromiumTest, type Page } from "../_chromium.ts";
import { fixture, unpack } from "../safety/_fixtures.ts";
import { records, runTask, trainDigits, withFolder, writePng } from "../commands/_task.ts";

const SIDE = 8;
/** Largest relative difference of a score from that of the command line: engines fuse products differently. */
const TOLERANCE = 1e-5;

/** Bundles what pages hold, into the folder where `export` finds it. */
async function bundle(): Promise<URL> {
  const dist = new URL("dist/", ROOT);
  await Deno.mkdir(dist, { recursive: true });
  await bundleBrowser(dist);
  return dist;
}

/** The tests of this file share the bundles. */
let bundled: Promise<URL> | undefined;
const build = (): Promise<URL> => bundled ??= bundle();

/** Drops files on a page, as a user does. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await page.send("Input.dispatchDragEvent", { type, x: 300, y: 200, data });
  }
}

/** Images as files: digits would do, but anything is scored. */
async function writeImages(folder: string): Promise<string[]> {
  const samples = [
    (x: number, y: number) => x * y * 4,
    (x: number, y: number) => (x + y) % 2 * 255,
    (x: number) => x > 2 && x < 5 ? 200 : 0,
  ];
  const names = samples.map((_, i) => `${folder}/${i}.png`);
  for (const [i, sample] of samples.entries()) await writePng(names[i]!, SIDE, SIDE, sample);
  return names;
}

interface Tile {
  readonly name: string;
  readonly state: string;
  readonly score: number;
  readonly p: number;
  readonly words: string;
  readonly pictures: number;
}

const TILES = `[...document.querySelectorAll("#newest figure")].map((figure) => ({
  name: figure.dataset.name, state: figure.className, score: Number(figure.dataset.score),
  p: Number(figure.dataset.p), words: figure.querySelector("figcaption").textContent,
  pictures: figure.querySelectorAll("canvas").length }))`;

async function scoresOf(browser: Chromium, file: string, images: readonly string[], dark: boolean) {
  const page = await browser.open(pathToFileURL(file).href, { dark });
  await page.until(`document.getElementById("state").textContent !== "starting …"`);
  const state = await page.evaluate(`document.getElementById("state").textContent`);
  assert.equal(state, "ready", page.troubles.join("\n"));
  await drop(page, images);
  const count = `Number(document.getElementById("images").textContent)`;
  await page.until(`${count} === ${images.length}`);
  await page.until(`[...document.querySelectorAll("#newest figure")].every((f) => f.className)`);
  assert.deepEqual(page.troubles, []);
  const foreign = page.requests.filter((url) => !/^(file|blob):/.test(url));
  assert.deepEqual(foreign, []);
  return { page, tiles: await page.evaluate<Tile[]>(TILES) };
}

for (const dark of [false, true]) {
  const scheme = dark ? "dark" : "light";
  chromiumTest(
    `a page scores dropped images as score does, in a ${scheme} scheme`,
    async (browser) => {
      await build();
      await withFolder(async (folder) => {
        const model = await trainDigits(folder, ["--model=vae", "--epochs=1"]);
        const file = `${folder}/page.html`, images = await writeImages(folder);
        const made = await runTask("export", [
          model,
          "--format=html",
          "--fpr=0.1",
          `--out=${file}`,
        ]);
        assert.equal(made.code, 0, made.stderr);
        assert.match(made.stderr, /wrote .*page\.html: [12]\d{3} kB/);
        const wrong = `${folder}/wrong.png`;
        await writePng(wrong, SIDE + 1, SIDE, () => 9);
        const { page, tiles } = await scoresOf(browser, file, [...images, wrong], dark);
        const { stdout } = await runTask("score", ["--model", model, "--fpr=0.1", ...images]);
        for (const [i, { path, score, p, anomaly }] of records(stdout).entries()) {
          const tile = tiles.find(({ name }) => (path as string).endsWith(`/${name}`))!;
          const wanted = score as number, apart = Math.abs(tile.score - wanted);
          assert.ok(
            apart <= TOLERANCE * Math.max(1, Math.abs(wanted)),
            `${i}: ${tile.score}, ${wanted}`,
          );
          assert.ok(Math.abs(tile.p - (p as number)) < 1e-6, `${i}: ${tile.p} is not ${p}`);
          assert.equal(tile.state, anomaly ? "anomaly" : "normal");
          assert.match(tile.words, /score \S+, p \S+: (normal|anomaly)$/);
          assert.equal(tile.pictures, 2, "the image and its heatmap");
        }
        const failed = tiles.find(({ name }) => name === "wrong.png")!;
        assert.equal(failed.state, "failed");
        assert.match(
          failed.words,
          /its size must be 8 x 8: current value is 9 x 8; a model trained with/,
        );
        // Ground and ink differ in both schemes, and the ground is what the scheme says.
        const [ground, ink] = await page.evaluate<[string, string]>(`(() => {
        const style = getComputedStyle(document.body);
        return [style.backgroundColor, style.color];
      })()`);
        const brightness = (colour: string) =>
          colour.match(/\d+/g)!.slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
        assert.equal(brightness(ground) < 128, dark);
        assert.ok(Math.abs(brightness(ground) - brightness(ink)) > 128);
        const picture = Deno.env.get("STRAY_PICTURES");
        if (picture) await Deno.writeFile(`${picture}/page-${scheme}.png`, await page.screenshot());
      });
    },
  );
}

chromiumTest(
  "a page holds the frozen network where the model compares its features",
  async (browser) => {
    await build();
    await withFolder(async (folder) => {
      const model = `${folder}/model`, file = `${folder}/page.html`;
      await unpack(fixture("models/patchcore.br"), model);
      const images = [`${folder}/a.png`, `${folder}/b.png`];
      for (const [i, path] of images.entries()) {
        await writePng(path, 32, 32, (x, y) => (x * 5 + y * (3 + i)) % 256);
      }
      const made = await runTask("export", [model, "--format=html", "--fpr=0.2", `--out=${file}`]);
      assert.equal(made.code, 0, made.stderr);
      const { tiles } = await scoresOf(browser, file, images, false);
      const { stdout } = await runTask("score", ["--model", model, ...images]);
      for (const { path, score } of records(stdout)) {
        const tile = tiles.find(({ name }) => (path as string).endsWith(`/${name}`))!;
        const apart = Math.abs(tile.score - (score as number));
        assert.ok(apart <= 1e-4 * (score as number), `${tile.words}, ${score}`);
      }
    });
  },
);

chromiumTest("the library for browsers needs no module of Node.js and no Deno", async (browser) => {
  const dist = await build(), file = new URL("stray.browser.js", dist);
  const text = await Deno.readTextFile(file);
  assert.doesNotMatch(text, /(from|import)\s*\(?\s*"node:/);
  await withFolder(async (folder) => {
    const model = await trainDigits(folder, ["--model=knn"]);
    const page = `${folder}/index.html`, bytes = (await Deno.readFile(model)).toBase64();
    await Deno.writeTextFile(
      page,
      '<!doctype html><link rel="icon" href="data:,"><script type="module">' +
        `${text.replaceAll("</script", "<\\/script")}</script>`,
    );
    const tab = await browser.open(pathToFileURL(page).href);
    const verdict = await tab.evaluate<{ score: number; p: number }>(`(async () => {
      const text = document.querySelector("script").textContent;
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      const { Detector } = await import(url);
      const model = Uint8Array.fromBase64("${bytes}");
      const detector = await Detector.open(model, { backend: "wasm" });
      const data = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
      const image = { width: 8, height: 8, channels: 1, data, white: 255 };
      return (await detector.detect([image]))[0];
    })()`);
    const { Detector } = await import("../../src/detection/mod.ts");
    const detector = await Detector.open(await Deno.readFile(model), { backend: "wasm" });
    const data = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
    const image = { width: 8, height: 8, channels: 1, data, white: 255 } as const;
    const [wanted] = await detector.detect([image]);
    detector.dispose();
    assert.ok(Math.abs(verdict.score - wanted!.score) <= TOLERANCE * Math.abs(wanted!.score));
    assert.equal(verdict.p, wanted!.p);
    assert.deepEqual(tab.troubles, []);
  });
});
