import assert from "node:assert/strict";
import {
  airyPsf,
  convolve,
  gaussianPsf,
  kernelPsf,
  moffatPsf,
  type Psf,
} from "../../src/lensing/observation/mod.ts";
import { Random } from "../../src/random.ts";

/** Error by the order of sums and by Fourier transforms. */
const ROUNDING = 1e-12;

function near(actual: number, wanted: number, tolerance = ROUNDING): void {
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Weights without any symmetry. */
function crooked(size: number): Psf {
  const data = Float64Array.from({ length: size * size }, (_, i) => (i * i * 7) % 53 + 1);
  return kernelPsf({ width: size, height: size, data });
}

/** Convolution by its definition. */
function slowly(
  image: Float64Array,
  width: number,
  { size, weights }: Psf,
  nearest: boolean,
): Float64Array {
  const height = image.length / width, radius = (size - 1) / 2;
  return image.map((_, at) => {
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      let row = Math.floor(at / width) - (Math.floor(i / size) - radius);
      let column = at % width - (i % size - radius);
      if (nearest) {
        row = Math.min(Math.max(row, 0), height - 1);
        column = Math.min(Math.max(column, 0), width - 1);
      } else if (row < 0 || column < 0 || row >= height || column >= width) continue;
      total += weights[i]! * image[row * width + column]!;
    }
    return total;
  });
}

const PSFS: Readonly<Record<string, Psf>> = {
  gaussian: gaussianPsf({ fwhm: 0.2, pixelScale: 0.05 }),
  moffat: moffatPsf({ fwhm: 0.2, pixelScale: 0.1 }),
  airy: airyPsf({ wavelength: 8e-7, diameter: 2.4, pixelScale: 0.05, obscuration: 0.33 }),
  crooked: crooked(7),
  "large and crooked": crooked(21),
};

Deno.test("PSFs are normalised and odd, and round if symmetric", () => {
  for (const [name, { size, weights }] of Object.entries(PSFS)) {
    near(sum(weights), 1);
    assert.equal(size % 2, 1, name);
    assert.equal(weights.length, size * size, name);
    if (name.includes("crooked")) continue;
    for (let i = 0; i < weights.length; i++) {
      const row = Math.floor(i / size), column = i % size;
      near(weights[i]!, weights[column * size + row]!);
      near(weights[i]!, weights[weights.length - 1 - i]!);
      near(weights[i]!, weights[row * size + size - 1 - column]!);
    }
  }
});

Deno.test("a PSF has half its peak at half its width", () => {
  const middle = (psf: Psf, away: number) =>
    psf.weights[(psf.size - 1) / 2 * psf.size + (psf.size - 1) / 2 + away]!;
  for (const make of [gaussianPsf, moffatPsf]) {
    const psf = make({ fwhm: 2, pixelScale: 0.1 });
    near(middle(psf, 10) / middle(psf, 0), 0.5, 2e-3); // pixel averages
  }
  // Airy: FWHM 1.029 lambda / D, first minimum 1.21967 lambda / D (Born and Wolf, section 8.5.2).
  const unit = 5e-7 / (Math.PI / 648000);
  const telescope = { wavelength: 5e-7, diameter: 1, pixelScale: unit / 100 };
  const airy = airyPsf({ ...telescope, size: 351, subPixels: 1 });
  const half = [51, 52].map((away) => middle(airy, away) / middle(airy, 0));
  assert.ok(half[0]! > 0.5 && half[1]! < 0.5, `${half}`);
  assert.ok(middle(airy, 122) / middle(airy, 0) < 1e-4);
  near(middle(airy, 163) / middle(airy, 0), 0.0175, 2e-4); // the first bright ring
});

