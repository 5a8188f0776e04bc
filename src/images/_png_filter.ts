/** PNG row filters (PNG specification, section 9). */

/**
 * Undoes the filters of one (sub)image in place, and removes the filter byte of each row.
 *
 * @param start Offset of the first row, before and after.
 * @param rowBytes Bytes per row, without the filter byte.
 * @param step Bytes per pixel, at least 1.
 * @returns The first invalid filter number; undefined if all are valid.
 */
export function unfilter(
  bytes: Uint8Array,
  start: number,
  rows: number,
  rowBytes: number,
  step: number,
): number | undefined {
  for (let y = 0; y < rows; y++) {
    const from = start + y * (rowBytes + 1) + 1;
    const to = start + y * rowBytes; // always left of `from`: reading runs ahead of writing
    const filter = bytes[from - 1] as number;
    if (filter === 0) bytes.copyWithin(to, from, from + rowBytes);
    else if (filter === 1) unfilterSub(bytes, from, to, rowBytes, step);
    else if (filter === 2) unfilterUp(bytes, from, to, rowBytes, y > 0);
    else if (filter === 3) unfilterAverage(bytes, from, to, rowBytes, step, y > 0);
    else if (filter === 4) unfilterPaeth(bytes, from, to, rowBytes, step, y > 0);
    else return filter;
  }
  return undefined;
}

function unfilterSub(b: Uint8Array, from: number, to: number, n: number, step: number): void {
  const first = Math.min(step, n);
  b.copyWithin(to, from, from + first);
  for (let i = first; i < n; i++) {
    b[to + i] = (b[from + i] as number) + (b[to + i - step] as number);
  }
}

function unfilterUp(b: Uint8Array, from: number, to: number, n: number, above: boolean): void {
  if (!above) {
    b.copyWithin(to, from, from + n);
    return;
  }
  const up = to - n;
  for (let i = 0; i < n; i++) b[to + i] = (b[from + i] as number) + (b[up + i] as number);
}

function unfilterAverage(
  b: Uint8Array,
  from: number,
  to: number,
  n: number,
  step: number,
  above: boolean,
): void {
  const up = to - n;
  for (let i = 0; i < n; i++) {
    const left = i >= step ? (b[to + i - step] as number) : 0;
    const top = above ? (b[up + i] as number) : 0;
    b[to + i] = (b[from + i] as number) + ((left + top) >> 1);
  }
}

function unfilterPaeth(
  b: Uint8Array,
  from: number,
  to: number,
  n: number,
  step: number,
  above: boolean,
): void {
  if (!above) return unfilterSub(b, from, to, n, step); // with nothing above, Paeth is the left
  const first = Math.min(step, n);
  const up = to - n;
  for (let i = 0; i < first; i++) b[to + i] = (b[from + i] as number) + (b[up + i] as number);
  for (let i = first; i < n; i++) {
    const left = b[to + i - step] as number;
    const top = b[up + i] as number;
    const corner = b[up + i - step] as number;
    const p = top - corner;
    const q = left - corner;
    const dLeft = p < 0 ? -p : p;
    const dTop = q < 0 ? -q : q;
    const dCorner = p + q < 0 ? -p - q : p + q;
    const best = dLeft <= dTop && dLeft <= dCorner ? left : dTop <= dCorner ? top : corner;
    b[to + i] = (b[from + i] as number) + best;
  }
}
