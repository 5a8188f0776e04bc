import assert from "node:assert/strict";
import {
  ClumpySpiral,
  ellipseOfComponents,
  GaussianLight,
  ImageLight,
  type LightProfile,
  Sersic,
  sumOfLight,
} from "../../src/lensing/light/mod.ts";
import { Random } from "../../src/random.ts";

/** Error of tables and short polynomials. */
const ROUNDING = 1e-12;

function near(actual: number, wanted: number, tolerance = ROUNDING): void {
  assert.ok(
    Math.abs(actual - wanted) <= tolerance * Math.max(Math.abs(wanted), 1e-300),
    `${actual} is not ${wanted}`,
  );
}

/** Total flux, by the midpoint rule on a square. */
function fluxOf(light: LightProfile, reach: number, count = 600): number {
  const step = 2 * reach / count, x = new Float64Array(count), y = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) x[i] = (i + 0.5) * step - reach;
  for (let row = 0; row < count; row++) {
    const line = new Float64Array(count);
    light.addBrightness(x, y.fill((row + 0.5) * step - reach), line);
    for (const value of line) sum += value;
  }
  return sum * step * step;
}

/** One random profile of each type. */
function profiles(random: Random): (LightProfile & { flux: number })[] {
  const shape = () => ({
    axisRatio: 0.3 + 0.7 * random.uniform(),
    angle: 2 * Math.PI * random.uniform(),
    x: random.normal() / 5,
    y: random.normal() / 5,
  });
  const data = Float32Array.from({ length: 12 }, () => random.uniform());
  return [
    new Sersic({ ...shape(), amplitude: 3, radius: 0.3, index: 1 }),
    new Sersic({ ...shape(), amplitude: 3, radius: 0.3, index: 0.5 + 3 * random.uniform() }),
    new GaussianLight({ ...shape(), flux: 2, sigma: 0.2 }),
    new ImageLight({ width: 4, height: 3, data }, { ...shape(), scale: 0.3, amplitude: 2 }),
    new ClumpySpiral({ ...shape(), flux: 2, radius: 0.3 }, random),
  ];
}

Deno.test("Sersic: agrees with the formula at any index", () => {
  for (const index of [0.3, 0.5, 1, 1.5, 2, 2.5, 4, 7.3, 10]) {
    const light = new Sersic({
      amplitude: 0.7,
      radius: 0.4,
      index,
      axisRatio: 0.6,
      angle: 0.8,
      x: 0.1,
      y: -0.2,
    });
    const b = 1.9992 * index - 0.3271;
    for (const [x, y] of [[0.1, -0.2], [0.1001, -0.2], [0.3, 0.4], [-5, 3], [40, 0]] as const) {
      const along = (x - 0.1) * Math.cos(0.8) + (y + 0.2) * Math.sin(0.8);
      const across = (y + 0.2) * Math.cos(0.8) - (x - 0.1) * Math.sin(0.8);
      const r = Math.max(Math.hypot(along * Math.sqrt(0.6), across / Math.sqrt(0.6)), 1e-5);
      const exponent = b * ((r / 0.4) ** (1 / index) - 1);
      near(light.brightness(x, y), 0.7 * Math.exp(-exponent), ROUNDING * Math.max(1, exponent));
    }
  }
});

Deno.test("Sersic: the total flux in closed form agrees with the integral", () => {
  for (const index of [0.5, 1, 1.7]) {
    const light = new Sersic({ amplitude: 2, radius: 0.2, index, axisRatio: 0.7, angle: 1 });
    // With a cusp, and wings cut at 5 arcsec, the midpoint rule has three correct digits.
    near(fluxOf(light, 5, 1200), light.flux, 5e-4);
    near(Sersic.ofFlux({ flux: 5, radius: 0.3, index }).flux, 5);
  }
  // 2 pi n e^b b^(-2 n) Gamma(2 n), Gamma(8) = 5040, Gamma(2) = 1
  const b = 1.9992 * 4 - 0.3271;
  near(
    new Sersic({ amplitude: 1, radius: 1, index: 4 }).flux,
    8 * Math.PI * Math.exp(b) * b ** -8 * 5040,
  );
});

Deno.test("Sersic: the effective radius contains half the light", () => {
  for (const index of [1, 4]) {
    const light = new Sersic({ amplitude: 1, radius: 1, index });
    let inside = 0;
    const steps = 10_000;
    for (let i = 0; i < steps; i++) {
      const r = (i + 0.5) / steps;
      inside += 2 * Math.PI * r * light.brightness(r, 0) / steps;
    }
    near(inside / light.flux, 0.5, 0.01); // error of the approximation of b
  }
});

Deno.test("Gaussian: agrees with the formula", () => {
  const [cos, sin] = [Math.cos(0.8), Math.sin(0.8)];
  const shape = { axisRatio: 0.6, angle: 0.8, x: 0.1, y: -0.2 };
  const light = new GaussianLight({ ...shape, flux: 3, sigma: 0.4 });
  for (const [x, y] of [[0.1, -0.2], [0.3, 0.4], [-1, 0.5]] as const) {
    const along = (x - 0.1) * cos + (y + 0.2) * sin, across = (y + 0.2) * cos - (x - 0.1) * sin;
    const square = (0.6 * along ** 2 + across ** 2 / 0.6) / 0.4 ** 2;
    near(light.brightness(x, y), 3 / (2 * Math.PI * 0.16) * Math.exp(-square / 2));
  }
  assert.equal(light.brightness(10, 10), 0);
});

Deno.test("the flux of a profile agrees with the integral", () => {
  for (let seed = 0; seed < 5; seed++) {
    const all = profiles(new Random(seed));
    for (const light of [all[0]!, all[2]!, all[3]!]) near(fluxOf(light, 4, 500), light.flux, 2e-3);
    near(fluxOf(all[4]!, 4, 500), 2, 1e-2); // the bulge has a cusp
  }
});

