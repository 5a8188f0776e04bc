/** How this machine rounds, as far as trainings notice it. */

import { sha256 } from "./_tensors.ts";

/** `(1 + 2^-12)^2 - (1 + 2^-11)` is 2^-24 if the product is not rounded, else 0. */
const A = 1 + 2 ** -12, C = -(1 + 2 ** -11);

/** A WebAssembly module whose `f(a, c)` is the first lane of `f32x4.relaxed_madd(a, a, c)`. */
const MADD = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7d, 0x7d, 0x01, 0x7d], // type: (f32, f32) to f32
  ...[0x03, 0x02, 0x01, 0x00], // one function of it
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // exported as "f"
  ...[0x0a, 0x16, 0x01, 0x14, 0x00], // its code, without locals
  ...[0x20, 0x00, 0xfd, 0x13], // a, splat
  ...[0x20, 0x00, 0xfd, 0x13], // a, splat
  ...[0x20, 0x01, 0xfd, 0x13], // c, splat
  ...[0xfd, 0x85, 0x02], // relaxed_madd
  ...[0xfd, 0x1f, 0x00], // lane 0
  0x0b, // end
]);

/** Whether products are fused with sums, and whether engine and CPU let us choose. */
function madd(): string {
  if (!WebAssembly.validate(MADD)) return "no relaxed SIMD";
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MADD));
  const f = exports["f"] as (a: number, c: number) => number;
  return f(A, C) === 0 ? "rounded product" : "fused product";
}

/** A hash of functions whose last digit is the engine's choice. */
function functions(): string {
  const names = ["exp", "log", "log1p", "expm1", "sin", "cos", "tanh", "pow", "sqrt"] as const;
  const values = names.flatMap((name) =>
    Array.from({ length: 64 }, (_, i) => Math[name](0.037 * (i + 1), 1.7))
  );
  return sha256(new Uint8Array(new Float64Array(values).buffer)).slice(0, 16);
}

/** The same on all machines whose trainings are the same to the last bit. */
export function rounding(): string {
  return `${madd()}, functions ${functions()}`;
}
