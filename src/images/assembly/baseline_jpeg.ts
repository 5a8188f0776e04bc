// @ts-nocheck AssemblyScript, compiled by build_codecs.ts
// deno-lint-ignore-file
/**
 * Baseline JPEG of 8 bits, grey or YCbCr 4:4:4, 4:2:2 or 4:2:0, in one scan.
 *
 * Strict: whatever is not as usual is left to another decoder.
 */

import { colour } from "./colour.ts";
import { buildHuffman, isOverrun, lastDc, readBlock, startBits, takeMarker } from "./entropy.ts";
import { inverse } from "./inverse_dct.ts";
import { BLOCK, HUFF, HUFF_SIZE, QUANT, ZIGZAG } from "./memory.ts";

export { free, malloc, zigzagAt } from "./memory.ts";

function be16(p: usize): i32 {
  return (i32(load<u8>(p)) << 8) | i32(load<u8>(p + 1));
}

// Gives 0 if all went well; anything else: let another decoder have a look.
// planes: Y, Cb, Cr one after the other; out: RGB or grey, with 64 bytes to spare.
export function decode(
  at: usize,
  size: usize,
  planes: usize,
  scratch: usize,
  out: usize,
  width: i32,
  height: i32,
  components: i32,
): i32 {
  memory.fill(BLOCK, 0, 256);
  const stop = at + size;
  let p = at + 2;
  let restart: i32 = 0;
  let quants: i32 = 0, huffs: i32 = 0;
  let h: i32 = 1, v: i32 = 1;
  let jfif = false, adobe = false, seen = false;
  let q0: usize = 0, q1: usize = 0, q2: usize = 0;
  let id0: i32 = 0, id1: i32 = 0, id2: i32 = 0;
  for (;;) {
    if (p + 4 > stop || load<u8>(p) !== 0xff) return 1;
    while (p + 4 < stop && load<u8>(p + 1) === 0xff) p++;
    const marker = i32(load<u8>(p + 1));
    const length = usize(be16(p + 2));
    let b = p + 4;
    p += 2 + length;
    if (length < 2 || p > stop) return 2;
    if (marker === 0xdb) {
      while (b < p) {
        const info = i32(load<u8>(b++));
        if (info > 3 || b + 64 > p) return 3;
        quants |= 1 << info;
        for (let i: usize = 0; i < 64; i++) {
          store<i32>(
            QUANT + (usize(info) << 8) + (usize(load<u8>(ZIGZAG + i)) << 2),
            i32(load<u8>(b + i)),
          );
        }
        b += 64;
      }
    } else if (marker === 0xc4) {
      while (b < p) {
        const info = i32(load<u8>(b++));
        if ((info & 0xef) > 3 || b + 16 > p) return 4;
        let total: i32 = 0;
        for (let i: usize = 0; i < 16; i++) total += i32(load<u8>(b + i));
        if (total > 256 || b + 16 + usize(total) > p) return 4;
        const index = (info & 3) | ((info >> 4) << 2);
        if (!buildHuffman(HUFF + usize(index) * HUFF_SIZE, b, b + 16, total)) return 4;
        huffs |= 1 << index;
        if (index < 4) { for (let i = 0; i < total; i++) if (load<u8>(b + 16 + i) > 15) return 4; }
        b += 16 + usize(total);
      }
    } else if (marker === 0xc0 || marker === 0xc1) {
      if (
        seen || length < 8 + 3 * usize(components) || load<u8>(b) !== 8 || be16(b + 1) !== height ||
        be16(b + 3) !== width || i32(load<u8>(b + 5)) !== components
      ) return 5;
      seen = true;
      b += 6;
      id0 = i32(load<u8>(b));
      const sampling = i32(load<u8>(b + 1));
      q0 = load<u8>(b + 2);
      if (components === 1 && sampling !== 0x11) return 6;
      if (components === 3) {
        h = sampling >> 4;
        v = sampling & 15;
        id1 = i32(load<u8>(b + 3));
        id2 = i32(load<u8>(b + 6));
        q1 = load<u8>(b + 5);
        q2 = load<u8>(b + 8);
        if (load<u8>(b + 4) !== 0x11 || load<u8>(b + 7) !== 0x11) return 6;
        if (!((h === 1 && v === 1) || (h === 2 && v === 1) || (h === 2 && v === 2))) return 6;
      }
      if (q0 > 3 || q1 > 3 || q2 > 3) return 6;
    } else if (marker === 0xdd) {
      if (length !== 4) return 7;
      restart = be16(b);
    } else if (marker === 0xda) {
      if (!seen || i32(load<u8>(b)) !== components || length !== 6 + 2 * usize(components)) {
        return 8;
      }
      if (
        load<u8>(b + 1 + 2 * components) !== 0 || load<u8>(b + 2 + 2 * components) !== 63 ||
        load<u8>(b + 3 + 2 * components) !== 0
      ) return 8;
      if (
        i32(load<u8>(b + 1)) !== id0 ||
        (components === 3 && (i32(load<u8>(b + 3)) !== id1 || i32(load<u8>(b + 5)) !== id2))
      ) return 8;
      if (h === 2 && width < 6) return 8; // libjpeg repeats chroma that narrow
      if (components === 3 && !jfif && !adobe && (id0 !== 1 || id1 !== 2 || id2 !== 3)) return 8;
      const need = (1 << i32(q0)) | (components === 3 ? (1 << i32(q1)) | (1 << i32(q2)) : 0);
      if ((quants & need) !== need) return 9;
      const t0 = i32(load<u8>(b + 2));
      const t1 = components === 3 ? i32(load<u8>(b + 4)) : t0;
      const t2 = components === 3 ? i32(load<u8>(b + 6)) : t0;
      const bits = tableBits(t0) | tableBits(t1) | tableBits(t2);
      if (((t0 | t1 | t2) & 0xcc) !== 0 || (huffs & bits) !== bits) return 9;
      const wide = (width + 8 * h - 1) / (8 * h), high = (height + 8 * v - 1) / (8 * v);
      const strideY = usize(wide * 8 * h), strideC = usize(wide * 8);
      const planeB = planes + strideY * usize(high * 8 * v),
        planeR = planeB + strideC * usize(high * 8);
      startBits(p, stop);
      const dc0 = HUFF + usize(t0 >> 4) * HUFF_SIZE, ac0 = HUFF + usize(4 + (t0 & 3)) * HUFF_SIZE;
      const dc1 = HUFF + usize(t1 >> 4) * HUFF_SIZE, ac1 = HUFF + usize(4 + (t1 & 3)) * HUFF_SIZE;
      const dc2 = HUFF + usize(t2 >> 4) * HUFF_SIZE, ac2 = HUFF + usize(4 + (t2 & 3)) * HUFF_SIZE;
      let y0: i32 = 0, b0: i32 = 0, r0: i32 = 0;
      let todo = restart > 0 ? restart : 0x7fffffff;
      let next: i32 = 0;
      for (let my = 0; my < high; my++) {
        for (let mx = 0; mx < wide; mx++) {
          if (todo === 0) {
            if (!takeMarker(0xd0 + next)) return 10;
            next = (next + 1) & 7;
            y0 = b0 = r0 = 0;
            todo = restart;
          }
          todo--;
          for (let j = 0; j < v; j++) {
            for (let i = 0; i < h; i++) {
              const last = readBlock(dc0, ac0, QUANT + (q0 << 8), y0);
              if (last < 0) return 11;
              y0 = lastDc();
              inverse(
                planes + usize((my * v + j) * 8) * strideY + usize((mx * h + i) * 8),
                strideY,
                last,
              );
            }
          }
          if (components === 3) {
            let last = readBlock(dc1, ac1, QUANT + (q1 << 8), b0);
            if (last < 0) return 11;
            b0 = lastDc();
            const to = usize(my * 8) * strideC + usize(mx * 8);
            inverse(planeB + to, strideC, last);
            last = readBlock(dc2, ac2, QUANT + (q2 << 8), r0);
            if (last < 0) return 11;
            r0 = lastDc();
            inverse(planeR + to, strideC, last);
          }
          if (isOverrun()) return 12;
        }
      }
      if (!takeMarker(0xd9)) return 13;
      if (components === 1) {
        for (let y = 0; y < height; y++) {
          memory.copy(out + usize(y) * usize(width), planes + usize(y) * strideY, width);
        }
      } else colour(planes, planeB, planeR, strideY, strideC, scratch, out, width, height, h, v);
      return 0;
    } else if (marker === 0xe0) {
      if (length >= 16 && load<u32>(b) === 0x4649464a && load<u8>(b + 4) === 0) {
        if (load<u8>(b + 5) !== 1) return 15; // libjpeg warns of other versions
        jfif = true;
      }
    } else if (marker === 0xee) {
      if (length >= 14 && load<u32>(b) === 0x626f6441) {
        adobe = true;
        if (load<u8>(b + 11) !== 1) return 15;
      }
    } else if (!((marker > 0xe0 && marker <= 0xef) || marker === 0xfe)) return 16;
  }
  return 17;
}

function tableBits(t: i32): i32 {
  return (1 << (t >> 4)) | (16 << (t & 15));
}