Deno.test("addBrightness agrees with brightness and adds to its output", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const x = Float64Array.from({ length: 50 }, () => random.normal());
    const y = Float64Array.from({ length: 50 }, () => random.normal());
    const all = profiles(random);
    for (const light of [...all, sumOfLight(all)]) {
      const into = new Float64Array(50);
      light.addBrightness(x, y, into);
      const again = into.slice();
      light.addBrightness(x, y, again);
      for (let i = 0; i < 50; i++) {
        near(light.brightness(x[i]!, y[i]!), into[i]!);
        near(again[i]!, 2 * into[i]!);
        assert.ok(into[i]! >= 0);
      }
    }
  }
});

Deno.test("profiles rotate, move and stretch", () => {
  const upright = new Sersic({ amplitude: 1, radius: 0.3, index: 1, axisRatio: 0.5 });
  assert.ok(upright.brightness(0.3, 0) > upright.brightness(0, 0.3), "long along x");
  const turned = new Sersic({
    amplitude: 1,
    radius: 0.3,
    index: 1,
    axisRatio: 0.5,
    angle: Math.PI / 2,
    x: 1,
    y: 2,
  });
  near(turned.brightness(1, 2.3), upright.brightness(0.3, 0));
  near(turned.brightness(0.7, 2), upright.brightness(0, 0.3));
});

Deno.test("an image as light: up is up, and a rotation is counter-clockwise", () => {
  const image = { width: 3, height: 3, data: [0, 9, 0, 0, 0, 5, 0, 0, 0] };
  const light = new ImageLight(image, { scale: 0.1, x: 1, y: 1, amplitude: 2 });
  near(light.brightness(1, 1.1), 18);
  near(light.brightness(1.1, 1), 10);
  near(light.brightness(1.05, 1.05), (18 + 10) / 4);
  assert.equal(light.brightness(1, 1.31), 0);
  assert.equal(light.brightness(100, 0), 0);
  near(light.flux, 28 * 0.01);
  const turned = new ImageLight(image, { scale: 0.1, angle: Math.PI / 2 });
  near(turned.brightness(-0.1, 0), 9);
  near(turned.brightness(0, 0.1), 5);
});

Deno.test("negative samples give no light", () => {
  const light = new ImageLight({ width: 1, height: 1, data: [-3] }, { scale: 1 });
  assert.equal(light.brightness(0, 0), 0);
});

Deno.test("a clumpy spiral depends on its seed, and has clumps", () => {
  const options = { flux: 1, radius: 0.5 };
  const at = (light: LightProfile) => light.brightness(0.2, 0.3);
  const one = new ClumpySpiral(options, new Random(1));
  assert.equal(at(one), at(new ClumpySpiral(options, new Random(1))));
  assert.notEqual(at(one), at(new ClumpySpiral(options, new Random(2))));
  const smooth = new ClumpySpiral({ ...options, clumps: 0 }, new Random(1));
  near(smooth.brightness(0.5, 0), smooth.brightness(0, -0.5));
  near(fluxOf(smooth, 6, 1000), 1, 5e-3);
});

Deno.test("ellipticity components convert both ways", () => {
  const { axisRatio, angle } = ellipseOfComponents(-0.2, 0.1);
  const e = (1 - axisRatio) / (1 + axisRatio);
  near(e * Math.cos(2 * angle), -0.2);
  near(e * Math.sin(2 * angle), 0.1);
  assert.deepEqual(ellipseOfComponents(0, 0), { axisRatio: 1, angle: 0 });
});

Deno.test("profiles reject invalid options by name", () => {
  const good = { amplitude: 1, radius: 1, index: 1 };
  const refused = (options: object, message: string) =>
    assert.throws(() => new Sersic({ ...good, ...options }), {
      name: "RangeError",
      message: `Cannot create a Sersic profile as ${message}`,
    });
  refused({ axisRatio: 0 }, "axisRatio must be in (0, 1]: current value is 0");
  refused({ axisRatio: 1.1 }, "axisRatio must be in (0, 1]: current value is 1.1");
  refused({ axisRatio: NaN }, "axisRatio must be in (0, 1]: current value is NaN");
  refused({ index: 0 }, "index must be finite and above 0: current value is 0");
  refused({ index: -1 }, "index must be finite and above 0: current value is -1");
  refused({ radius: Infinity }, "radius must be finite and above 0: current value is Infinity");
  refused({ amplitude: -1 }, "amplitude must be finite and 0 or more: current value is -1");
  refused({ x: NaN }, "x must be finite: current value is NaN");
  refused({ angle: NaN }, "angle must be finite: current value is NaN");
  assert.throws(() => new GaussianLight({ flux: 1, sigma: 0 }), RangeError);
  assert.throws(() => ellipseOfComponents(0.8, 0.7), RangeError);
  assert.throws(
    () => new ClumpySpiral({ flux: 1, radius: 1, pitch: 2 }, new Random(1)),
    RangeError,
  );
  assert.throws(
    () => new ClumpySpiral({ flux: 1, radius: 1, clumpFraction: 0.95 }, new Random(1)),
    /clumpFraction \+ bulgeFraction must be at most 1/,
  );
  const image = { width: 2, height: 1, data: [1, NaN] };
  assert.throws(() => new ImageLight(image, { scale: 1 }), {
    name: "RangeError",
    message: "Cannot use an image as light as sample 1 must be finite: current value is NaN",
  });
  assert.throws(() => new ImageLight({ ...image, width: 3 }, { scale: 1 }), TypeError);
});
