import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import { auroc, type MaskedMap, PixelMetrics, rank } from "../../src/metrics/mod.ts";
import { findRegions } from "../../src/metrics/regions.ts";
import { Random } from "../../src/random.ts";

const WIDTH = 12;

/** A map of noise, higher inside two blocks that touch at a corner and a block apart. */
function draw(random: Random, strength: number): MaskedMap {
  const mask = new Uint8Array(WIDTH * 10), map = new Float32Array(mask.length);
  for (const [left, top, side] of [[1, 1, 3], [4, 4, 2], [8, 6, 4]] as const) {
    for (let y = 0; y < side; y++) {
      mask.fill(255, (top + y) * WIDTH + left, (top + y) * WIDTH + left + side);
    }
  }
  for (let i = 0; i < map.length; i++) map[i] = random.uniform() + (mask[i] ? strength : 0);
  return { map, mask, width: WIDTH };
}

/** The area under the per-region overlap by its definition: a threshold per pixel. */
function slowAupro(maps: readonly MaskedMap[], most: number): number {
  const outside: number[] = [], regions: number[][] = [];
  for (const { map, mask, width } of maps) {
    const found = mask
      ? findRegions(mask, width)
      : { regions: new Uint32Array(map.length), sizes: [0] };
    const own = found.sizes.map((): number[] => []);
    map.forEach((value, i) => own[found.regions[i]!]!.push(value));
    outside.push(...own[0]!);
    regions.push(...own.slice(1));
  }
  const above = (values: readonly number[], limit: number) =>
    values.filter((value) => value >= limit).length / values.length;
  const limits = [...new Set([...outside, ...regions.flat()])].sort((a, b) => b - a);
  let area = 0, fpr = 0, pro = 0;
  for (const limit of limits) {
    const next = above(outside, limit);
    const overlap = regions.reduce((sum, region) => sum + above(region, limit), 0) / regions.length;
    const end = Math.min(next, most);
    if (end > fpr) {
      const height = pro + (overlap - pro) * (end - fpr) / (next - fpr);
      area += (end - fpr) * (pro + height) / 2;
    }
    if (next >= most) break;
    [fpr, pro] = [next, overlap];
  }
  return area / most;
}

Deno.test("regions touch at sides and corners, and do not go round the edge", () => {
  const text = ["10010", "01001", "00010", "11000"].join("");
  const { regions, sizes } = findRegions(Array.from(text, Number), 5);
  assert.equal(regions.join(""), ["10020", "01002", "00020", "33000"].join(""));
  assert.deepEqual(sizes, [13, 2, 3, 2]);
});

Deno.test("both areas are those of their definitions, whatever the strength", () => {
  for (const strength of [0, 0.3, 2]) {
    const random = new Random(5), metrics = new PixelMetrics();
    const maps: MaskedMap[] = Array.from({ length: 6 }, () => draw(random, strength));
    maps.push({ map: draw(random, 0).map, width: WIDTH });
    for (const masked of maps) metrics.add(masked);
    const scores = Float64Array.from(maps.flatMap(({ map }) => [...map]));
    const inside = maps.flatMap(({ map, mask }) => Array.from(map, (_, i) => mask?.[i] ? 1 : 0));
    const { pixelAuroc, aupro } = metrics.evaluate();
    assert.ok(Math.abs(pixelAuroc - auroc(rank(scores, Uint8Array.from(inside)))) < 1e-3);
    assert.ok(Math.abs(aupro - slowAupro(maps, 0.3)) < 1e-3, `${aupro} ${slowAupro(maps, 0.3)}`);
    assert.ok(Math.abs(metrics.evaluate(1).aupro - slowAupro(maps, 1)) < 1e-3);
  }
});

Deno.test("maps without a region, and errors that are no numbers, are refused", () => {
  const metrics = new PixelMetrics();
  metrics.add({ map: Float32Array.of(0, 1), width: 2 });
  assert.throws(() => metrics.evaluate(), StrayError);
  for (const bad of [-1, NaN, Infinity]) {
    assert.throws(() => metrics.add({ map: Float32Array.of(bad), width: 1 }), StrayError);
  }
  assert.throws(() => metrics.add({ map: Float32Array.of(1), mask: [1, 0], width: 1 }), TypeError);
});
