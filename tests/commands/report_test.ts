import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromiumTest, type Page } from "../_chromium.ts";
import { ndjson } from "../cli/_program.ts";
import { simulate } from "./_simulate.ts";
import {
  DIGITS,
  records,
  runCommand,
  runHere,
  trainDigits,
  withFolder,
  writePng,
} from "./_task.ts";

const TEST_IMAGES = `${DIGITS}test-images-idx3-ubyte.gz`;

/** A record as `report` reads it. */
interface Scored {
  readonly path: string;
  readonly score: number;
  readonly p: number;
  readonly anomaly: boolean;
  readonly normal: boolean;
}

/** Scores of the shipped test digits by a model that has not seen 0. */
async function scoreDigits(
  folder: string,
): Promise<{ model: string; scores: string; lines: Scored[] }> {
  const model = await trainDigits(folder, ["--epochs=8", "--model=vae"]);
  const { code, stdout, stderr } = await runCommand("score", [
    "--model",
    model,
    "--backend=wasm",
    TEST_IMAGES,
  ]);
  assert.equal(code, 0, stderr);
  await Deno.writeTextFile(`${folder}/scores.ndjson`, stdout);
  return {
    model,
    scores: `${folder}/scores.ndjson`,
    lines: records(stdout) as unknown as Scored[],
  };
}

/** Writes a report, and returns its path. */
async function report(folder: string, args: readonly string[], stdin = ""): Promise<string> {
  const out = `${folder}/report.html`;
  const { code, stdout, stderr } = await runCommand("report", [
    "--backend=wasm",
    "--out",
    out,
    ...args,
  ], stdin);
  assert.deepEqual([code, stdout], [0, ""], stderr);
  return out;
}

