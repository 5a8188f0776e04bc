/** The speed of matrix products on the wasm backend. */

/** Time of the measurement, and waiting time within it, ms: the engine optimises code meanwhile. */
const MEASURE_MS = 800, PAUSE_MS = 10;
/** Gain above which products count as computed by 256-bit operations. */
const GAIN = 1.1;

/** The speed of products on one core. */
export interface ProductSpeed {
  /** Without tiles, by 128-bit operations, GFLOP/s. */
  readonly plainGflops: number;
  /** By tiles, GFLOP/s: above the former where the engine packs them into 256-bit operations. */
  readonly tilesGflops: number;
  /** Whether long work runs by tiles. */
  readonly tiles: boolean;
}

/**
 * Measures products with tiles and without. Requires the wasm backend.
 *
 * @returns The speeds; undefined if the engine cannot run tiles.
 */
export async function productSpeed(): Promise<ProductSpeed | undefined> {
  const { tiles } = (await import("./wasm/session.ts")).session();
  if (!tiles.open && !tiles.chosen) return undefined;
  let plain = 0, tiled = 0;
  for (const start = performance.now(); performance.now() - start < MEASURE_MS;) {
    for (let i = 0; i < 5; i++) {
      const speeds = tiles.measure();
      plain = Math.max(plain, speeds.plain);
      tiled = Math.max(tiled, speeds.tiles);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  const gflops = (multiplyAddsPerMs: number) => 2 * multiplyAddsPerMs / 1e6;
  return {
    plainGflops: gflops(plain),
    tilesGflops: gflops(tiled),
    tiles: tiled >= GAIN * plain,
  };
}
