// @ts-nocheck AssemblyScript, compiled by build_codecs.ts
// deno-lint-ignore-file
/**
 * The inverse DCT of the IJG's jidctint.c, exact to the bit, four columns at a time.
 */

import { BLOCK } from "./memory.ts";

function mul(a: v128, c: i32): v128 {
  return i32x4.mul(a, i32x4.splat(c));
}

// Drops bits at the high end too: libjpeg looks results up by their low 10 bits.
function descale(a: v128, drop: i32, shift: i32): v128 {
  return i32x4.shr_s(i32x4.shl(a, drop), shift);
}

// One pass of the inverse DCT over four columns at p (jidctint.c of the IJG, exact).
function pass(p: usize, round: i32, drop: i32, shift: i32): void {
  const in0 = v128.load(p), in1 = v128.load(p, 32), in2 = v128.load(p, 64), in3 = v128.load(p, 96);
  const in4 = v128.load(p, 128),
    in5 = v128.load(p, 160),
    in6 = v128.load(p, 192),
    in7 = v128.load(p, 224);
  let z1 = mul(i32x4.add(in2, in6), 4433);
  let tmp2 = i32x4.add(z1, mul(in6, -15137));
  let tmp3 = i32x4.add(z1, mul(in2, 6270));
  const r = i32x4.splat(round);
  let tmp0 = i32x4.add(i32x4.shl(i32x4.add(in0, in4), 13), r);
  let tmp1 = i32x4.add(i32x4.shl(i32x4.sub(in0, in4), 13), r);
  const tmp10 = i32x4.add(tmp0, tmp3), tmp13 = i32x4.sub(tmp0, tmp3);
  const tmp11 = i32x4.add(tmp1, tmp2), tmp12 = i32x4.sub(tmp1, tmp2);
  z1 = mul(i32x4.add(in7, in1), -7373);
  const z2 = mul(i32x4.add(in5, in3), -20995);
  let z3 = i32x4.add(in7, in3);
  let z4 = i32x4.add(in5, in1);
  const z5 = mul(i32x4.add(z3, z4), 9633);
  z3 = i32x4.add(mul(z3, -16069), z5);
  z4 = i32x4.add(mul(z4, -3196), z5);
  tmp0 = i32x4.add(mul(in7, 2446), i32x4.add(z1, z3));
  tmp1 = i32x4.add(mul(in5, 16819), i32x4.add(z2, z4));
  tmp2 = i32x4.add(mul(in3, 25172), i32x4.add(z2, z3));
  tmp3 = i32x4.add(mul(in1, 12299), i32x4.add(z1, z4));
  v128.store(p, descale(i32x4.add(tmp10, tmp3), drop, shift));
  v128.store(p, descale(i32x4.add(tmp11, tmp2), drop, shift), 32);
  v128.store(p, descale(i32x4.add(tmp12, tmp1), drop, shift), 64);
  v128.store(p, descale(i32x4.add(tmp13, tmp0), drop, shift), 96);
  v128.store(p, descale(i32x4.sub(tmp13, tmp0), drop, shift), 128);
  v128.store(p, descale(i32x4.sub(tmp12, tmp1), drop, shift), 160);
  v128.store(p, descale(i32x4.sub(tmp11, tmp2), drop, shift), 192);
  v128.store(p, descale(i32x4.sub(tmp10, tmp3), drop, shift), 224);
}

// Transposes the 4 x 4 values at a and at b, and swaps them.
function transpose(a: usize, b: usize): void {
  const a0 = v128.load(a), a1 = v128.load(a, 32), a2 = v128.load(a, 64), a3 = v128.load(a, 96);
  const b0 = v128.load(b), b1 = v128.load(b, 32), b2 = v128.load(b, 64), b3 = v128.load(b, 96);
  put(b, a0, a1, a2, a3);
  put(a, b0, b1, b2, b3);
}
function put(p: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(p, v128.shuffle<i64>(t0, t2, 0, 2));
  v128.store(p, v128.shuffle<i64>(t0, t2, 1, 3), 32);
  v128.store(p, v128.shuffle<i64>(t1, t3, 0, 2), 64);
  v128.store(p, v128.shuffle<i64>(t1, t3, 1, 3), 96);
}
function turn(): void {
  transpose(BLOCK, BLOCK);
  transpose(BLOCK + 16, BLOCK + 128);
  transpose(BLOCK + 144, BLOCK + 144);
}

/** BLOCK to 8 x 8 bytes at `to`; BLOCK is zero again. */
export function inverse(to: usize, stride: usize, last: i32): void {
  const zero = i32x4.splat(0);
  if (last === 0) {
    let dc = ((((load<i32>(BLOCK) << 2) + 16) << 17) >> 22) + 128;
    dc = dc < 0 ? 0 : dc > 255 ? 255 : dc;
    const eight = u64(dc) * 0x0101010101010101;
    for (let y = 0; y < 8; y++, to += stride) store<u64>(to, eight);
    store<i32>(BLOCK, 0);
    return;
  }
  pass(BLOCK, 1 << 10, 0, 11);
  pass(BLOCK + 16, 1 << 10, 0, 11);
  turn();
  pass(BLOCK, 1 << 17, 4, 22);
  pass(BLOCK + 16, 1 << 17, 4, 22);
  turn();
  const centre = i16x8.splat(128);
  for (let y: usize = 0; y < 256; y += 32, to += stride) {
    const words = i16x8.add_sat_s(
      i16x8.narrow_i32x4_s(v128.load(BLOCK + y), v128.load(BLOCK + y, 16)),
      centre,
    );
    v128.store_lane<u64>(to, i8x16.narrow_i16x8_u(words, words), 0);
    v128.store(BLOCK + y, zero);
    v128.store(BLOCK + y, zero, 16);
  }
}
