/**
 * Zero contours of a function, by marching squares.
 *
 * Not by a library: d3-contour 4.0.3 interpolates linearly (relative error 1e-4 for a circle of 33
 * steps radius, 1e-14 here) and closes contours along the border.
 */

/** A polyline. */
export interface Curve {
  /** Positions, to the right, arcsec. */
  readonly x: Float64Array;
  /** Positions, up, arcsec. */
  readonly y: Float64Array;
  /** Whether the last point connects to the first; an open curve leaves the field. */
  readonly closed: boolean;
}

/** A function on a lattice of points. */
export interface Lattice {
  /** Points per row. */
  readonly columns: number;
  /** Points per column. */
  readonly rows: number;
  /** The x coordinate of a column. */
  x(column: number): number;
  /** The y coordinate of a row. */
  y(row: number): number;
  /** Value of the function. */
  value(x: number, y: number): number;
}

/** Bisections of an edge, down to 1e-12 of its length. */
const HALVINGS = 40;
/** Absolute value that all points of a curve exceed if the sign changes at a pole. */
const POLE = 1e-3;

/**
 * Finds the curves on which the function changes sign at a zero, not at a pole; longest first.
 *
 * An edge between neighbouring points is numbered by twice the index of its point, plus 0 for the
 * edge to the right and 1 for the edge below. A cell links the edges that a curve crosses, in
 * pairs; if it crosses all four, the sign at the centre decides the pairs.
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
      // Each of the two corners that differ from the centre is cut off by its adjacent edges.
      const first = positive[i] === middle ? 0 : 3;
      link(edges[first]!, edges[(first + 1) % 4]!);
      link(edges[(first + 2) % 4]!, edges[(first + 3) % 4]!);
    }
  }
  return lines(links).map(({ edges, closed }) => curve(edges, closed, lattice))
    .filter(({ x, y }) => x.some((_, i) => Math.abs(lattice.value(x[i]!, y[i]!)) < POLE))
    .sort((a, b) => b.x.length - a.x.length);
}

/** Orders edges along each curve; open curves come first, then closed ones. */
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

/** Finds the zeros on the edges, by bisection. */
function curve(edges: readonly number[], closed: boolean, lattice: Lattice): Curve {
  const x = new Float64Array(edges.length), y = new Float64Array(edges.length);
  for (const [i, edge] of edges.entries()) {
    const point = edge >> 1, down = edge & 1;
    const column = point % lattice.columns, row = Math.floor(point / lattice.columns);
    const at = (t: number) =>
      [lattice.x(column + (1 - down) * t), lattice.y(row + down * t)] as const;
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
