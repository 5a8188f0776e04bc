/** Images made by integer arithmetic alone, so that every machine makes the same; as IDX and CSV. */

/** Numbers of images and where in the series they begin. */
export interface Series {
  readonly count: number;
  readonly seed: number;
}

/** Labels that the images have in turn. */
const LABELS = 3;

/** Integers from 0 below 2^15, the same for a seed for ever (the generator of ISO C's example). */
function generator(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 1103515245n + 12345n) & 0x7fffffffn;
    return Number(state >> 16n);
  };
}

/** Every so many images one is dark: what is added to a brightness lest it be 0 shows in it alone. */
const DARK = 6;

/** The samples of an image: a bright disc whose place its label decides, on a slope, with noise. */
function draw(side: number, label: number, dim: number, next: () => number): Uint8Array {
  const data = new Uint8Array(side * side);
  const radius = 1 + side * (2 + next() % 3) / 16;
  const x0 = side * (2 + label * 2 + next() % 3) / 10, y0 = side * (3 + next() % 5) / 10;
  for (let i = 0; i < data.length; i++) {
    const x = i % side - x0, y = Math.floor(i / side) - y0;
    const disc = x * x + y * y < radius * radius ? 120 : 0;
    const level = 20 + disc + Math.floor(40 * (i % side) / side) + next() % 32;
    data[i] = Math.floor(level / dim);
  }
  return data;
}

/** An IDX file of bytes. */
function idx(shape: readonly number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** Writes square images as IDX, their labels beside them; the path of the images. */
async function writeImages(path: string, side: number, series: Series): Promise<string> {
  const { count, seed } = series;
  const next = generator(seed), samples = new Uint8Array(count * side * side);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % LABELS);
  for (let i = 0; i < count; i++) {
    samples.set(draw(side, labels[i]!, i % DARK === DARK - 1 ? 32 : 1, next), i * side * side);
  }
  return await writeIdx(path, side, labels, samples);
}

/** Writes square images one after the other as IDX, their labels beside them; the path of the images. */
export async function writeIdx(
  path: string,
  side: number,
  labels: Uint8Array,
  samples: Uint8Array,
): Promise<string> {
  const { length } = labels;
  await Deno.writeFile(`${path}-images-idx3-ubyte`, idx([length, side, side], samples));
  await Deno.writeFile(`${path}-labels-idx1-ubyte`, idx([length], labels));
  return `${path}-images-idx3-ubyte`;
}

/** Writes points near a plane as a CSV file with labels; its path. */
async function writePoints(path: string, series: Series): Promise<string> {
  const next = generator(series.seed);
  let text = "x,y,z,label\n";
  for (let i = 0; i < series.count; i++) {
    const x = next() % 512 / 128 - 2, y = next() % 512 / 256 - 1, off = next() % 64 / 1024;
    text += `${x},${y},${x - y + off},${i % LABELS}\n`;
  }
  await Deno.writeTextFile(`${path}.csv`, text);
  return `${path}.csv`;
}

/** Writes square images, or points if the side is 0; their path. */
export function writeSeries(path: string, side: number, series: Series): Promise<string> {
  return side > 0 ? writeImages(path, side, series) : writePoints(path, series);
}
