import assert from "node:assert/strict";
import * as figures from "../../src/figures/mod.ts";
import { countInBins, linearTicks, logTicks, valueScale } from "../../src/figures/value_scale.ts";
import { decode } from "../../src/images/mod.ts";
import { rank } from "../../src/metrics/mod.ts";
import { Random } from "../../src/random.ts";

const HOSTILE = `</svg><script>alert("1")</script>&amp; \u0001\ud800 ${"x".repeat(500)}`;
const IMAGE = { width: 3, height: 2, channels: 1, data: new Uint8Array(6), white: 255 } as const;

/** Normally distributed numbers. */
function normals(count: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => random.normal());
}

/** One figure of every kind, with words that break careless drawings. */
async function allFigures(): Promise<Record<string, figures.Figure>> {
  const normal = normals(200, 1), other = normals(100, 2).map((value) => value * 30 + 5);
  const ranking = rank(
    Float64Array.of(...normal, ...other),
    Uint8Array.from({ length: 300 }, (_, i) => i < 200 ? 0 : 1),
  );
  const group = { colour: figures.COLOURS.normal, label: HOSTILE };
  const point = { truePositives: 60, falsePositives: 12 };
  return {
    loss: figures.lossFigure([{ epoch: 1, loss: 3, validationLoss: 2, watchedLoss: 9 }], {
      bestEpoch: 1,
    }),
    scores: figures.scoreFigure([{ ...group, scores: normal }, { ...group, scores: other }], {
      calibration: Float32Array.from(normals(50, 3)).sort(),
      p: (score) => 1 / (1 + Math.exp(score)),
      threshold: 1,
    }),
    roc: figures.rocFigure(ranking, { point, note: HOSTILE }),
    precision: figures.precisionRecallFigure(ranking, { point, note: HOSTILE }),
    calibration: figures.calibrationFigure(normal.map((value) => 1 / (1 + Math.exp(value)))),
    pixels: figures.pixelFigure(Float32Array.from(normal), { images: 2 }),
    map: figures.mapFigure(normal, {
      labels: Array.from({ length: 100 }, (_, i) => i % 20 === 0 ? HOSTILE : `${i % 15}`),
      order: [HOSTILE, ...Array.from({ length: 15 }, (_, i) => `${i}`)],
      note: HOSTILE,
      imageOf: () => "data:image/png;base64,AAAA",
    }),
    stream: figures.streamFigure([{ number: 7, score: 1, anomaly: true }], undefined),
    images: await figures.imageFigure([{ images: [IMAGE, undefined], caption: HOSTILE }], {
      title: HOSTILE,
      rows: ["image", HOSTILE],
    }),
    signal: figures.signalFigure(
      Array.from(normal, (score, i) => ({ label: HOSTILE, signalToNoise: i + 1, score })),
      [HOSTILE],
    ),
    auroc: figures.aurocFigure(HOSTILE, [{
      label: HOSTILE,
      count: 3,
      auroc: 0.7,
      interval: [0.5, 0.9],
    }], "class"),
  };
}

