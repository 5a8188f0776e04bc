/**
 * Comparison of whole images with lenstronomy 1.14.2 (`golden.py` makes them): SIE, shear, point masses,
 * a Sersic source and a Gaussian PSF.
 */

import assert from "node:assert/strict";
import { Grid } from "../../src/lensing/grid.ts";
import { ellipseOfComponents, Sersic } from "../../src/lensing/light/mod.ts";
import {
  ExternalShear,
  type MassProfile,
  PointMass,
  PointMasses,
  SingularIsothermalEllipsoid,
  sumOf,
} from "../../src/lensing/mass/mod.ts";
import { convolve, gaussianPsf } from "../../src/lensing/observation/mod.ts";
import { traceImage } from "../../src/lensing/trace_image.ts";

interface Golden {
  npix: number;
  pixel_scale: number;
  psf_fwhm: number | null;
  psf_truncation_sigma: number;
  theta_E: number;
  e1: number;
  e2: number;
  gamma1: number;
  gamma2: number;
  point_masses: { theta_E: number; x: number; y: number }[];
  source: {
    amp: number;
    R_sersic: number;
    n_sersic: number;
    e1: number;
    e2: number;
    x: number;
    y: number;
  };
  file_no_psf: string;
  file: string;
  stride: number;
  peak_no_psf: number;
  sum_no_psf: number;
  peak: number;
}

const FOLDER = new URL("golden/", import.meta.url);
/** Relative to the peak; the float32 of the golden files alone is 6e-8. */
const TOLERANCE = 1e-6;
const { images }: { images: Golden[] } = JSON.parse(
  Deno.readTextFileSync(new URL("images.json", FOLDER)),
);

function samples(name: string): Float32Array {
  const bytes = Deno.readFileSync(new URL(name, FOLDER));
  const header = 10 + new DataView(bytes.buffer).getUint16(8, true);
  return new Float32Array(bytes.slice(header).buffer);
}

function lens(golden: Golden, pointByPoint: boolean): MassProfile {
  const { point_masses: points } = golden;
  return sumOf([
    new SingularIsothermalEllipsoid({
      einsteinRadius: golden.theta_E,
      ...ellipseOfComponents(golden.e1, golden.e2),
    }),
    new ExternalShear({ gamma1: golden.gamma1, gamma2: golden.gamma2 }),
    ...(pointByPoint
      ? points.map(({ theta_E, x, y }) => new PointMass({ einsteinRadius: theta_E, x, y }))
      : [
        new PointMasses({
          einsteinRadii: points.map(({ theta_E }) => theta_E),
          x: points.map(({ x }) => x),
          y: points.map(({ y }) => y),
        }),
      ]),
  ]);
}

function traced(golden: Golden, pointByPoint = false): Float64Array {
  const { npix, pixel_scale: pixelScale, source } = golden;
  return traceImage({
    grid: new Grid({ width: npix, height: npix, pixelScale }),
    mass: lens(golden, pointByPoint),
    source: new Sersic({
      amplitude: source.amp,
      radius: source.R_sersic,
      index: source.n_sersic,
      x: source.x,
      y: source.y,
      ...ellipseOfComponents(source.e1, source.e2),
    }),
  }).flux;
}

/** Maximum difference over the peak; golden images have the opposite row order. */
function difference(image: Float64Array, golden: Golden, name: string, peak: number): number {
  const wanted = samples(name), { npix, stride } = golden, side = Math.ceil(npix / stride);
  assert.equal(wanted.length, side * side);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    const row = npix - 1 - stride * Math.floor(i / side), column = stride * (i % side);
    worst = Math.max(worst, Math.abs(image[row * npix + column]! - wanted[i]!) / peak);
  }
  return worst;
}

for (const [index, golden] of images.entries()) {
  const { npix, point_masses: points, psf_fwhm: fwhm } = golden;
  const title = `image ${index} of lenstronomy (${npix} x ${npix}, ${points.length} point masses)`;
  Deno.test(`${title}: before the PSF and after it`, () => {
    const sharp = traced(golden);
    const away = difference(sharp, golden, golden.file_no_psf, golden.peak_no_psf);
    assert.ok(away < TOLERANCE, `before the PSF ${away} of the peak`);
    const sum = sharp.reduce((total, flux) => total + flux, 0);
    assert.ok(Math.abs(sum / golden.sum_no_psf - 1) < TOLERANCE, `all pixels: ${sum}`);
    if (fwhm === null) return;
    const psf = gaussianPsf({
      fwhm,
      pixelScale: golden.pixel_scale,
      truncation: golden.psf_truncation_sigma,
    });
    const seen = convolve(sharp, { width: npix, psf });
    const after = difference(seen, golden, golden.file, golden.peak);
    assert.ok(after < TOLERANCE, `after the PSF ${after} of the peak`);
  });
}

Deno.test("PointMasses make the same image as single point masses", () => {
  const golden = images[3]!;
  const together = traced(golden), apart = traced(golden, true);
  const worst = together.reduce((most, flux, i) => Math.max(most, Math.abs(flux - apart[i]!)), 0);
  assert.ok(worst < 1e-9 * golden.peak_no_psf, `${worst}`);
});
