// @ts-nocheck AssemblyScript, compiled by build_codecs.ts
// deno-lint-ignore-file
/**
 * Chroma to full size by the triangle filter of libjpeg, and YCbCr to RGB, exact to the bit.
 */

// A row of chroma at full width, by the triangle filter of libjpeg, into `to`. `sums` is scratch.
function upsample(near: usize, far: usize, count: i32, v: i32, sums: usize, to: usize): void {
  const three = i16x8.splat(3);
  if (v === 2) {
    for (let i: usize = 0; i < usize(count); i += 8) {
      const a = v128.load_zero<u64>(near + i), b = v128.load_zero<u64>(far + i);
      v128.store(
        sums + (i << 1),
        i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(a), three), i16x8.extend_low_i8x16_u(b)),
      );
    }
  } else {
    for (let i: usize = 0; i < usize(count); i += 8) {
      v128.store(sums + (i << 1), i16x8.extend_low_i8x16_u(v128.load_zero<u64>(near + i)));
    }
  }
  store<u16>(sums - 2, load<u16>(sums));
  store<u16>(sums + (usize(count) << 1), load<u16>(sums + (usize(count - 1) << 1)));
  const shift = v === 2 ? 4 : 2;
  const even = i16x8.splat(v === 2 ? 8 : 1), odd = i16x8.splat(v === 2 ? 7 : 2);
  for (let i: usize = 0; i < usize(count); i += 8) {
    const s = sums + (i << 1);
    const c = i16x8.mul(v128.load(s), three);
    const e = i16x8.shr_u(i16x8.add(i16x8.add(c, v128.load(s - 2)), even), shift);
    const o = i16x8.shr_u(i16x8.add(i16x8.add(c, v128.load(s + 2)), odd), shift);
    v128.store(to + (i << 1), v128.or(e, i16x8.shl(o, 8)));
  }
}

/** Planes to RGB; writes up to 48 bytes too many. */
export function colour(
  py: usize,
  pb: usize,
  pr: usize,
  strideY: usize,
  strideC: usize,
  scratch: usize,
  out: usize,
  width: i32,
  height: i32,
  h: i32,
  v: i32,
): void {
  const count = (width + h - 1) / h;
  const rows = (height + v - 1) / v;
  const rowB = scratch, rowR = scratch + strideY + 32, sums = rowR + strideY + 64;
  for (let y = 0; y < height; y++) {
    let cb: usize, cr: usize;
    if (h === 1) {
      cb = pb + usize(y) * strideC;
      cr = pr + usize(y) * strideC;
    } else {
      const near = v === 2 ? y >> 1 : y;
      let far = v === 2 ? ((y & 1) ? near + 1 : near - 1) : near;
      far = far < 0 ? 0 : far >= rows ? rows - 1 : far;
      const n = usize(near) * strideC, f = usize(far) * strideC;
      upsample(pb + n, pb + f, count, v, sums, rowB);
      upsample(pr + n, pr + f, count, v, sums, rowR);
      cb = rowB;
      cr = rowR;
    }
    const from = py + usize(y) * strideY;
    const to = out + usize(y) * usize(width) * 3;
    for (let x: usize = 0; x < usize(width); x += 16) paint(from + x, cb + x, cr + x, to + x * 3);
  }
}

let gR: v128 = i32x4.splat(0), gG: v128 = i32x4.splat(0), gB: v128 = i32x4.splat(0);
function rgb8(y: v128, cb: v128, cr: v128): void {
  const half = i32x4.splat(32768);
  const kr = i16x8.splat(26345), kb = i16x8.splat(-14942);
  const r = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.extmul_low_i16x8_s(cr, kr), half), 16),
    i32x4.shr_s(i32x4.add(i32x4.extmul_high_i16x8_s(cr, kr), half), 16),
  );
  const b = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.extmul_low_i16x8_s(cb, kb), half), 16),
    i32x4.shr_s(i32x4.add(i32x4.extmul_high_i16x8_s(cb, kb), half), 16),
  );
  const kg = i32x4.splat((18734 << 16) | (-22554 & 0xffff));
  const lo = v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11),
    hi = v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15);
  const g = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(lo, kg), half), 16),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(hi, kg), half), 16),
  );
  gR = i16x8.add(i16x8.add(y, cr), r);
  gG = i16x8.add(i16x8.sub(y, cr), g);
  gB = i16x8.add(i16x8.add(y, i16x8.shl(cb, 1)), b);
}
function paint(py: usize, pb: usize, pr: usize, to: usize): void {
  const centre = i16x8.splat(128);
  const y = v128.load(py), cb = v128.load(pb), cr = v128.load(pr);
  rgb8(
    i16x8.extend_low_i8x16_u(y),
    i16x8.sub(i16x8.extend_low_i8x16_u(cb), centre),
    i16x8.sub(i16x8.extend_low_i8x16_u(cr), centre),
  );
  const r0 = gR, g0 = gG, b0 = gB;
  rgb8(
    i16x8.extend_high_i8x16_u(y),
    i16x8.sub(i16x8.extend_high_i8x16_u(cb), centre),
    i16x8.sub(i16x8.extend_high_i8x16_u(cr), centre),
  );
  const r = i8x16.narrow_i16x8_u(r0, gR),
    g = i8x16.narrow_i16x8_u(g0, gG),
    b = i8x16.narrow_i16x8_u(b0, gB);
  const a0 = v128.shuffle<i8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  v128.store(to, v128.shuffle<i8>(a0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  const a1 = v128.shuffle<i8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  v128.store(
    to,
    v128.shuffle<i8>(a1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15),
    16,
  );
  const a2 = v128.shuffle<i8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  v128.store(
    to,
    v128.shuffle<i8>(a2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31),
    32,
  );
}
