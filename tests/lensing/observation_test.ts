import assert from "node:assert/strict";
import {
  fluxOfMagnitude,
  gaussianPsf,
  instrument,
  INSTRUMENT_NAMES,
  observe,
  poisson,
  signalToNoise,
} from "../../src/lensing/observation/mod.ts";
import { Random } from "../../src/random.ts";

/** Draws per test of moments, and the tolerance in standard errors. */
const DRAWS = 20_000;
const SIGMAS = 4.5;

Deno.test("Poisson counts: mean, variance and skewness at small and large means", () => {
  for (const mean of [0.01, 0.5, 3, 9.9, 10, 10.1, 30, 250, 1e4, 1e7, 1e13]) {
    const random = new Random(Math.round(mean * 100));
    const counts = Float64Array.from({ length: DRAWS }, () => poisson(mean, random));
    assert.ok(counts.every((count) => count >= 0 && Number.isInteger(count)));
    const moment = (power: number) =>
      counts.reduce((sum, count) => sum + (count - mean) ** power, 0) / DRAWS;
    const within = (actual: number, wanted: number, error: number) =>
      assert.ok(
        Math.abs(actual - wanted) < SIGMAS * error,
        `${mean}: ${actual} is not ${wanted} +- ${error}`,
      );
    within(moment(1), 0, Math.sqrt(mean / DRAWS));
    within(moment(2), mean, Math.sqrt((mean + 2 * mean * mean) / DRAWS));
    // The third moment is the mean; its own variance is 15 mean^3 + lower orders.
    within(
      moment(3),
      mean,
      Math.sqrt((15 * mean ** 3 + 24 * mean ** 2 + mean) / DRAWS) + mean * 1e-9,
    );
  }
});

Deno.test("Poisson counts: the probability of each count, with both methods", () => {
  for (const mean of [2, 12]) {
    const random = new Random(5), seen = new Float64Array(60);
    for (let i = 0; i < DRAWS; i++) seen[poisson(mean, random)]!++;
    let probability = Math.exp(-mean), squares = 0, cells = 0;
    for (let count = 0; count < 60; count++) {
      const wanted = DRAWS * probability;
      if (wanted > 10) {
        squares += (seen[count]! - wanted) ** 2 / wanted;
        cells++;
      }
      probability *= mean / (count + 1);
    }
    assert.ok(squares < cells + 4 * Math.sqrt(2 * cells), `chi squared ${squares} of ${cells}`);
  }
});

Deno.test("noise has the stated variance, and the sky is subtracted", () => {
  const side = 120, flux = new Float64Array(side * side);
  for (let i = 0; i < flux.length; i++) flux[i] = i % side < 60 ? 0 : 2;
  const camera = { exposureTime: 50, exposures: 3, gain: 1.5, sky: 0.4, readNoise: 4 };
  const { clean, noisy, sigma } = observe(
    { width: side, flux },
    { ...camera, backgroundRms: 0.02 },
    new Random(3),
  );
  assert.deepEqual(clean, flux);
  for (const [first, level] of [[0, 0], [60, 2]] as const) {
    const electrons = (level + 0.4) * 75;
    const wanted = Math.sqrt((electrons + 3 * 16) / 75 ** 2 + 0.02 ** 2);
    let mean = 0, variance = 0;
    for (let i = 0; i < noisy.length; i++) {
      if (i % side < first || i % side >= first + 60) continue;
      assert.ok(Math.abs(sigma[i]! - wanted) < 1e-12);
      mean += (noisy[i]! - level) / 7200;
      variance += (noisy[i]! - level) ** 2 / 7200;
    }
    assert.ok(Math.abs(mean) < SIGMAS * wanted / Math.sqrt(7200), `mean ${mean}`);
    const spread = variance / wanted ** 2 - 1;
    assert.ok(Math.abs(spread) < SIGMAS * Math.sqrt(2.2 / 7200), `variance ${spread}`);
  }
});

Deno.test("an observation depends only on its seed", () => {
  const image = { width: 8, flux: new Float64Array(64).fill(1) };
  const camera = { exposureTime: 10, sky: 1, readNoise: 1 };
  const seen = (seed: number) => observe(image, camera, new Random(seed)).noisy;
  assert.deepEqual(seen(1), seen(1));
  assert.notDeepEqual(seen(1), seen(2));
});

Deno.test("a camera without noise returns its input", () => {
  const image = { width: 8, flux: new Float64Array(64).fill(1) };
  const seen = observe(image, { exposureTime: 10, poisson: false }, new Random(1));
  assert.deepEqual(seen.noisy, image.flux);
  assert.equal(seen.signalToNoise, Infinity);
  assert.notEqual(seen.noisy, image.flux);
});

Deno.test("the PSF applies to source and lens; the signal is the source", () => {
  const source = new Float64Array(31 * 31), flux = new Float64Array(31 * 31).fill(0.5);
  source[15 * 31 + 15] = 100;
  for (let i = 0; i < flux.length; i++) flux[i] = flux[i]! + source[i]!;
  const psf = gaussianPsf({ fwhm: 0.2, pixelScale: 0.1 });
  const camera = { psf, exposureTime: 20, sky: 1, readNoise: 2 };
  const seen = observe({ width: 31, flux, signal: source }, camera, new Random(1));
  assert.ok(Math.abs(seen.clean[0]! - 0.5) < 1e-12);
  assert.ok(seen.clean[15 * 31 + 15]! < 50);
  const signal = seen.clean.map((value) => Math.max(value - 0.5, 0));
  assert.ok(Math.abs(signalToNoise(signal, seen.sigma) / seen.signalToNoise - 1) < 1e-9);
  const all = observe({ width: 31, flux }, camera, new Random(1));
  assert.ok(all.signalToNoise > seen.signalToNoise);
});

