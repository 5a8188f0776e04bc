// Max-pooling of non-overlapping windows, NHWC, and its gradient, which flows to the largest pixel of each
// window, the first of equals.

import { zeroFloats } from "./simd";

/** The maxima over a window of four channels. */
// @ts-ignore: decorator
@inline
function largest4(corner: usize, row: usize, pixel: usize, size: i32): v128 {
  let most = v128.load(corner);
  for (let i: i32 = 0; i < size; i++) {
    for (let j: i32 = 0; j < size; j++) {
      most = f32x4.max(most, v128.load(corner + <usize> i * row + <usize> j * pixel));
    }
  }
  return most;
}

// @ts-ignore: decorator
@inline
function largest1(corner: usize, row: usize, pixel: usize, size: i32): f32 {
  let most = load<f32>(corner);
  for (let i: i32 = 0; i < size; i++) {
    for (let j: i32 = 0; j < size; j++) {
      most = max<f32>(most, load<f32>(corner + <usize> i * row + <usize> j * pixel));
    }
  }
  return most;
}

/** y = the maximum of each window; x is [batch, height, width, channels]. */
export function maxPool(
  x: usize,
  y: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
): void {
  const pixel = <usize> channels << 2, row = <usize> width * pixel;
  let out = y;
  for (let n: i32 = 0; n < batch; n++) {
    for (let i: i32 = 0; i < height / size; i++) {
      for (let j: i32 = 0; j < width / size; j++) {
        const corner = x + <usize> (n * height + i * size) * row + <usize> (j * size) * pixel;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          v128.store(out + c, largest4(corner + c, row, pixel, size));
        }
        for (; c < pixel; c += 4) store<f32>(out + c, largest1(corner + c, row, pixel, size));
        out += pixel;
      }
    }
  }
}

/** The address of the first pixel of a window with the value `most`. */
// @ts-ignore: decorator
@inline
function find(corner: usize, row: usize, pixel: usize, size: i32, most: f32): usize {
  for (let i: i32 = 0; i < size; i++) {
    for (let j: i32 = 0; j < size; j++) {
      const at = corner + <usize> i * row + <usize> j * pixel;
      if (load<f32>(at) == most) return at;
    }
  }
  return corner;
}

/** Computes dx from dy, x and y; the sizes are those of x. */
export function maxPoolGradient(
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
): void {
  zeroFloats(dx, batch * height * width * channels);
  const pixel = <usize> channels << 2, row = <usize> width * pixel;
  let from: usize = 0;
  for (let n: i32 = 0; n < batch; n++) {
    for (let i: i32 = 0; i < height / size; i++) {
      for (let j: i32 = 0; j < width / size; j++) {
        const corner = x + <usize> (n * height + i * size) * row + <usize> (j * size) * pixel;
        for (let c: usize = 0; c < pixel; c += 4) {
          const at = find(corner + c, row, pixel, size, load<f32>(y + from + c));
          store<f32>(dx + (at - x), load<f32>(dy + from + c));
        }
        from += pixel;
      }
    }
  }
}