/** The texts of a column of the table. */
function column(page: Page, place: number): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll("#rows tr")].map((row) => row.cells[${place}].textContent)`,
  );
}

/** The number in an element. */
async function numberIn(page: Page, id: string): Promise<number> {
  return Number(
    (await page.evaluate<string>(`document.getElementById("${id}").textContent`)).replaceAll(
      ",",
      "",
    ),
  );
}

chromiumTest(
  "report is a page that loads nothing, and its table and slider work",
  async (browser) => {
    await withFolder(async (folder) => {
      const { model, scores, lines } = await scoreDigits(folder);
      const file = await report(folder, ["--model", model, "--scores", scores]);
      const page = await browser.open(pathToFileURL(file).href);
      const evaluated = await runHere("evaluate", [], await Deno.readTextFile(scores));
      const { auroc } = JSON.parse(evaluated.stdout);
      const headline = await page.evaluate<string>(
        "document.querySelector('.headlines li').textContent",
      );
      assert.ok(headline.replace(/\s+/g, " ").includes(auroc.toFixed(3)), headline);
      const titles = await page.evaluate<string[]>(
        "[...document.querySelectorAll('h2, h3')].map((h) => h.textContent)",
      );
      for (
        const title of [
          "Losses of the training",
          "Scores",
          "ROC curve",
          "Precision and recall",
          "Are the p-values right?",
          "Strangest images",
          "Most ordinary images",
          "Missed anomalies",
          "Map of the latents",
          "Pixel values",
          "All images",
        ]
      ) assert.ok(titles.includes(title), `${title} in ${titles}`);
      const pictures = await page.evaluate<number[]>(
        "[...document.querySelectorAll('.gallery figure')].map((f) => f.querySelectorAll('img').length)",
      );
      assert.equal(pictures[0], 3, "image, reconstruction and heatmap");
      assert.ok(
        await page.evaluate(
          "[...document.images].every((image) => image.complete && image.naturalWidth > 0)",
        ),
      );

      // The table: 200 rows, the strangest first; sorted, searched, filtered, and turned over.
      const sorted = lines.map(({ score }) => score).sort((a, b) => b - a);
      assert.equal((await column(page, 2)).length, 200);
      assert.equal(Number((await column(page, 2))[0]), Number(sorted[0]!.toPrecision(4)));
      await page.evaluate("document.querySelector('th[data-key=score]').click()");
      assert.equal(Number((await column(page, 2))[0]), Number(sorted.at(-1)!.toPrecision(4)));
      await page.evaluate("document.getElementById('next').click()");
      await page.evaluate("document.getElementById('next').click()");
      assert.equal((await column(page, 2)).length, lines.length - 400);
      await page.evaluate(
        "{ const s = document.getElementById('search'); s.value = '7'; s.dispatchEvent(new Event('input')) }",
      );
      for (const [i, label] of (await column(page, 4)).entries()) {
        assert.ok(label === "7" || (await column(page, 1))[i]!.includes("7"));
        if (i > 5) break;
      }
      await page.evaluate(
        "{ const s = document.getElementById('search'); s.value = ''; s.dispatchEvent(new Event('input')) }",
      );
      await page.evaluate(
        "{ const s = document.getElementById('show'); s.value = 'mistaken'; s.dispatchEvent(new Event('input')) }",
      );
      const mistaken = lines.filter(({ normal, anomaly }) => normal && anomaly).length;
      assert.equal((await column(page, 1)).length, mistaken);
      assert.equal(await numberIn(page, "mistaken"), mistaken);

      // The slider: counts, marks and rows are those of its p.
      const mark = "document.querySelector('.mark.scores').getAttribute('transform')";
      const before = await page.evaluate<string>(mark);
      await page.evaluate(
        "{ const s = document.getElementById('slider'); s.value = String(Number(s.value) + 20); s.dispatchEvent(new Event('input')) }",
      );
      const limit = await numberIn(page, "p");
      const above = (normal: boolean) =>
        lines.filter((one) => one.normal === normal && one.p <= limit * 1.001).length;
      assert.ok(limit > 0.05 && limit < 1, `${limit}`);
      assert.equal(await numberIn(page, "mistaken"), above(true));
      assert.equal(await numberIn(page, "found"), above(false));
      assert.equal((await column(page, 1)).length, Math.min(200, above(true)));
      assert.notEqual(await page.evaluate(mark), before);
      await page.evaluate("document.getElementById('as-scored').click()");
      assert.equal(await numberIn(page, "mistaken"), mistaken);
      assert.equal(await page.evaluate(mark), before);

      assert.equal(new TextDecoder().decode((await page.print()).subarray(0, 5)), "%PDF-");
      assert.deepEqual(page.troubles, []);
      assert.deepEqual(page.requests, [pathToFileURL(file).href]);
      const ground = "getComputedStyle(document.body).backgroundColor";
      const light = await page.evaluate(ground);
      const narrow = await browser.open(pathToFileURL(file).href, { width: 360, dark: true });
      assert.notEqual(await narrow.evaluate(ground), light);
      assert.equal(await narrow.evaluate("document.documentElement.scrollWidth"), 360);
      assert.deepEqual(narrow.troubles, []);
    });
  },
);

chromiumTest(
  "a report of fitted lenses shows image, fit, residual and mass, and the recipe",
  async (browser) => {
    await withFolder(async (folder) => {
      const lenses = `${folder}/lenses`, model = `${folder}/m.safetensors`;
      await simulate(
        ...["--recipe=model-b", "--size=24x24", "--classes=no_sub,cdm", "--count=24"],
        ...["--set=halo.einstein_radius=1.25", "--out", lenses],
      );
      const trained = await runCommand("train", [
        ...["--data", lenses, "--normal=no_sub", "--model=lens-fit", "--backend=wasm"],
        ...["--out", model],
      ]);
      assert.equal(trained.code, 0, trained.stderr);
      const { stdout } = await runCommand("score", ["--model", model, "--backend=wasm", lenses]);
      const file = await report(folder, ["--model", model, "-"], stdout);
      const page = await browser.open(pathToFileURL(file).href);
      const names = "[...document.querySelectorAll('details dt')].map((dt) => dt.textContent)";
      assert.equal(
        await page.evaluate(
          "document.querySelector('.gallery figure').querySelectorAll('img').length",
        ),
        4,
      );
      const found = await page.evaluate<string[]>(names);
      const place = found.indexOf("halo.einstein_radius");
      assert.notEqual(place, -1, `${found}`);
      const value = `document.querySelectorAll("details dd")[${place}].textContent`;
      assert.equal(await page.evaluate(value), "1.25");
      assert.deepEqual(page.troubles, []);
      const svg = `${folder}/a.svg`;
      const plotted = await runCommand("plot", [
        ...["anomalies", "--model", model, "--scores=-", "--count=2", "--out", svg],
      ], stdout);
      assert.equal(plotted.code, 0, plotted.stderr);
      const drawn = await Deno.readTextFile(svg);
      assert.deepEqual([drawn.match(/<image /g)?.length, drawn.includes(">mass<")], [8, true]);
    });
  },
);

/** Texts that break careless pages. */
const HOSTILE = [
  `</script><script>window.broken = 1</script>`,
  `"><img src=x onerror="window.broken = 2">`,
  `' onmouseover='window.broken = 3`,
  "<!--",
  "]]>",
  "&lt;&amp;",
  "\u0000\u0001\u001b[2J\u202e\u2028",
  "\ud800",
  "𝒳".repeat(3000),
  "a".repeat(10_000),
  "${1}",
  "javascript:alert(1)",
  "-",
  "/dev/zero",
];

