// Distances of rows to rows that were chosen for them.

/**
 * The distance of each row of A to one row of B. Sums are made number by number, as tfjs makes them, so that the
 * bits are the same.
 *
 * @param a m x k
 * @param b rows of k floats
 * @param places m integers: the row of B for each row of A
 * @param out m floats
 */
export function rowDistances(
  a: usize,
  b: usize,
  places: usize,
  out: usize,
  m: i32,
  k: i32,
): void {
  const row = <usize> k << 2;
  for (let i: i32 = 0; i < m; i++) {
    let right = b + <usize> load<i32>(places) * row, sum: f32 = 0;
    for (const end = a + row; a < end; a += 4, right += 4) {
      const difference = load<f32>(a) - load<f32>(right);
      sum += difference * difference;
    }
    store<f32>(out, sqrt<f32>(sum));
    places += 4;
    out += 4;
  }
}
