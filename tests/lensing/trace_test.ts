import assert from "node:assert/strict";
import { Grid } from "../../src/lensing/grid.ts";
import { GaussianLight, Sersic } from "../../src/lensing/light/mod.ts";
import {
  ExternalShear,
  PointMass,
  SingularIsothermalEllipsoid,
  SingularIsothermalSphere,
  sumOf,
} from "../../src/lensing/mass/mod.ts";
import { traceImage } from "../../src/lensing/trace_image.ts";
import { traceMaps } from "../../src/lensing/trace_maps.ts";

const LENS = sumOf([
  new SingularIsothermalEllipsoid({ einsteinRadius: 1.2, axisRatio: 0.7, angle: 0.4 }),
  new ExternalShear({ gamma1: 0.03, gamma2: -0.02 }),
]);
const SOURCE = new Sersic({
  amplitude: 20,
  radius: 0.25,
  index: 1,
  axisRatio: 0.8,
  x: 0.1,
  y: 0.05,
});
const GRID = new Grid({ width: 60, height: 50, pixelScale: 0.08 });

function sum(image: Float64Array): number {
  return image.reduce((total, flux) => total + flux, 0);
}

function near(actual: number, wanted: number, relative: number): void {
  assert.ok(Math.abs(actual / wanted - 1) <= relative, `${actual} is not ${wanted}`);
}

Deno.test("a source without a lens keeps its position and flux", () => {
  const source = new GaussianLight({
    flux: 3,
    sigma: 0.15,
    axisRatio: 0.6,
    angle: 1,
    x: 0.8,
    y: 1.2,
  });
  const { flux } = traceImage({ grid: GRID, source });
  near(sum(flux), 3, 1e-5); // some light is beyond the border
  const brightest = flux.indexOf(Math.max(...flux));
  near(GRID.x(brightest % 60), 0.8, 0.06);
  near(GRID.y(Math.floor(brightest / 60)), 1.2, 0.06); // y is up, so the row is near the top
  assert.ok(Math.floor(brightest / 60) < 25);
});

Deno.test("a sphere magnifies a small round source as theory predicts", () => {
  const einsteinRadius = 1, sigma = 0.1;
  const { flux } = traceImage({
    grid: new Grid({ width: 400, height: 400, pixelScale: 0.01 }),
    mass: new SingularIsothermalSphere({ einsteinRadius }),
    source: new GaussianLight({ flux: 1, sigma }),
  });
  // 2 pi times the integral of I(beta) 2 theta_E, since both images of beta < theta_E add up to that.
  near(sum(flux), Math.sqrt(2 * Math.PI) * einsteinRadius / sigma, 1e-6);
});

Deno.test("a point mass magnifies a distant source by (u^2 + 2) / (u sqrt(u^2 + 4))", () => {
  const grid = new Grid({ width: 500, height: 300, pixelScale: 0.01 });
  const source = new GaussianLight({ flux: 1, sigma: 0.02, x: 1 });
  const { flux } = traceImage({ grid, mass: new PointMass({ einsteinRadius: 1 }), source });
  near(sum(flux), 3 / Math.sqrt(5), 2e-3); // for a point; the source size changes it by sigma^2
});

Deno.test("surface brightness is conserved: no pixel is brighter than the source", () => {
  const { flux } = traceImage({ grid: GRID, mass: LENS, source: SOURCE });
  assert.ok(Math.max(...flux) <= SOURCE.brightness(0.1, 0.05) * GRID.pixelArea);
});

Deno.test("a pixel is the mean of its samples", () => {
  const fine = new Grid({ width: 180, height: 150, pixelScale: 0.08 / 3 });
  const all = traceImage({ grid: fine, mass: LENS, source: SOURCE }).flux;
  const { flux } = traceImage({ grid: GRID, mass: LENS, source: SOURCE, subPixels: 3 });
  for (const [row, column] of [[0, 0], [12, 7], [31, 40], [49, 59]] as const) {
    let wanted = 0;
    for (let v = 0; v < 3; v++) {
      for (let u = 0; u < 3; u++) wanted += all[(3 * row + v) * 180 + 3 * column + u]!;
    }
    near(flux[row * 60 + column]!, wanted, 1e-10);
  }
});

Deno.test("blocks leave no trace in images of one row, one column, or wide rows", () => {
  for (const [width, height] of [[1, 700], [700, 1], [1500, 2], [13, 91]] as const) {
    const grid = new Grid({ width, height, pixelScale: 0.01 });
    for (const subPixels of [1, 2, 30]) {
      const { flux } = traceImage({ grid, source: SOURCE, subPixels });
      const pixel = Math.floor(flux.length / 3);
      const alone = new Grid({ width: 1, height: 1, pixelScale: 0.01 });
      const moved = new Sersic({
        amplitude: 20,
        radius: 0.25,
        index: 1,
        axisRatio: 0.8,
        x: 0.1 - grid.x(pixel % width),
        y: 0.05 - grid.y(Math.floor(pixel / width)),
      });
      near(flux[pixel]!, traceImage({ grid: alone, source: moved, subPixels }).flux[0]!, 1e-10);
    }
  }
});

