/**
 * Lines along which a function is 0: marching squares.
 *
 * Not by a library: d3-contour 4.0.3 interpolates (a circle of 33 steps radius is off by 1e-4 of it,
 * here by 1e-14) and closes lines along the border.
 */

/** A line of points. */
export interface Curve {
  /** Arcsec, to the right. */
  readonly x: Float64Array;
  /** Arcsec, up. */
  readonly y: Float64Array;
  /** Whether the last point is followed by the first; otherwise it leaves the field. */
  readonly closed: boolean;
}

/** A function on a lattice of points. */
export interface Lattice {
  /** Points in a row. */
  readonly columns: number;
  /** Points in a column. */
  readonly rows: number;
  /** Where a column is. */
  x(column: number): number;
  /** Where a row is. */
  y(row: number): number;
  /** The function. */
  value(x: number, y: number): number;
}

/** A 10^12-th of an edge. */
const HALVINGS = 40;
/** Where the function is further from 0 than this on both sides of a change of sign, it has a pole. */
const POLE = 1e-3;

/**
 * The lines along which the function changes its sign and is 0, not a pole; the longest first.
 *
 * Edges between neighbouring points have a number: twice the point's index for the edge to its right,
 * one more for the edge below it. A cell links the edges that the line crosses, two by two; where it
 * crosses all four, the sign in the middle says which belong together.
 */
export function contours(lattice: Lattice): Curve[] {
  const { columns, rows } = lattice;
  const positive = new Uint8Array(columns * rows);
  for (let i = 0; i < positive.length; i++) {
    const value = lattice.value(lattice.x(i % columns), lattice.y(Math.floor(i / columns)));
    positive[i] = value > 0 ? 1 : 0;
  }
  const links = new Map<number, number[]>();
  const link = (a: number, b: number) => {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const others = links.get(from);
      if (others) others.push(to);
      else links.set(from, [to]);
    }
  };
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const i = row * columns + column;
      const corners = [i, i + 1, i + columns + 1, i + columns]; // clockwise
      const edges = [2 * i, 2 * (i + 1) + 1, 2 * (i + columns), 2 * i + 1]; // after each corner
      const crossed = edges.filter((_, k) =>
        positive[corners[k]!] !== positive[corners[(k + 1) % 4]!]
      );
      if (crossed.length === 2) link(crossed[0]!, crossed[1]!);
      if (crossed.length < 4) continue;
      const middle = lattice.value(lattice.x(column + 0.5), lattice.y(row + 0.5)) > 0 ? 1 : 0;
      // The two corners unlike the middle are cut off, each by the edges beside it.
      const first = positive[i] === middle ? 0 : 3;
      link(edges[first]!, edges[(first + 1) % 4]!);
      link(edges[(first + 2) % 4]!, edges[(first + 3) % 4]!);
    }
  }
  return lines(links).map(({ edges, closed }) => curve(edges, closed, lattice))
    .filter(({ x, y }) => x.some((_, i) => Math.abs(lattice.value(x[i]!, y[i]!)) < POLE))
    .sort((a, b) => b.x.length - a.x.length);
}

/** Edges in the order in which lines cross them: open lines first, then closed ones. */
function lines(links: Map<number, number[]>): { edges: number[]; closed: boolean }[] {
  const found: { edges: number[]; closed: boolean }[] = [];
  const left = new Set(links.keys());
  const follow = (start: number, closed: boolean) => {
    const edges: number[] = [];
    for (let at: number | undefined = start; at !== undefined;) {
      edges.push(at);
      left.delete(at);
      at = links.get(at)!.find((next) => left.has(next));
    }
    found.push({ edges, closed });
  };
  for (const [edge, others] of links) {
    if (others.length === 1 && left.has(edge)) follow(edge, false);
  }
  for (const edge of links.keys()) if (left.has(edge)) follow(edge, true);
  return found;
}

/** The points on the edges, by halving. */
function curve(edges: readonly number[], closed: boolean, lattice: Lattice): Curve {
  const x = new Float64Array(edges.length), y = new Float64Array(edges.length);
  for (const [i, edge] of edges.entries()) {
    const point = edge >> 1, down = edge & 1;
    const column = point % lattice.columns, row = Math.floor(point / lattice.columns);
    const at = (t: number) =>
      [
        lattice.x(column + (1 - down) * t),
        lattice.y(row + down * t),
      ] as const;
    const start = lattice.value(...at(0)) > 0;
    let low = 0, high = 1;
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (lattice.value(...at(middle)) > 0 === start) low = middle;
      else high = middle;
    }
    [x[i], y[i]] = at(low);
  }
  return { x, y, closed };
}
