// Panels: the packed layout of a product's second matrix. Panel p holds columns 8p to 8p + 7 of every
// row, row by row, so that the innermost loop reads 32 contiguous bytes per step. Columns beyond the
// matrix are zeros.

/** Columns per panel. */
export const PANEL: i32 = 8;

/** `n`, rounded up to whole panels. */
// @ts-ignore: decorator
@inline
export function wholePanels(n: i32): i32 {
  return (n + PANEL - 1) & ~(PANEL - 1);
}

/** Transposes four rows of four floats, `stride` bytes apart, into rows `outStride` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose4(from: usize, stride: usize, out: usize, outStride: usize): void {
  const a = v128.load(from), b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride), d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(out + outStride, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(out + 2 * outStride, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(out + 3 * outStride, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** Packs whole panels of a B with contiguous rows, row by row, so that B is streamed. */
// @ts-ignore: decorator
@inline
function packRows(
  b: usize,
  rowStride: usize,
  k: i32,
  n: i32,
  panels: usize,
  panelBytes: usize,
): void {
  for (let i: i32 = 0; i < k; i++) {
    let from = b, to = panels;
    for (let j: i32 = 0; j + PANEL <= n; j += PANEL) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += 32;
      to += panelBytes;
    }
    b += rowStride;
    panels += 32;
  }
}

/** Packs whole panels of a B with contiguous columns, except the last k % 4 rows. */
// @ts-ignore: decorator
@inline
function packColumns(
  b: usize,
  columnStride: usize,
  k: i32,
  n: i32,
  panels: usize,
  panelBytes: usize,
): void {
  for (let j: i32 = 0; j + PANEL <= n; j += PANEL) {
    let from = b, to = panels;
    for (let i: i32 = 0; i + 4 <= k; i += 4) {
      transpose4(from, columnStride, to, 32);
      transpose4(from + 4 * columnStride, columnStride, to + 16, 32);
      from += 16;
      to += 128;
    }
    b += <usize> PANEL * columnStride;
    panels += panelBytes;
  }
}

/**
 * Packs B (k x n, element (i, j) at `b + i * rowStride + j * columnStride`, in bytes) into panels
 * of `k` rows each, `panelBytes` apart.
 */
export function packPanels(
  b: usize,
  rowStride: usize,
  columnStride: usize,
  k: i32,
  n: i32,
  panels: usize,
  panelBytes: usize,
): void {
  // The remainder: rows of whole panels from `row`, and a partial last panel.
  let row = 0;
  if (columnStride == 4) {
    packRows(b, rowStride, k, n, panels, panelBytes);
    row = k;
  } else if (rowStride == 4) {
    packColumns(b, columnStride, k, n, panels, panelBytes);
    row = k & ~3;
  }
  for (let j: i32 = 0; j < n; j += PANEL) {
    const columns = min(PANEL, n - j);
    for (let i = columns == PANEL ? row : 0; i < k; i++) {
      let from = b + <usize> i * rowStride, to = panels + <usize> i * 32;
      for (let c: i32 = 0; c < PANEL; c++) {
        store<f32>(to, c < columns ? load<f32>(from) : 0);
        from += columnStride;
        to += 4;
      }
    }
    b += <usize> PANEL * columnStride;
    panels += panelBytes;
  }
}

/** Copies a bias of `n` floats, padded to whole panels, to `target`; returns `target`, or 0 for 0. */
export function packBias(bias: usize, n: i32, target: usize): usize {
  if (bias == 0) return 0;
  for (let j: i32 = 0; j < wholePanels(n); j++) {
    const at = <usize> j << 2;
    store<f32>(target + at, j < n ? load<f32>(bias + at) : 0);
  }
  return target;
}
