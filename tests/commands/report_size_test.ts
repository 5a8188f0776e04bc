import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromiumTest } from "../_chromium.ts";
import { ndjson } from "../cli/_program.ts";
import { runTask, trainDigits, withFolder } from "./_task.ts";

/** An IDX file of noise, which no codec makes smaller. */
async function writeNoise(path: string, count: number, size: number): Promise<void> {
  const bytes = new Uint8Array(16 + count * size * size);
  new DataView(bytes.buffer).setUint32(0, 0x00000803);
  [count, size, size].forEach((value, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, value));
  let state = 1;
  for (let i = 16; i < bytes.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  await Deno.writeFile(path, bytes);
}

Deno.test("a report on 10,000 images of noise is under 2 MB", async () => {
  await withFolder(async (folder) => {
    const model = `${folder}/noise.safetensors`, images = `${folder}/noise-images-idx3-ubyte`;
    await writeNoise(images, 10_000, 64);
    const train = [
      "--data",
      images,
      "--limit=60",
      "--model=pca",
      "--calibrate=split",
      "--out",
      model,
    ];
    assert.equal((await runTask("train", train)).code, 0);
    const lines = Array.from({ length: 10_000 }, (_, i) => ({
      path: `${images}#${i}`,
      label: i % 10 === 0 ? "strange" : "plain",
      normal: i % 10 !== 0,
      ...{ score: Math.sin(i) + (i % 10 === 0 ? 1 : 0), p: ((i * 7919) % 9999 + 1) / 10_000 },
      ...{ threshold: 1.2, anomaly: i % 17 === 0 },
    }));
    const out = `${folder}/r.html`;
    const { code, stderr } = await runTask(
      "report",
      ["--model", model, "--out", out, "-"],
      ndjson(lines),
    );
    assert.equal(code, 0, stderr);
    const { size } = await Deno.stat(out);
    assert.ok(size < 2e6 && size > 1e6, `${size} bytes`);
    const page = await Deno.readTextFile(out);
    assert.equal(page.match(/class="pictures"/g)?.length, 12 + 6 + 6 + 6);
  });
});

chromiumTest("a report on 100,000 records opens, sorts and searches", async (browser) => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), count = 100_000;
    const lines = Array.from({ length: count }, (_, i) => ({
      path: `night/${i}.png`,
      normal: i % 100 !== 0,
      ...{ score: i, p: (count - i) / count, threshold: 95_000, anomaly: i > 95_000 },
    }));
    const out = `${folder}/r.html`;
    const { code, stderr } = await runTask(
      "report",
      ["--model", model, "--out", out, "-"],
      ndjson(lines),
    );
    assert.equal(code, 0, stderr);
    const page = await browser.open(pathToFileURL(out).href);
    const first = "document.querySelector('#rows tr').cells[1].textContent";
    assert.equal(await page.evaluate(first), "99999.png");
    await page.evaluate("document.querySelector('th[data-key=score]').click()");
    assert.equal(await page.evaluate(first), "0.png");
    await page.evaluate(
      "{ const s = document.getElementById('search'); s.value = '777.png'; s.dispatchEvent(new Event('input')) }",
    );
    assert.equal(await page.evaluate("document.querySelectorAll('#rows tr').length"), 100);
    assert.deepEqual(page.troubles, []);
  });
});
