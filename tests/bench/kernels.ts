/**
 * Measures products and convolutions on one core, by kernel and shape: checked, then timed, beside
 * tfjs's own wasm kernels where they exist.
 *
 *     deno run --v8-flags=--experimental-wasm-revectorize --allow-read tests/bench/kernels.ts [--quick]
 *
 * The ratio is that of the tiles' time to the time without them.
 *
 * GFLOP/s count the multiplications and additions of the plain algorithm, so Winograd's transforms can
 * exceed the processor's peak. tfjs's times include its overhead per call.
 *
 * @module
 */

// Only the backend, before our kernels replace its own.
// deno-lint-ignore stray/module-imports
import "@tensorflow/tfjs-backend-wasm";
import { RELAXED_SIMD_KERNELS } from "../../src/compute/kernels/kernels.generated.ts";
import { tf } from "../../src/compute/mod.ts";
import type { Geometry } from "../../src/compute/wasm/session.ts";
import { Random } from "../../src/random.ts";
import { Bench } from "../compute/_kernels.ts";
import { convolutionCases, denseCases, type KernelCase } from "./kernel_cases.ts";

/** Name, then batch, inputs, outputs. */
const DENSE = [
  ["cae", 32, 3136, 1024],
  ["cae", 32, 1024, 256],
  ["cae", 32, 1024, 3136],
  ["vae", 256, 1568, 200],
  ["vae", 256, 100, 1568],
  ["stacked", 32, 784, 100],
  ["stacked", 32, 100, 30],
  ["mlp", 128, 22500, 256],
  ["mlp", 128, 256, 22500],
] as const;

/** Name, then batch, size, channels, filters, kernel, stride, pad. */
const CONVOLUTIONS = [
  ["cae", 32, 28, 1, 16, 3, 1, 1],
  ["cae", 32, 28, 16, 16, 3, 1, 1],
  ["cae", 32, 28, 16, 16, 3, 2, 1],
  ["cae", 32, 14, 16, 32, 3, 1, 1],
  ["cae", 32, 14, 32, 32, 3, 1, 1],
  ["cae", 32, 14, 32, 32, 3, 2, 1],
  ["cae", 32, 7, 32, 64, 3, 1, 1],
  ["cae", 32, 7, 64, 64, 3, 1, 1],
  ["cae", 32, 28, 16, 1, 1, 1, 0],
  ["vae", 256, 28, 1, 16, 3, 2, 1],
  ["vae", 256, 14, 16, 32, 3, 2, 1],
  ["vae, transposed", 256, 14, 16, 32, 4, 2, 1],
  ["vae, transposed", 256, 28, 1, 16, 4, 2, 1],
] as const;

/** Warm-up of a kernel, in ms: the engine compiles frequent code twice. */
const WARM_UP = 40;

/** Calls `run` for some milliseconds, at least once; returns milliseconds per call. */
function callFor(run: () => void, milliseconds: number): number {
  const start = performance.now();
  let calls = 0, passed = 0;
  do {
    run();
    calls++;
    passed = performance.now() - start;
  } while (passed < milliseconds);
  return passed / calls;
}

/** The shortest time per call of each, in ms; they alternate for `budget` ms. */
function fastest(runs: readonly (() => void)[], budget: number): number[] {
  const best = runs.map((run) => callFor(run, WARM_UP)), until = performance.now() + budget;
  do {
    runs.forEach((run, i) => best[i] = Math.min(best[i]!, callFor(run, 1)));
  } while (performance.now() < until);
  return best;
}

function row(cells: readonly string[]): string {
  const widths = [24, 54, 11, 9, 9, 6, 9];
  return cells.map((cell, i) => i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
    " ",
  );
}

function measure({ kernel, shape, flop, run, tiled, plain, check }: KernelCase, budget: number) {
  run();
  check();
  tiled();
  check();
  const [ours, tiles, theirs] = fastest(plain ? [run, tiled, plain] : [run, tiled], budget);
  const speed = (milliseconds: number) => (flop / milliseconds / 1e6).toFixed(1);
  return row([
    kernel,
    shape,
    (tiles! * 1e3).toFixed(1),
    speed(tiles!),
    speed(ours!),
    (ours! / tiles!).toFixed(2),
    theirs === undefined ? "-" : speed(theirs),
  ]);
}

async function main(): Promise<void> {
  const budget = Deno.args.includes("--quick") ? 60 : 400;
  await tf.setBackend("wasm");
  const random = new Random(1), bench = new Bench("relaxed SIMD", RELAXED_SIMD_KERNELS, 512, true);
  const tell = (line: string) =>
    new Blob([line, "\n"]).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
  await tell(row(["kernel", "shape", "us a call", "GFLOP/s", "untiled", "ratio", "tfjs"]));
  const timeAll = async (makeCases: () => readonly KernelCase[]) => {
    const scope = tf.engine();
    scope.startScope();
    for (const one of makeCases()) await tell(measure(one, budget));
    scope.endScope();
  };
  for (const [name, batch, from, to] of DENSE) {
    await timeAll(() => denseCases(bench, name, [batch, from, to], random));
  }
  for (const [name, batch, size, channels, filters, kernel, stride, pad] of CONVOLUTIONS) {
    const out = Math.floor((size + 2 * pad - kernel) / stride) + 1;
    const image = [batch, size, size, channels, kernel, kernel] as const;
    const geometry: Geometry = [...image, out, out, filters, stride, pad, pad];
    await timeAll(() => convolutionCases(bench, name, geometry, random));
  }
}

if (import.meta.main) await main();
