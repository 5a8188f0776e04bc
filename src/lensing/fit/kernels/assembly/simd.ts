// Helpers shared by the kernels. This is AssemblyScript, compiled to WebAssembly.
//
// V8 checks the bounds of every access at an address that it does not know; a check between two halves
// keeps it from packing pairs of 128-bit operations into 256-bit ones (its revectorizer, with the flag
// `--experimental-wasm-revectorize`). So the functions that compute work on blocks of eight doubles at
// constant addresses in the first page of the memory: those accesses need no check. Each pair of results
// is stored by `put`, after all loads, else a store between two loads would part the pair.

/** Bytes of a block of eight doubles. */
export const BLOCK: usize = 64;

/** `a * b + c`, with a single rounding in the build with relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** `c - a * b`, likewise. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(a, b, c);
  return f64x2.sub(c, f64x2.mul(a, b));
}

/** The number at an address, in both lanes. */
// @ts-ignore: decorator
@inline
export function number(at: usize): v128 {
  return v128.load64_splat(at);
}

/** Stores four doubles. */
// @ts-ignore: decorator
@inline
export function put(at: usize, low: v128, high: v128): void {
  v128.store(at, low);
  v128.store(at + 16, high);
}

/** Adds four doubles to those at an address. */
// @ts-ignore: decorator
@inline
export function add(at: usize, low: v128, high: v128): void {
  put(at, f64x2.add(v128.load(at), low), f64x2.add(v128.load(at + 16), high));
}

/** Copies a block between constant addresses. */
// @ts-ignore: decorator
@inline
export function moveBlock(to: usize, from: usize): void {
  put(to, v128.load(from), v128.load(from + 16));
  put(to + 32, v128.load(from + 32), v128.load(from + 48));
}

/** Copies a block from or to an address that is not constant. */
// @ts-ignore: decorator
@inline
export function copyBlock(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to + 16, v128.load(from + 16));
  v128.store(to + 32, v128.load(from + 32));
  v128.store(to + 48, v128.load(from + 48));
}

/** Sets a block to 0. */
// @ts-ignore: decorator
@inline
export function clearBlock(at: usize): void {
  const zero = f64x2.splat(0);
  put(at, zero, zero);
  put(at + 32, zero, zero);
}
