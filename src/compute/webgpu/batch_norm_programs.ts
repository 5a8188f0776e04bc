/**
 * Programs of batch normalisation and running statistics.
 *
 * Variances use Welford's recurrence within a thread and Chan's merging between threads and blocks (Chan,
 * Golub and LeVeque 1983, equation 2.1): as accurate as two passes, with one read of the tensor.
 */

import { columnProgram } from "./columns.ts";
import { defineProgram, forEachElement, type Program } from "./program.ts";

/** Merges states (count, mean, sum of squared deviations). */
const CHAN = `
fn merge(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
  let n = a.x + b.x;
  if (n == 0.0) { return a; }
  let d = b.y - a.y;
  let share = b.x / n;
  return vec3<f32>(n, a.y + d * share, a.z + b.z + d * d * a.x * share);
}`;

/** Mean of each column, and variance or (for blocks) sum of squared deviations. */
export const STATISTICS = columnProgram({
  name: "batch_norm_statistics",
  writes: ["mean", "square"],
  reads: ["x"],
  uniforms: {},
  state: "vec3<f32>",
  functions: CHAN,
  each: `
      let d = x[i] - state.y;
      state.x += 1.0;
      state.y += d / state.x;
      state.z += d * (x[i] - state.y);`,
  after: `
    mean[o] = total.y;
    square[o] = select(total.z, total.z / total.x, u.blocks == 1u);`,
});

/** Merges blocks: `rows` counts blocks, `length` rows per block, `all` rows of the tensor. */
export const MERGE_STATISTICS = columnProgram({
  name: "batch_norm_merge_statistics",
  writes: ["mean", "variance"],
  reads: ["means", "squares"],
  uniforms: { length: "u32", all: "u32" },
  state: "vec3<f32>",
  functions: CHAN,
  each: `
      let n = f32(min(u.length, u.all - row * u.length));
      state = merge(state, vec3<f32>(n, means[i], squares[i]));`,
  after: `
    mean[o] = total.y;
    variance[o] = total.z / total.x;`,
});

/** (x - mean) / deviation * gamma + beta, optionally rectified. */
export const NORMALISE = defineProgram({
  name: "batch_norm_normalise",
  writes: ["y"],
  reads: ["x", "gamma", "beta", "mean", "variance"],
  uniforms: { size: "u32", columns: "u32", epsilon: "f32", relu: "u32" },
  code: forEachElement(`
    let c = i % u.columns;
    let scale = gamma[c] * inverseSqrt(variance[c] + u.epsilon);
    let z = (x[i] - mean[c]) * scale + beta[c];
    y[i] = select(z, max(z, 0.0), u.relu == 1u);`),
});

/** Epilogue of both sums: gradients of beta and gamma, and per-column terms of `dx`. */
const GRADIENT_EPILOGUE = `
fn epilogue(c: u32, total: vec2<f32>) {
  let deviation = inverseSqrt(variance[c] + u.epsilon);
  dbeta[c] = total.x;
  dgamma[c] = total.y * deviation;
  terms[4u * c] = deviation;
  terms[4u * c + 1u] = mean[c];
  terms[4u * c + 2u] = total.x / f32(u.count);
  terms[4u * c + 3u] = total.y * deviation * deviation / f32(u.count);
}`;

/** Sums of dy and of dy (x - mean) per column, over all rows or per block of rows. */
export const GRADIENT_SUMS = columnProgram({
  name: "batch_norm_gradient_sums",
  writes: ["dbeta", "dgamma", "terms"],
  reads: ["dy", "x", "y", "mean", "variance"],
  uniforms: { count: "u32", epsilon: "f32", relu: "u32" },
  state: "vec2<f32>",
  functions: GRADIENT_EPILOGUE,
  before: "let centre = mean[column];",
  each: `
      let g = select(dy[i], 0.0, u.relu == 1u && y[i] <= 0.0);
      state += vec2<f32>(g, g * (x[i] - centre));`,
  after: `
    if (u.blocks == 1u) {
      epilogue(column, total);
    } else {
      dbeta[o] = total.x;
      dgamma[o] = total.y;
    }`,
});

/** Merges the sums of blocks. */
export const MERGE_GRADIENT_SUMS = columnProgram({
  name: "batch_norm_merge_gradient_sums",
  writes: ["dbeta", "dgamma", "terms"],
  reads: ["sums", "products", "mean", "variance"],
  uniforms: { count: "u32", epsilon: "f32" },
  state: "vec2<f32>",
  functions: GRADIENT_EPILOGUE,
  each: "state += vec2<f32>(sums[i], products[i]);",
  after: "epilogue(column, total);",
});

/** gamma / deviation * (dy - mean dy - x^ * mean (dy x^)), x^ = (x - mean) / deviation. */
export const GRADIENT = defineProgram({
  name: "batch_norm_gradient",
  writes: ["dx"],
  reads: ["dy", "x", "y", "gamma", "terms"],
  uniforms: { size: "u32", columns: "u32", relu: "u32" },
  code: forEachElement(`
    let c = i % u.columns;
    let g = select(dy[i], 0.0, u.relu == 1u && y[i] <= 0.0);
    let slope = (x[i] - terms[4u * c + 1u]) * terms[4u * c + 3u];
    dx[i] = gamma[c] * terms[4u * c] * (g - terms[4u * c + 2u] - slope);`),
});

/** Running statistics after a batch; `rest` is 1 - momentum to the last bit. */
export const BLEND = defineProgram({
  name: "blend_statistics",
  writes: ["meanAfter", "varianceAfter"],
  reads: ["runningMean", "runningVariance", "mean", "variance"],
  uniforms: { size: "u32", momentum: "f32", rest: "f32", correction: "f32" },
  code: forEachElement(`
    meanAfter[i] = runningMean[i] * u.rest + mean[i] * u.momentum;
    varianceAfter[i] = runningVariance[i] * u.rest + variance[i] * u.correction * u.momentum;`),
});

/** All programs. */
export const BATCH_NORM_PROGRAMS: readonly Program[] = [
  STATISTICS,
  MERGE_STATISTICS,
  NORMALISE,
  GRADIENT_SUMS,
  MERGE_GRADIENT_SUMS,
  GRADIENT,
  BLEND,
];
