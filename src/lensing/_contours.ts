/** Where a function of two coordinates is 0: marching squares, with each crossing found to rounding. */

/** The corners of the squares. */
export interface Lattice {
  /** The first corner. */
  readonly x: number;
  /** The first corner. */
  readonly y: number;
  /** Side of a square. */
  readonly step: number;
  /** Squares along a side. */
  readonly count: number;
}

/** Halvings of an edge: to 1e-14 of it. */
const HALVINGS = 46;

/**
 * The contours at 0, as polylines x0, y0, x1, y1 ...; closed ones end where they begin.
 *
 * Two contours through one square are told apart by the value in its middle.
 */
export function zeroContours(
  f: (x: number, y: number) => number,
  lattice: Lattice,
): Float64Array[] {
  const { count, step } = lattice, corners = count + 1;
  const positive = new Uint8Array(corners * corners);
  for (let j = 0; j < corners; j++) {
    for (let i = 0; i < corners; i++) {
      positive[j * corners + i] = f(lattice.x + i * step, lattice.y + j * step) > 0 ? 1 : 0;
    }
  }
  // An edge is 2 x its first corner, + 1 if it goes up.
  const links = new Map<number, number[]>();
  const join = (a: number, b: number) => {
    link(links, a, b);
    link(links, b, a);
  };
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const corner = j * corners + i;
      const a = positive[corner]!, b = positive[corner + 1]!;
      const c = positive[corner + corners + 1]!, d = positive[corner + corners]!;
      if (a === b && b === c && c === d) continue;
      const bottom = 2 * corner, left = bottom + 1;
      const top = 2 * (corner + corners), right = 2 * (corner + 1) + 1;
      if (a === c && b === d) {
        const middle = f(lattice.x + (i + 0.5) * step, lattice.y + (j + 0.5) * step) > 0 ? 1 : 0;
        join(bottom, middle === a ? right : left);
        join(top, middle === a ? left : right);
      } else {
        const crossed: number[] = [];
        if (a !== b) crossed.push(bottom);
        if (b !== c) crossed.push(right);
        if (c !== d) crossed.push(top);
        if (d !== a) crossed.push(left);
        join(crossed[0]!, crossed[1]!);
      }
    }
  }
  return chains(links).map((edges) => {
    const points = new Float64Array(2 * edges.length);
    edges.forEach((edge, at) => points.set(crossing(f, lattice, edge, positive), 2 * at));
    return points;
  });
}

function link(links: Map<number, number[]>, from: number, to: number): void {
  const others = links.get(from);
  if (others) others.push(to);
  else links.set(from, [to]);
}

/** Walks along the links: first from the ends of open contours, then around closed ones. */
function chains(links: Map<number, number[]>): number[][] {
  const found: number[][] = [], seen = new Set<number>();
  const walk = (start: number) => {
    const chain = [start];
    seen.add(start);
    for (let at: number | undefined = start; at !== undefined;) {
      at = links.get(at)?.find((next) => !seen.has(next));
      if (at === undefined) break;
      seen.add(at);
      chain.push(at);
    }
    if (
      chain.length > 2 && links.get(start)?.includes(chain.at(-1)!) &&
      links.get(start)?.length === 2
    ) {
      chain.push(start);
    }
    found.push(chain);
  };
  for (const [edge, others] of links) if (others.length === 1 && !seen.has(edge)) walk(edge);
  for (const edge of links.keys()) if (!seen.has(edge)) walk(edge);
  return found;
}

/** Where f changes its sign on an edge, by halving it. */
function crossing(
  f: (x: number, y: number) => number,
  { x, y, step, count }: Lattice,
  edge: number,
  positive: Uint8Array,
): [number, number] {
  const corner = Math.floor(edge / 2), up = edge % 2, corners = count + 1;
  const x0 = x + (corner % corners) * step, y0 = y + Math.floor(corner / corners) * step;
  const sign = positive[corner] === 1;
  let low = 0, high = 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = 0.5 * (low + high), t = middle * step;
    if ((f(up ? x0 : x0 + t, up ? y0 + t : y0) > 0) === sign) low = middle;
    else high = middle;
  }
  const t = 0.5 * (low + high) * step;
  return up ? [x0, y0 + t] : [x0 + t, y0];
}
