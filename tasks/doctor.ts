/** `doctor`: checks which backends work here, on problems with known answers. */

import { type CommandContext, defineCommand, ExitCode } from "../src/cli/mod.ts";
import type { ProductSpeed } from "../src/compute/mod.ts";
import { StrayError } from "../src/errors.ts";

/** The record of `doctor --json`, one line per backend. */
interface BackendReport {
  readonly backend: string;
  readonly works: boolean;
  /** Whether `--backend auto` chooses it. */
  readonly chosen: boolean;
  readonly device?: string;
  /** Reason why it does not work. */
  readonly reason?: string;
  /** The self-test: largest relative error of each problem. */
  readonly errors?: Readonly<Record<string, number>>;
  readonly timeMs: number;
  /** Speed of matrix products on one core, for wasm. */
  readonly products?: ProductSpeed;
}

/** `doctor`. */
export const command = defineCommand({
  name: "doctor",
  flags: ["json"],
  help: { json: "print one JSON object per backend" },
  examples: ["doctor"],
  run: doctor,
});

async function doctor({ flags, stdout }: CommandContext<"json">): Promise<ExitCode> {
  const { BACKEND_NAMES, openBackend, SELF_TEST_TOLERANCE } = await import(
    "../src/compute/mod.ts"
  );
  const { name: chosen, reason } = await openBackend("auto");
  if (!flags.json) {
    await stdout.write(`Deno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores`);
    await stdout.write(`--backend auto chooses ${chosen}: ${reason}`);
  }
  let sound = true;
  for (const name of BACKEND_NAMES) {
    const report = await examine(name, name === chosen);
    sound &&= report.works || name === "webgpu" && report.errors === undefined;
    if (flags.json) {
      await stdout.write(JSON.stringify(report));
      continue;
    }
    const state = report.works
      ? "works"
      : report.errors
      ? "COMPUTES WRONG NUMBERS"
      : "not available";
    await stdout.write(`${name.padEnd(7)} ${state}: ${report.reason ?? report.device}`);
    if (report.products) await stdout.write(`        ${describeProducts(report.products)}`);
    for (const [problem, error] of Object.entries(report.errors ?? {})) {
      const verdict = error <= SELF_TEST_TOLERANCE ? "ok" : "WRONG";
      await stdout.write(
        `        ${verdict.padEnd(5)} ${problem}: error ${error.toExponential(1)}`,
      );
    }
  }
  return sound ? ExitCode.done : ExitCode.failed;
}

async function examine(name: "webgpu" | "wasm" | "cpu", chosen: boolean): Promise<BackendReport> {
  const { openBackend, productSpeed, selfTest } = await import("../src/compute/mod.ts");
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  try {
    const { device, software } = await openBackend(name);
    const results = await selfTest();
    const products = name === "wasm" ? await productSpeed() : undefined;
    return {
      backend: name,
      works: results.every(({ passed }) => passed),
      chosen,
      device: software ? `${device} (software: slower than wasm)` : device,
      errors: Object.fromEntries(results.map(({ name, error }) => [name, error])),
      timeMs: elapsed(),
      ...products && { products },
    };
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    return { backend: name, works: false, chosen, reason: error.message, timeMs: elapsed() };
  }
}

/** The speed of products in words. */
function describeProducts({ plainGflops, tilesGflops, tiles }: ProductSpeed): string {
  const [plain, wide] = [plainGflops, tilesGflops].map((gflops) => gflops.toFixed(0));
  return tiles
    ? `products: ${wide} GFLOP/s per core by 256-bit tiles, ${plain} without`
    : `products: ${plain} GFLOP/s per core by 128-bit operations; tiles gain nothing (${wide}), as ` +
      "the engine packs no pairs: see --v8-flags=--experimental-wasm-revectorize";
}