chromiumTest("names and labels of any kind are shown and do nothing", async (browser) => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const lines = HOSTILE.flatMap((text, i) => [
      {
        path: text,
        label: text,
        score: i,
        p: (i + 1) / 20,
        threshold: 3,
        anomaly: i > 3,
        normal: i % 2 === 0,
      },
      { path: text, error: { code: text, message: text, hint: text } },
      { path: text, label: text, score: null, p: "high" },
    ]);
    for (const more of [[], ["--positive", "<!--"]]) {
      const file = await report(folder, ["--model", model, ...more, "-"], ndjson(lines));
      assert.ok((await Deno.stat(file)).size < 1e6);
      const page = await browser.open(pathToFileURL(file).href);
      assert.equal(await page.evaluate("typeof window.broken"), "undefined");
      assert.deepEqual(page.troubles, []);
      assert.equal((await column(page, 1)).length, HOSTILE.length);
      const shown = await column(page, 1);
      assert.ok(shown.some((text) => text === HOSTILE[0]), `${shown}`);
      assert.ok(shown.every((text) => [...text].length <= 120));
      assert.equal(
        await page.evaluate("document.querySelectorAll('.failures tbody tr').length"),
        2 * HOSTILE.length,
      );
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    }
  });
});

chromiumTest("a report leaves out what the data do not have", async (browser) => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    await writePng(`${folder}/a.png`, 8, 8, (x, y) => x * y);
    const one = { path: `${folder}/a.png`, score: 1, p: 0.3, threshold: 2, anomaly: false };
    const cases: [string, unknown[]][] = [
      ["one image", [one]],
      [
        "no anomaly",
        Array.from({ length: 30 }, (_, i) => ({ ...one, score: i / 30, normal: true })),
      ],
      ["equal scores", Array.from({ length: 5 }, (_, i) => ({ ...one, normal: i > 1 }))],
      [
        "all anomalies",
        Array.from(
          { length: 3 },
          (_, i) => ({ ...one, score: 1e30 * i, normal: false, anomaly: true }),
        ),
      ],
      ["no p and no threshold", [{ path: "gone.png", score: -1e-30 }, {
        path: "gone2.png",
        score: 3e38,
      }]],
      ["no image at all", [{ path: "a", error: { code: "decode", message: "It is broken" } }]],
    ];
    for (const [name, lines] of cases) {
      const file = await report(folder, ["--model", model, "-"], ndjson(lines));
      const page = await browser.open(pathToFileURL(file).href, { width: 360 });
      assert.deepEqual(page.troubles, [], name);
      const text = await page.evaluate<string>("document.body.innerText + document.body.innerHTML");
      assert.ok(
        !/NaN|undefined|Infinity|null(?![,}\]])/.test(
          text.replace(/<script[\s\S]*?<\/script>/g, ""),
        ),
        name,
      );
      const scored = lines.filter((line) => "score" in (line as object)).length;
      assert.equal(
        await page.evaluate("document.querySelectorAll('#rows tr').length"),
        scored,
        name,
      );
      const roc = await page.evaluate("Boolean(document.querySelector('.mark.roc'))");
      assert.equal(roc, name === "equal scores", name);
    }
  });
});

Deno.test("report refuses what it cannot report on, and keeps the file that was there", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), out = `${folder}/r.html`;
    await Deno.writeTextFile(out, "before");
    const page = `${folder}/page.html`;
    await Deno.writeTextFile(page, "<html>\n");
    const base = ["--model", model, "--out", out];
    const good = ndjson([{ path: "a", label: "x", score: 1 }]);
    const cases: [string[], string, RegExp, number][] = [
      [[...base, "-"], "", /there must be records: found none/, 1],
      [[...base, "-"], "nonsense", /line 1 of stdin/, 1],
      [[...base, "--scores", page], "", /Cannot read line 1 of .*page.html as/, 1],
      [[...base], good, /--scores must be given/, 2],
      [[...base, "--scores", `${folder}/none.ndjson`], "", /there is no such file/, 1],
      [[...base, "--scores", "-", "-"], good, /give one of the two/, 2],
      [[...base, "--positive", "y", "-"], good, /no record has this label[^]*the labels are x/, 2],
      [["--out", out, "-"], good, /--model must be given/, 2],
      [["--model", model, "--out", `${folder}/none/r.html`, "-"], good, /its folder must exist/, 1],
    ];
    for (const [args, stdin, message, wanted] of cases) {
      const { code, stderr } = await runHere("report", args, stdin);
      assert.match(stderr, message);
      assert.equal(code, wanted, stderr);
    }
    assert.equal(await Deno.readTextFile(out), "before");
    const { stderr } = await runCommand(
      "report",
      [...base, "-"],
      ndjson([{ path: "a", score: 1, model: "sha256:0" }]),
    );
    assert.match(stderr, /another model file/);
    assert.match(stderr, /1 images? could not be read again/);
  });
});
