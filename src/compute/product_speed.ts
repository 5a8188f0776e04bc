/** The speed of matrix products on the wasm backend. */

/** Waiting time between measurements, ms: the engine optimises code in another thread. */
const PAUSE_MS = 20;

/** The speed of products on one core. */
export interface ProductSpeed {
  /** By 128-bit operations, GFLOP/s. */
  readonly plainGflops: number;
  /** By tiles, GFLOP/s: above the former where the engine packs them into 256-bit operations. */
  readonly tilesGflops: number;
  /** Whether long work runs by tiles. */
  readonly tiles: boolean;
}

/**
 * Measures products with and without tiles until one way is chosen. Requires the wasm backend.
 *
 * @returns The speeds; undefined if the engine cannot run tiles.
 */
export async function productSpeed(): Promise<ProductSpeed | undefined> {
  const { tiles } = (await import("./wasm/session.ts")).session();
  while (tiles.open) {
    tiles.measure();
    if (tiles.open) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  if (!tiles.speeds) return undefined;
  const gflops = (multiplyAddsPerMs: number) => 2 * multiplyAddsPerMs / 1e6;
  return {
    plainGflops: gflops(tiles.speeds.plain),
    tilesGflops: gflops(tiles.speeds.tiles),
    tiles: tiles.chosen,
  };
}
