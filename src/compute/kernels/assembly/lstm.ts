// One step of long short-term memory. Gates [batch, 4 * units] in the order input, forget, cell, output,
// before their non-linearities; cell, state and hidden [batch, units].

import { sigmoid4, tanh4 } from "./math";

/** Loads up to four floats; the rest is 0. */
// @ts-ignore: decorator
@inline
function get(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let value = f32x4.splat(0);
  value = f32x4.replace_lane(value, 0, load<f32>(at));
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(at, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(at, 8));
  return value;
}

// @ts-ignore: decorator
@inline
function put(at: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, value);
    return;
  }
  store<f32>(at, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(value, 2), 8);
}

/** state = sigmoid(f) cell + sigmoid(i) tanh(g), hidden = sigmoid(o) tanh(state). */
export function lstmCell(
  gates: usize,
  cell: usize,
  hidden: usize,
  state: usize,
  batch: i32,
  units: i32,
): void {
  const quarter = <usize> units << 2;
  for (let n: i32 = 0; n < batch; n++) {
    for (let u: i32 = 0; u < units; u += 4) {
      const rest = units - u, at = <usize> u << 2;
      const i = sigmoid4(get(gates + at, rest));
      const f = sigmoid4(get(gates + quarter + at, rest));
      const g = tanh4(get(gates + 2 * quarter + at, rest));
      const o = sigmoid4(get(gates + 3 * quarter + at, rest));
      const s = f32x4.add(f32x4.mul(f, get(cell + at, rest)), f32x4.mul(i, g));
      put(state + at, s, rest);
      put(hidden + at, f32x4.mul(o, tanh4(s)), rest);
    }
    gates += 4 * quarter;
    cell += quarter;
    state += quarter;
    hidden += quarter;
  }
}

// @ts-ignore: decorator
@inline
function slope(s: v128): v128 {
  return f32x4.mul(s, f32x4.sub(f32x4.splat(1), s));
}

// @ts-ignore: decorator
@inline
function tanhSlope(t: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(t, t));
}

/** Computes dgates and dcell from dhidden and dstate. */
export function lstmCellGradient(
  dhidden: usize,
  dstate: usize,
  gates: usize,
  cell: usize,
  state: usize,
  dgates: usize,
  dcell: usize,
  batch: i32,
  units: i32,
): void {
  const quarter = <usize> units << 2;
  for (let n: i32 = 0; n < batch; n++) {
    for (let u: i32 = 0; u < units; u += 4) {
      const rest = units - u, at = <usize> u << 2;
      const i = sigmoid4(get(gates + at, rest));
      const f = sigmoid4(get(gates + quarter + at, rest));
      const g = tanh4(get(gates + 2 * quarter + at, rest));
      const o = sigmoid4(get(gates + 3 * quarter + at, rest));
      const t = tanh4(get(state + at, rest)), dh = get(dhidden + at, rest);
      const dc = f32x4.add(get(dstate + at, rest), f32x4.mul(f32x4.mul(dh, o), tanhSlope(t)));
      put(dgates + at, f32x4.mul(f32x4.mul(dc, g), slope(i)), rest);
      put(dgates + quarter + at, f32x4.mul(f32x4.mul(dc, get(cell + at, rest)), slope(f)), rest);
      put(dgates + 2 * quarter + at, f32x4.mul(f32x4.mul(dc, i), tanhSlope(g)), rest);
      put(dgates + 3 * quarter + at, f32x4.mul(f32x4.mul(dh, t), slope(o)), rest);
      put(dcell + at, f32x4.mul(dc, f), rest);
    }
    gates += 4 * quarter;
    dgates += 4 * quarter;
    cell += quarter;
    dcell += quarter;
    state += quarter;
    dhidden += quarter;
    dstate += quarter;
  }
}