Deno.test("adaptive sampling meets its tolerance and saves samples", () => {
  const sources = [
    SOURCE,
    new Sersic({ amplitude: 20, radius: 0.08, index: 1, x: 0.1 }),
    new Sersic({ amplitude: 5, radius: 0.3, index: 4, x: 0.05, y: 0.1 }),
  ];
  const lensLight = new Sersic({ amplitude: 2, radius: 0.5, index: 3, axisRatio: 0.7 });
  for (const source of sources) {
    const scene = { grid: GRID, mass: LENS, source, lensLight };
    const exact = traceImage({ ...scene, subPixels: 32 }).flux;
    const floor = 0.01 * Math.max(...exact);
    const errors = (flux: Float64Array) =>
      flux.map((value, i) => Math.abs(value - exact[i]!) / Math.max(exact[i]!, floor)).sort();
    const coarse = errors(traceImage(scene).flux);
    assert.ok(coarse.at(-10)! > 0.05, "one sample per pixel is not enough here");
    for (const tolerance of [0.02, 0.005]) {
      const image = traceImage({ ...scene, adaptive: tolerance });
      const off = errors(image.flux);
      assert.ok(off[Math.floor(0.995 * off.length)]! < tolerance, `${off.at(-15)} of ${tolerance}`);
      assert.ok(off.at(-1)! < 10 * tolerance, `the worst is ${off.at(-1)} of ${tolerance}`);
      assert.ok(image.refined > 0 && image.refined < 0.8 * GRID.count, `${image.refined}`);
      near(sum(image.flux), sum(exact), tolerance / 5);
      assert.ok(image.flux.every((flux) => flux >= 0));
    }
  }
});

Deno.test("adaptive sampling skips smooth pixels and stops at the maximum", () => {
  const smooth = new GaussianLight({ flux: 1, sigma: 3 });
  assert.equal(traceImage({ grid: GRID, source: smooth, adaptive: 1e-3 }).refined, 0);
  const scene = { grid: GRID, mass: LENS, source: SOURCE };
  const plain = traceImage(scene).flux;
  assert.deepEqual(traceImage({ ...scene, adaptive: 1e-9, maxSubPixels: 1 }).flux, plain);
  const dark = new GaussianLight({ flux: 0, sigma: 1 });
  assert.equal(sum(traceImage({ grid: GRID, source: dark, adaptive: 1e-3 }).flux), 0);
});

Deno.test("light of source and lens is separate", () => {
  const lensLight = new Sersic({ amplitude: 1, radius: 0.4, index: 2 });
  const both = traceImage({ grid: GRID, mass: LENS, source: SOURCE, lensLight });
  const source = traceImage({ grid: GRID, mass: LENS, source: SOURCE });
  const lens = traceImage({ grid: GRID, source: lensLight });
  assert.deepEqual(both.source, source.flux);
  assert.deepEqual(both.lens, lens.flux);
  assert.deepEqual(both.flux, source.flux.map((flux, i) => flux + lens.flux[i]!));
  assert.deepEqual([source.source, source.lens.length], [source.flux, 0]);
});

Deno.test("maps agree with the profile; row 0 is at the top", () => {
  const maps = traceMaps(GRID, LENS);
  const pixel = 7 * 60 + 50, x = GRID.x(50), y = GRID.y(7);
  assert.ok(x > 0 && y > 0);
  near(maps.deflectionX[pixel]!, LENS.deflection(x, y).x, 1e-12);
  near(maps.deflectionY[pixel]!, LENS.deflection(x, y).y, 1e-12);
  near(maps.sourceX[pixel]!, x - LENS.deflection(x, y).x, 1e-9);
  near(maps.sourceY[pixel]!, y - LENS.deflection(x, y).y, 1e-9);
  near(maps.convergence[pixel]!, LENS.convergence(x, y), 1e-12);
  near(maps.gamma2[pixel]!, LENS.shear(x, y).gamma2, 1e-12);
  const kappa = maps.convergence[pixel]!;
  const gamma = Math.hypot(maps.gamma1[pixel]!, maps.gamma2[pixel]!);
  near(maps.magnification[pixel]!, 1 / ((1 - kappa) ** 2 - gamma ** 2), 1e-12);
});

Deno.test("sampling rejects invalid options by name", () => {
  const refused = (options: object, message: string) =>
    assert.throws(() => traceImage({ grid: GRID, source: SOURCE, ...options }), {
      name: "RangeError",
      message: `Cannot trace an image as ${message}`,
    });
  refused({ subPixels: 0 }, "subPixels must be a whole number of at least 1: current value is 0");
  refused(
    { subPixels: 1.5 },
    "subPixels must be a whole number of at least 1: current value is 1.5",
  );
  refused({ adaptive: 0 }, "adaptive must be finite and above 0: current value is 0");
  refused({ adaptive: NaN }, "adaptive must be finite and above 0: current value is NaN");
});
