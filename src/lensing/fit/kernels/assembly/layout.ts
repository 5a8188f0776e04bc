// Constant addresses in the first page of the memory, in bytes.

import { BLOCK } from "./simd";

/** Constants of exponential and logarithm, 32 doubles: see math.ts. */
export const MATH: usize = 0;
/** Numbers of the halo, 64 doubles: see halo.ts. */
export const HALO: usize = 256;
/** Numbers of the deflection, 16 doubles: see light.ts; the first is the Einstein radius. */
export const DEFLECTION: usize = 768;
export const RING: usize = DEFLECTION;
/** Numbers of the profiles of source and lens, 16 doubles each: see sersic.ts. */
export const SOURCE: usize = 896;
export const LENS: usize = 1024;

/** Blocks begin here. */
const BLOCKS: usize = 2048;

/** Positions of rays, to the right and up. */
export const PX: usize = BLOCKS, PY: usize = BLOCKS + BLOCK;
/** Deflections of the halo. */
export const AX: usize = BLOCKS + 2 * BLOCK, AY: usize = BLOCKS + 3 * BLOCK;
/** Their derivatives by both numbers of the ellipse. */
export const AX1: usize = BLOCKS + 4 * BLOCK, AY1: usize = BLOCKS + 5 * BLOCK;
export const AX2: usize = BLOCKS + 6 * BLOCK, AY2: usize = BLOCKS + 7 * BLOCK;
/** Their derivatives by the position. */
export const AXX: usize = BLOCKS + 8 * BLOCK, AXY: usize = BLOCKS + 9 * BLOCK;
export const AYY: usize = BLOCKS + 10 * BLOCK;

/** The negative gradient of the light of a profile. */
export const FALL_X: usize = BLOCKS + 11 * BLOCK, FALL_Y: usize = BLOCKS + 12 * BLOCK;
/**
 * Positions and deflections of the rays that come next. They are copied here by 128 bits, as their addresses are
 * not constant; a load of 256 bits has to wait until such stores have left the core.
 */
export const NEXT_PX: usize = BLOCKS + 13 * BLOCK, NEXT_PY: usize = BLOCKS + 14 * BLOCK;
export const NEXT_AX: usize = BLOCKS + 15 * BLOCK, NEXT_AY: usize = BLOCKS + 16 * BLOCK;
/** Values on the way to the deflection: see halo.ts. */
export const HALO_BLOCKS: usize = BLOCKS + 17 * BLOCK;

/** Sums over the rays of a pixel: those of the source, then those of the light of the lens. */
export const SUMS: usize = BLOCKS + 32 * BLOCK;
export const LENS_SUMS: usize = SUMS + 16 * BLOCK;
/** Sums of a profile: light, fall, change with the index, negative gradient, moments. */
export const SUM_LIGHT: usize = 0, SUM_FALL: usize = BLOCK, SUM_INDEX: usize = 2 * BLOCK;
export const SUM_X: usize = 3 * BLOCK, SUM_Y: usize = 4 * BLOCK;
export const SUM_XX: usize = 5 * BLOCK, SUM_XY: usize = 6 * BLOCK, SUM_YY: usize = 7 * BLOCK;
/** Sums of the source alone: by the Einstein radius, the shear, the ellipse and the centre of the halo. */
export const SUM_RING: usize = 8 * BLOCK;
export const SUM_SHEAR1: usize = 9 * BLOCK, SUM_SHEAR2: usize = 10 * BLOCK;
export const SUM_HALO1: usize = 11 * BLOCK, SUM_HALO2: usize = 12 * BLOCK;
export const SUM_HALO_X: usize = 13 * BLOCK, SUM_HALO_Y: usize = 14 * BLOCK;
