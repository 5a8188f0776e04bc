// Panels: how a product reads its second matrix. Panel p holds columns 8p to 8p + 7 of every row, row
// after row, so that the innermost loop reads 32 bytes after 32 bytes. Columns beyond the matrix are
// zeros.

/** Columns of a panel. */
export const PANEL: i32 = 8;

/** `n`, rounded up to whole panels. */
// @ts-ignore: decorator
@inline
export function wholePanels(n: i32): i32 {
  return (n + PANEL - 1) & ~(PANEL - 1);
}

/** Four rows of four floats from `from`, `stride` bytes apart, as columns: stored 32 bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, stride: usize, out: usize): void {
  const a = v128.load(from), b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride), d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(out, v128.shuffle<i64>(ab, cd, 1, 3), 32);
  v128.store(out, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 64);
  v128.store(out, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 96);
}

/**
 * Packs B (k x n, element (i, j) at `b + i * rowStride + j * columnStride`, in bytes) into panels of
 * `k` rows each, `panelBytes` apart.
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
  for (let j: i32 = 0; j < n; j += PANEL) {
    let out = panels, row = b + <usize> j * columnStride;
    const columns = min(PANEL, n - j);
    let i: i32 = 0;
    if (columns == PANEL && columnStride == 4) {
      for (; i < k; i++) {
        v128.store(out, v128.load(row));
        v128.store(out, v128.load(row, 16), 16);
        out += 32;
        row += rowStride;
      }
    } else if (columns == PANEL && rowStride == 4) {
      for (; i + 4 <= k; i += 4) {
        transpose4(row, columnStride, out);
        transpose4(row + 4 * columnStride, columnStride, out + 16);
        out += 128;
        row += 16;
      }
    }
    for (; i < k; i++) {
      for (let c: i32 = 0; c < PANEL; c++) {
        store<f32>(out, c < columns ? load<f32>(row + <usize> c * columnStride) : 0);
        out += 4;
      }
      row += rowStride;
    }
    panels += panelBytes;
  }
}

/** Copies a bias of `n` floats to `target`, zeros up to whole panels. Returns `target`, or 0 for 0. */
export function packBias(bias: usize, n: i32, target: usize): usize {
  if (bias == 0) return 0;
  for (let j: i32 = 0; j < wholePanels(n); j++) {
    const at = <usize> j << 2;
    store<f32>(target + at, j < n ? load<f32>(bias + at) : 0);
  }
  return target;
}
