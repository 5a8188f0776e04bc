/** `lens-fit`: how well fitted lenses tell substructure, and how good the fits are. */

import { cpuUsage } from "node:process";
import { parseArgs } from "node:util";
import { Random } from "../../mod.ts";
import { matrixProducts } from "../../src/compute/mod.ts";
import {
  builtInRecipe,
  changeRecipe,
  drawParameters,
  LENS_CLASSES,
  type LensClass,
  type LensFamily,
  lensFamilyOf,
  LensInspector,
  type LensScoreName,
  lensVectorOf,
  type Recipe,
  resizeRecipe,
} from "../../src/lensing/mod.ts";
import { auroc, aurocInterval, rank } from "../../src/metrics/mod.ts";
import { simulateAll, type SimulationSettings } from "../../src/simulation/mod.ts";
import { tableHead, tableRow, write } from "./write.ts";

/** Text of `--help`. */
export const LENS_FIT_HELP = `deno task bench:quality lens-fit [flags]

Simulates lenses of each class, fits each, and prints the AUROC of substructure (all, subhalos, vortex) with
its 95 % interval by the bootstrap, by every score. Also: mean and standard deviation of z of lenses without
substructure, the share of fits within a chi-square of 1 of one started at the truth, and processor time per
image. The limit is that of a test that knows the true lens and what the substructure changes.

  --recipe NAME      (default model-b)
  --set KEY=DIST     change a parameter of the recipe; may be repeated
  --size N           width in pixels (default 64)
  --free A,B         numbers to fit although the recipe keeps them constant, or all (default none)
  --count N          images per class (default 150)
  --seed N           seed of the images (default 1001)
  --bits N           round pixel values as PNG of 8 or 16 bits would (default: float32)
  --no-truth         leave out the fits started at the truth, which take as long again
`;

const SCORES: readonly LensScoreName[] = ["z", "mass", "substructure", "point", "chi2"];

/** A simulated lens with what is known of it. */
interface Known {
  readonly label: LensClass;
  readonly values: Float32Array;
  /** The numbers of the smooth lens. */
  readonly truth: Float64Array;
  /** Signal-to-noise ratio of what the substructure changes. */
  readonly change: number;
}

async function simulate(recipe: Recipe, count: number, seed: number): Promise<Known[]> {
  const ids = LENS_CLASSES.flatMap((lensClass) =>
    Array.from({ length: count }, (_, index) => ({ lensClass, index }))
  );
  const settings: SimulationSettings = {
    ...{ recipe, classes: LENS_CLASSES, count, seed, format: "npy", maps: false, sources: [] },
    version: "benchmark",
  };
  const known: Known[] = [];
  for await (const { record, bytes } of simulateAll(ids, settings)) {
    const { label, index, residual } = record;
    known.push({
      label,
      values: new Float32Array(bytes.buffer),
      truth: lensVectorOf(drawParameters(recipe, { seed, lensClass: label, index })),
      change: residual.signal_to_noise,
    });
  }
  return known;
}