Deno.test("every figure is XML that a rasteriser draws, whatever its words", async () => {
  for (const [name, figure] of Object.entries(await allFigures())) {
    const svg = figures.standaloneSvg(figure);
    assert.ok(!/<script|alert\("/.test(svg), name);
    assert.ok(
      !/NaN|undefined|Infinity/.test(svg),
      `${name}: ${/.{60}(NaN|undefined|Infinity)/.exec(svg)?.[0]}`,
    );
    assert.ok(!/ style=|<style/.test(svg), `${name} has styles, which pages forbid`);
    const { width, height, data } = await decode(await figures.rasterise(svg));
    const size = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
    assert.deepEqual([width, height], [
      Math.ceil(2 * Number(size[1])),
      Math.ceil(2 * Number(size[2])),
    ], name);
    assert.ok(new Set(data).size > 8, `${name} is blank`);
    assert.match(figure.svg, /role="img"/, name);
    assert.match(figure.svg, /aria-label="/, name);
  }
});

Deno.test("text is drawn with the font that ships: a picture without it is another", async () => {
  const drawing = {
    width: 100,
    height: 20,
    svg: '<svg width="100" height="20"/>',
    legend: [],
    note: "",
  };
  const black = async (title: string) => {
    const { data } = await decode(
      await figures.rasterise(figures.standaloneSvg({ ...drawing, title })),
    );
    return Array.from(data).filter((value) => value < 100).length;
  };
  assert.ok(await black("AUROC – Größe ≤ 10⁻⁵ →") > await black("A") + 500);
});

Deno.test("a mark moves to where the score is, and stays within the drawing", async () => {
  const { scores } = await allFigures();
  const { translationTo, svg } = scores as figures.MarkedFigure<number>;
  const mark = /<g [^>]*class="mark scores"[^>]*>/.exec(svg)![0];
  const x = Number(/translate\(([\d.]+),0\)/.exec(mark)![1]);
  assert.ok(Math.abs(x - translationTo(1)[0]) < 0.01, `${mark} ${translationTo(1)}`);
  assert.ok(translationTo(2)[0] > translationTo(1)[0]);
  assert.deepEqual(translationTo(Infinity), translationTo(1e9));
  assert.ok(translationTo(Infinity)[0] <= 440);
});

Deno.test("scales over many seeds: ascending ticks and edges within the range, room between ticks", () => {
  for (let seed = 0; seed < 60; seed++) {
    const size = 10 ** (seed % 9 - 4), power = 1 + seed % 4;
    const values = normals(300, seed).map((x) =>
      size * Math.sign(x) * Math.abs(x) ** power + (seed % 3) * size
    );
    const { domain: [low, high], ticks, edges, type, constant } = valueScale(values);
    assert.ok(ticks.length >= 2 && ticks.length <= 11, `${seed}: ${ticks}`);
    const place = (value: number) =>
      type === "linear" ? value : Math.sign(value) * Math.log1p(Math.abs(value) / constant);
    for (const [i, tick] of ticks.entries()) {
      assert.ok(tick >= low && tick <= high, `${seed}: ${ticks}`);
      if (i === 0) continue;
      const gap = (place(tick) - place(ticks[i - 1]!)) / (place(high) - place(low));
      assert.ok(gap > 0.08, `${seed}: ${ticks} overlap`);
    }
    assert.ok(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!), `${seed}`);
    assert.deepEqual([edges[0], edges.at(-1)], [low, high]);
    assert.equal(countInBins(values, edges).reduce((a, b) => a + b), values.length);
  }
});

Deno.test("scales of one value, of equal values and of huge ones", () => {
  for (const values of [[5], [0, 0], [-1e30, 3e38], [1e-30, 1e-30, 2e-30], [0, 1e-300]]) {
    const { domain: [low, high], ticks, edges } = valueScale(Float64Array.from(values));
    assert.ok(low < high && ticks.length >= 1, `${values}: ${ticks}`);
    assert.ok(edges.every(Number.isFinite), `${values}`);
  }
});

Deno.test("ticks are round numbers", () => {
  assert.deepEqual(linearTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linearTicks(-0.3, 0.31), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  assert.deepEqual(logTicks(0.5, 2000), [1, 10, 100, 1000]);
  assert.deepEqual(logTicks(3, 60), [5, 10, 20, 50]);
});

Deno.test("a bar's height is the share of its group", () => {
  const scores = Float64Array.of(0, 0, 0, 10);
  const { svg } = figures.scoreFigure([{ label: "all", colour: "red", scores }]);
  const heights = [...svg.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, height]) =>
    Number(height)
  )
    .filter((height) => height > 0);
  assert.equal(heights.length, 2);
  assert.ok(Math.abs(Math.max(...heights) / Math.min(...heights) - 3) < 0.01, `${heights}`);
});

Deno.test("the check of p-values tells when small ones are too many", () => {
  const uniform = Float64Array.from({ length: 500 }, (_, i) => (i + 0.5) / 500);
  assert.match(figures.calibrationFigure(uniform).note, /should follow the diagonal/);
  assert.match(figures.calibrationFigure(uniform.map((p) => p ** 2)).note, /recalibrate/);
  assert.match(
    figures.calibrationFigure(uniform.map(Math.sqrt)).note,
    /should follow the diagonal/,
  );
});
