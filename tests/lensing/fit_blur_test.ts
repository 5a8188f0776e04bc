import assert from "node:assert/strict";
import {
  convolve,
  gaussianPsf,
  Grid,
  moffatPsf,
  type Psf,
  Random,
  SmoothLens,
} from "../../src/lensing/mod.ts";

const SIZES = [[64, 64], [2, 2], [3, 3], [5, 2], [2, 7], [9, 8], [8, 9], [33, 31], [1, 6], [6, 1]];

function checkBlur(width: number, height: number, psf: Psf | undefined, random: Random): void {
  const lens = new SmoothLens({
    ...{ grid: new Grid({ width, height, pixelScale: 0.1 }), subPixels: 1, psf },
  }, [5, 6]);
  const image = Float64Array.from({ length: width * height }, () => random.normal());
  const wanted = psf ? convolve(image, { width, psf }) : image.slice();
  lens.blur(image);
  image.forEach((value, i) => {
    const error = Math.abs(value - wanted[i]!);
    assert.ok(error <= 1e-13, `${width} x ${height}, ${psf?.size}: pixel ${i} is off by ${error}`);
  });
}

Deno.test("blur is that of convolve, for any size of image and of a separable PSF", () => {
  const random = new Random(1);
  for (const [width, height] of SIZES) {
    for (const fwhm of [0.02, 0.08, 0.12, 0.2, 0.235, 0.3, 0.6, 1.5]) {
      checkBlur(width!, height!, gaussianPsf({ fwhm, pixelScale: 0.1 }), random);
    }
  }
});

Deno.test("blur is that of convolve for other PSFs, and nothing without", () => {
  const random = new Random(2);
  for (const [width, height] of SIZES) {
    checkBlur(width!, height!, moffatPsf({ fwhm: 0.2, pixelScale: 0.1 }), random);
    checkBlur(width!, height!, undefined, random);
  }
});