Deno.test("the Gaussian agrees with scipy.ndimage.gaussian_filter", () => {
  // Its kernel: radius int(truncate * sigma + 0.5), values at whole numbers, normalised.
  const sigma = 0.8;
  const psf = gaussianPsf({
    fwhm: sigma * 2 * Math.sqrt(2 * Math.LN2),
    pixelScale: 1,
    truncation: 4,
  });
  assert.equal(psf.size, 7); // floor(3.2 + 0.5) to each side
  const row = [0, 1, 2, 3].map((x) => Math.exp(-0.5 * (x / sigma) ** 2));
  const norm = row[0]! + 2 * (row[1]! + row[2]! + row[3]!);
  for (let x = 0; x < 4; x++) near(psf.profile![3 + x]!, row[x]! / norm);
});

Deno.test("all methods of convolution agree with the definition", () => {
  const random = new Random(1);
  for (const [width, height] of [[30, 23], [16, 16], [3, 40], [1, 1]] as const) {
    const image = Float64Array.from({ length: width * height }, () => random.uniform());
    for (const psf of Object.values(PSFS)) {
      for (const edge of ["nearest", "dark"] as const) {
        const fast = convolve(image, { width, psf, edge });
        const slow = slowly(image, width, psf, edge === "nearest");
        for (let i = 0; i < fast.length; i++) near(fast[i]!, slow[i]!);
      }
    }
  }
});

Deno.test("a PSF conserves light away from the border, and a flat sky everywhere", () => {
  for (const psf of Object.values(PSFS)) {
    const image = new Float64Array(101 * 101);
    image[50 * 101 + 50] = 2;
    image[47 * 101 + 55] = 3;
    near(sum(convolve(image, { width: 101, psf })), 5, 1e-11);
    for (const value of convolve(image.fill(3), { width: 101, psf })) near(value, 3, 1e-11);
  }
});

Deno.test("a point becomes the PSF, not its mirror image", () => {
  const psf = crooked(5), image = new Float64Array(25);
  image[12] = 1;
  const seen = convolve(image, { width: 5, psf });
  for (let i = 0; i < 25; i++) near(seen[i]!, psf.weights[i]!);
});

Deno.test("PSFs reject invalid options by name", () => {
  const data = new Float64Array(16).fill(1);
  assert.throws(() => kernelPsf({ width: 4, height: 4, data }), {
    name: "RangeError",
    message: "Cannot use an image as a PSF as it must be a square with odd sides: " +
      "current value is 4 x 4",
  });
  assert.throws(() => kernelPsf({ width: 3, height: 5, data }), RangeError);
  assert.throws(() => kernelPsf({ width: 3, height: 3, data }), TypeError);
  assert.throws(() => kernelPsf({ width: 1, height: 1, data: [0] }), /sum of its samples/);
  assert.throws(() => kernelPsf({ width: 1, height: 1, data: [NaN] }), /must be finite/);
  assert.throws(() => gaussianPsf({ fwhm: 0, pixelScale: 1 }), {
    name: "RangeError",
    message: "Cannot create a Gaussian PSF as fwhm must be finite and above 0: current value is 0",
  });
  assert.throws(() => moffatPsf({ fwhm: 1, pixelScale: 1, size: 4 }), {
    name: "RangeError",
    message: "Cannot create a Moffat PSF as size must be an odd whole number: current value is 4",
  });
  assert.throws(() => moffatPsf({ fwhm: 1, pixelScale: 1, beta: 1 }), RangeError);
  const mirror = { wavelength: 1e-6, diameter: 1, pixelScale: 1 };
  assert.throws(() => airyPsf({ ...mirror, obscuration: 1 }), RangeError);
  assert.throws(() => airyPsf({ ...mirror, wavelength: -1 }), RangeError);
  assert.throws(() => convolve(new Float64Array(5), { width: 2, psf: crooked(3) }), {
    name: "TypeError",
    message: "Cannot convolve an image as its length must be a multiple of 2: current value is 5",
  });
  assert.throws(() => convolve(new Float64Array(5), { width: 0, psf: crooked(3) }), RangeError);
});
