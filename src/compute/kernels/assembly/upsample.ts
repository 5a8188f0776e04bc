// Bilinear up-sampling by an integer factor, NHWC: pixel centres at half integers, edges repeated. Every
// output pixel is a weighted mean of up to four pixels, to which its gradient flows back.

import { madd, zeroFloats } from "./simd";

const ONE: f32 = 1;

/** The position of output pixel `i` among the pixels of the image. */
// @ts-ignore: decorator
@inline
function place(i: i32, factor: i32, size: i32): f32 {
  const half: f32 = 0.5;
  const at = (<f32> i + half) / <f32> factor - half;
  return max<f32>(0, min<f32>(<f32> (size - 1), at));
}

/** y = x up-sampled; x is [batch, height, width, channels]. */
export function upsample(
  x: usize,
  y: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  factor: i32,
): void {
  const row = <usize> (width * channels) << 2, pixel = <usize> channels << 2;
  let out = y;
  for (let n: i32 = 0; n < batch; n++) {
    const image = x + <usize> (n * height) * row;
    for (let i: i32 = 0; i < height * factor; i++) {
      const v = place(i, factor, height), top = <i32> v, down = v - <f32> top;
      const upper = image + <usize> top * row;
      const lower = image + <usize> min(top + 1, height - 1) * row;
      for (let j: i32 = 0; j < width * factor; j++) {
        const u = place(j, factor, width), left = <i32> u, across = u - <f32> left;
        const near = <usize> left * pixel, far = <usize> min(left + 1, width - 1) * pixel;
        const w0 = (ONE - down) * (ONE - across), w1 = (ONE - down) * across;
        const w2 = down * (ONE - across), w3 = down * across;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          let sum = f32x4.mul(v128.load(upper + near + c), f32x4.splat(w0));
          sum = madd(v128.load(upper + far + c), f32x4.splat(w1), sum);
          sum = madd(v128.load(lower + near + c), f32x4.splat(w2), sum);
          sum = madd(v128.load(lower + far + c), f32x4.splat(w3), sum);
          v128.store(out + c, sum);
        }
        for (; c < pixel; c += 4) {
          const upperSum = w0 * load<f32>(upper + near + c) + w1 * load<f32>(upper + far + c);
          const lowerSum = w2 * load<f32>(lower + near + c) + w3 * load<f32>(lower + far + c);
          store<f32>(out + c, upperSum + lowerSum);
        }
        out += pixel;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function scatter4(target: usize, d: v128, weight: f32): void {
  v128.store(target, madd(d, f32x4.splat(weight), v128.load(target)));
}

// @ts-ignore: decorator
@inline
function scatter1(target: usize, d: f32, weight: f32): void {
  store<f32>(target, load<f32>(target) + d * weight);
}

/** Computes dx from dy, the transpose of `upsample`; the sizes are those of x. */
export function upsampleGradient(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  factor: i32,
): void {
  zeroFloats(dx, batch * height * width * channels);
  const row = <usize> (width * channels) << 2, pixel = <usize> channels << 2;
  let from = dy;
  for (let n: i32 = 0; n < batch; n++) {
    const image = dx + <usize> (n * height) * row;
    for (let i: i32 = 0; i < height * factor; i++) {
      const v = place(i, factor, height), top = <i32> v, down = v - <f32> top;
      const upper = image + <usize> top * row;
      const lower = image + <usize> min(top + 1, height - 1) * row;
      for (let j: i32 = 0; j < width * factor; j++) {
        const u = place(j, factor, width), left = <i32> u, across = u - <f32> left;
        const near = <usize> left * pixel, far = <usize> min(left + 1, width - 1) * pixel;
        const w0 = (ONE - down) * (ONE - across), w1 = (ONE - down) * across;
        const w2 = down * (ONE - across), w3 = down * across;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          const d = v128.load(from + c);
          scatter4(upper + near + c, d, w0);
          scatter4(upper + far + c, d, w1);
          scatter4(lower + near + c, d, w2);
          scatter4(lower + far + c, d, w3);
        }
        for (; c < pixel; c += 4) {
          const d = load<f32>(from + c);
          scatter1(upper + near + c, d, w0);
          scatter1(upper + far + c, d, w1);
          scatter1(lower + near + c, d, w2);
          scatter1(lower + far + c, d, w3);
        }
        from += pixel;
      }
    }
  }
}