Deno.test("signal to noise uses the best pixels: by hand, and by trying all counts", () => {
  assert.equal(signalToNoise(Float64Array.of(3), Float64Array.of(2)), 1.5);
  assert.equal(signalToNoise(Float64Array.of(0, 0), Float64Array.of(1, 1)), 0);
  const random = new Random(4);
  const signal = Float64Array.from({ length: 500 }, () => Math.max(random.normal(), 0));
  const sigma = Float64Array.from({ length: 500 }, () => 0.1 + random.uniform());
  const order = [...signal.keys()].sort((a, b) => signal[b]! / sigma[b]! - signal[a]! / sigma[a]!);
  let best = 0;
  for (let count = 1; count <= 500; count++) {
    const chosen = order.slice(0, count);
    const total = chosen.reduce((sum, i) => sum + signal[i]!, 0);
    const variance = chosen.reduce((sum, i) => sum + sigma[i]! ** 2, 0);
    best = Math.max(best, total / Math.sqrt(variance));
  }
  assert.ok(Math.abs(signalToNoise(signal, sigma) - best) < 1e-9 * best);
});

Deno.test("magnitudes convert to fluxes", () => {
  for (const magnitude of [14, 22.35, 27]) {
    const flux = fluxOfMagnitude(magnitude, 25.5);
    assert.ok(Math.abs(25.5 - 2.5 * Math.log10(flux) - magnitude) < 1e-12);
  }
  assert.throws(() => fluxOfMagnitude(NaN, 25), RangeError);
});

Deno.test("cameras by name have their known depths", () => {
  assert.deepEqual(INSTRUMENT_NAMES, ["hst", "euclid-vis", "rubin", "jwst-nircam"]);
  // Point sources at 5 sigma, AB: COSMOS 27.8 (Scoville et al. 2007), Rubin 26.8 (Ivezic et al. 2019),
  // Euclid 26.2 (Euclid Collaboration 2022, A&A 662, A112); JWST about 29. Published depths are for
  // apertures, which contain more sky than the best pixels; ours are up to four times as high.
  const known = { hst: 27.8, rubin: 26.8, "euclid-vis": 26.2, "jwst-nircam": 29 } as const;
  for (const name of INSTRUMENT_NAMES) {
    const { pixelScale, psfFwhm, skyMagnitude, zeroPoint, ...camera } = instrument(name);
    const flux = new Float64Array(41 * 41);
    flux[20 * 41 + 20] = fluxOfMagnitude(known[name], zeroPoint);
    const psf = gaussianPsf({ fwhm: psfFwhm, pixelScale });
    const sky = fluxOfMagnitude(skyMagnitude, zeroPoint) * pixelScale ** 2;
    const seen = observe({ width: 41, flux }, { ...camera, psf, sky }, new Random(1));
    assert.ok(seen.signalToNoise > 4 && seen.signalToNoise < 20, `${name} ${seen.signalToNoise}`);
  }
  assert.throws(() => instrument("hubble"), {
    name: "RangeError",
    message: "Cannot find an instrument as name must be hst, euclid-vis, rubin, jwst-nircam: " +
      "current value is hubble",
  });
  assert.throws(() => instrument("toString"), RangeError);
});

Deno.test("observations reject invalid options by name", () => {
  const image = { width: 2, flux: Float64Array.of(1, 1) };
  const refused = (options: object, message: string) =>
    assert.throws(() => observe(image, { exposureTime: 1, ...options }, new Random(1)), {
      name: "RangeError",
      message: `Cannot observe an image as ${message}`,
    });
  refused({ exposureTime: -1 }, "exposureTime must be finite and above 0: current value is -1");
  refused({ exposureTime: NaN }, "exposureTime must be finite and above 0: current value is NaN");
  refused({ gain: 0 }, "gain must be finite and above 0: current value is 0");
  refused({ sky: -1 }, "sky must be finite and 0 or more: current value is -1");
  refused({ readNoise: NaN }, "readNoise must be finite and 0 or more: current value is NaN");
  refused({ exposures: 0 }, "exposures must be a whole number of at least 1: current value is 0");
  refused({ backgroundRms: -1 }, "backgroundRms must be finite and 0 or more: current value is -1");
  const seen = (flux: Float64Array, signal?: Float64Array) => () =>
    observe({ width: 2, flux, ...(signal ? { signal } : {}) }, { exposureTime: 1 }, new Random(1));
  assert.throws(seen(Float64Array.of(1, -1)), /flux must be finite and 0 or more/);
  assert.throws(seen(Float64Array.of(1, NaN)), /current value is NaN/);
  assert.throws(seen(Float64Array.of(1, 1), new Float64Array(3)), TypeError);
  assert.throws(() => poisson(-1, new Random(1)), RangeError);
  assert.throws(() => poisson(Infinity, new Random(1)), RangeError);
  assert.throws(() => signalToNoise(new Float64Array(2), new Float64Array(3)), TypeError);
  assert.throws(() => signalToNoise(Float64Array.of(1), Float64Array.of(-1)), RangeError);
});