/** The area as `0.990 [0.975, 0.998]`. */
function area(normal: readonly number[], other: readonly number[]): string {
  const scores = Float64Array.from([...normal, ...other]);
  const ranking = rank(scores, Uint8Array.from(scores, (_, i) => i < normal.length ? 0 : 1));
  const [low, high] = aurocInterval(ranking, new Random(1));
  return `${auroc(ranking).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

/** Mean AUROC of tests whose score is shifted by a number of standard deviations. */
function limitOf(changes: readonly number[]): number {
  return changes.reduce((sum, change) => sum + normal(change / Math.SQRT2), 0) / changes.length;
}

/** The cumulative normal distribution (Abramowitz and Stegun 26.2.17). */
function normal(x: number): number {
  if (x < 0) return 1 - normal(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 +
            t * (-1.821255978 + t * 1.330274429))));
  return 1 - Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * series;
}

/** The family whose fits start at the numbers of one lens. */
function startingAt(family: LensFamily, truth: Float64Array): LensFamily {
  return { ...family, mean: Array.from(truth, (value) => Number.isFinite(value) ? value : null) };
}

/**
 * Simulates, fits and prints a table.
 *
 * @param args The flags.
 * @returns The exit code.
 */
export async function lensFit(args: string[]): Promise<number> {
  const { values: flags } = parseArgs({
    args,
    options: {
      recipe: { type: "string", default: "model-b" },
      set: { type: "string", multiple: true, default: [] },
      size: { type: "string", default: "64" },
      free: { type: "string" },
      count: { type: "string", default: "150" },
      seed: { type: "string", default: "1001" },
      bits: { type: "string" },
      "no-truth": { type: "boolean", default: false },
    },
  });
  const size = Number(flags.size), changes = flags.set.map((text) => text.split("=", 2));
  const base = changeRecipe(builtInRecipe(flags.recipe), Object.fromEntries(changes), "--set");
  const recipe = resizeRecipe(base, { width: size, height: size });
  const family = lensFamilyOf(recipe, { free: flags.free?.split(",") });
  const products = await matrixProducts(), inspector = new LensInspector(family, products);
  const lenses = await simulate(recipe, Number(flags.count), Number(flags.seed));
  const levels = flags.bits === undefined ? undefined : 2 ** Number(flags.bits) - 1;
  const scores = new Map(
    SCORES.map((
      name,
    ) => [name, { no_sub: [], cdm: [], vortex: [] } as Record<LensClass, number[]>]),
  );
  let microseconds = 0, near = 0, converged = 0;
  for (const { label, values, truth } of lenses) {
    const seen = levels === undefined
      ? values
      : values.map((value) => Math.round(value * levels) / levels);
    const before = cpuUsage();
    const lens = inspector.inspect(seen);
    for (const name of SCORES) scores.get(name)![label].push(lens.score(name));
    const { user, system } = cpuUsage(before);
    microseconds += user + system;
    converged += lens.fit?.converged ? 1 : 0;
    if (flags["no-truth"]) continue;
    const best = new LensInspector(startingAt(family, truth), products).inspect(seen);
    near += lens.fit!.chiSquare <= best.fit!.chiSquare + 1 ? 1 : 0;
  }
  const z = scores.get("z")!.no_sub, mean = z.reduce((sum, value) => sum + value, 0) / z.length;
  const deviation = Math.sqrt(z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length);
  const share = (count: number) => `${(100 * count / lenses.length).toFixed(1)} %`;
  write(
    Deno.stdout,
    `${flags.recipe} ${
      [...flags.set].join(" ")
    }, ${size} pixels, ${family.free.length} numbers free, ` +
      `${flags.count} per class, seed ${flags.seed}${
        flags.bits ? `, ${flags.bits} bits` : ""
      }: z of smooth ` +
      `lenses ${mean.toFixed(2)} +- ${deviation.toFixed(2)}; converged ${share(converged)}` +
      `${flags["no-truth"] ? "" : `, as good as from the truth ${share(near)}`}; ` +
      `${(microseconds / lenses.length / 1000).toFixed(1)} ms per image with all scores\n\n`,
  );
  write(Deno.stdout, tableHead(["score", "all", "subhalos", "vortex"]));
  for (const [name, { no_sub, cdm, vortex }] of scores) {
    const cells = [[...cdm, ...vortex], cdm, vortex].map((other) => area(no_sub, other));
    write(Deno.stdout, tableRow([`\`${name}\``, ...cells]));
  }
  const changesOf = (label: LensClass) =>
    lenses.filter((lens) => lens.label === label).map(({ change }) => change);
  const [cdm, vortex] = [changesOf("cdm"), changesOf("vortex")];
  const limits = [[...cdm, ...vortex], cdm, vortex].map((some) => limitOf(some).toFixed(3));
  write(Deno.stdout, tableRow(["limit", ...limits]));
  return 0;
}
