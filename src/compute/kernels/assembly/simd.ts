// Helpers shared by all kernels. This is AssemblyScript, compiled to WebAssembly. The module has no memory
// of its own: pointers are addresses in the memory of tfjs's wasm backend, so no code here may need
// static data or a heap.

/** `a * b + c`, with a single rounding in the build with relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Copies `count` floats from `source` to `target`. */
// @ts-ignore: decorator
@inline
export function copyFloats(target: usize, source: usize, count: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(target + (<usize> i << 2), v128.load(source + (<usize> i << 2)));
  }
  for (; i < count; i++) {
    store<f32>(target + (<usize> i << 2), load<f32>(source + (<usize> i << 2)));
  }
}

/** Sets `count` floats at `target` to zero. */
// @ts-ignore: decorator
@inline
export function zeroFloats(target: usize, count: i32): void {
  memory.fill(target, 0, <usize> count << 2);
}

/** Adds `count` floats at `source` to those at `target`. */
// @ts-ignore: decorator
@inline
export function addFloats(target: usize, source: usize, count: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const t = target + (<usize> i << 2);
    v128.store(t, f32x4.add(v128.load(t), v128.load(source + (<usize> i << 2))));
  }
  for (; i < count; i++) {
    const t = target + (<usize> i << 2);
    store<f32>(t, load<f32>(t) + load<f32>(source + (<usize> i << 2)));
  }
}
