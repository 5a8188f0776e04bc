import assert from "node:assert/strict";
import {
  namedRandom,
  parseDistribution,
  Random,
  writeDistribution,
} from "../../src/lensing/mod.ts";
import { checkParameter } from "../../src/lensing/recipe/check_parameter.ts";
import { draw, limitsOf } from "../../src/lensing/recipe/draw.ts";

const FORMS = [
  "uniform(0.8, 1.2)",
  "loguniform(0.001, 10)",
  "normal(0.5, 0.1)",
  "normal(0.5, 0.1, 0, 1)",
  "lognormal(0.05, 0.5)",
  "lognormal(0.05, 0.5, 0.01, 0.3)",
  "powerlaw(1000000, 10000000000, -1.9)",
  "poisson(25)",
  "choice(1, 2, 3)",
  "choice(sersic, spiral)",
  "pseudo-jaffe",
];

function draws(text: string, count: number): number[] {
  const distribution = parseDistribution(text), random = new Random(5);
  return Array.from({ length: count }, () => draw(distribution, random) as number);
}

Deno.test("distributions are parsed and written back unchanged", () => {
  for (const text of FORMS) {
    const parsed = parseDistribution(text);
    assert.equal(writeDistribution(parsed), text);
    assert.deepEqual(
      parseDistribution(` ${text.replaceAll(" ", "").toUpperCase()} `).kind,
      parsed.kind,
    );
  }
  assert.equal(writeDistribution(parseDistribution("1.5e3")), 1500);
});

Deno.test("invalid distributions are rejected, with the valid forms", () => {
  const cases: [string, RegExp][] = [
    ["uniform(2, 1)", /^must be uniform with LOW not above HIGH$/],
    ["uniform(1)", /^must be a number, choice\(A, B, …\), uniform\(LOW, HIGH\)/],
    ["uniform(1, b)", /^must be uniform of numbers, not of "b"$/],
    ["loguniform(0, 1)", /limits above 0$/],
    ["normal(0, -1)", /a deviation of at least 0$/],
    ["normal(0, 1, 2, 3)", /limits around its mean$/],
    ["powerlaw(0, 1, -2)", /LOW above 0 and below HIGH$/],
    ["poisson(0)", /a mean above 0/],
    ["gamma(1, 2)", /^must be a number, choice/],
    ["", /^must be a number/],
    ["1 2", /^must be a number/],
    ["Infinity", /^must be a number/],
    ["uniform(0, 1", /^must be a number/],
    ["uniform(0, Infinity)", /^must be a number/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseDistribution(text), (error: unknown) => {
      assert.ok(error instanceof RangeError, text);
      assert.match(error.message, message, text);
      return true;
    });
  }
});

Deno.test("draws have the moments of their distribution, and respect its limits", () => {
  const count = 20_000;
  // Mean and standard deviation in closed form; tolerance of five standard errors.
  const cases: [string, number, number][] = [
    ["uniform(2, 4)", 3, 2 / Math.sqrt(12)],
    ["normal(3, 0.5)", 3, 0.5],
    ["poisson(25)", 25, 5],
    ["poisson(0.4)", 0.4, Math.sqrt(0.4)],
    ["lognormal(2, 0.5)", 2 * Math.exp(0.125), 2 * Math.exp(0.125) * Math.sqrt(Math.expm1(0.25))],
    ["loguniform(1, 100)", 99 / Math.log(100), 28.2],
    ["choice(1, 2, 6)", 3, Math.sqrt(14 / 3)],
    ["powerlaw(1, 3, 1)", 26 / 12, 0.55],
  ];
  for (const [text, mean, deviation] of cases) {
    const values = draws(text, count), [low, high] = limitsOf(parseDistribution(text));
    const found = values.reduce((sum, value) => sum + value, 0) / count;
    assert.ok(Math.abs(found - mean) < 5 * deviation / Math.sqrt(count), `${text}: ${found}`);
    assert.ok(values.every((value) => value >= low && value <= high), text);
  }
  const cut = draws("normal(0.9, 0.5, 0.1, 1)", 2000);
  assert.ok(cut.every((value) => value >= 0.1 && value <= 1));
  assert.equal(cut.filter((value) => value === 1).length, 0, "redrawn, not clipped");
});

Deno.test("power laws of any slope have their cumulative distribution, between the limits", () => {
  const count = 20_000;
  for (const slope of [-2.5, -2, -1.9, -1, -0.9, 0, 1]) {
    const n = slope + 1, masses = draws(`powerlaw(1e6, 1e10, ${slope})`, count);
    assert.ok(masses.every((mass) => mass >= 1e6 && mass <= 1e10));
    const cumulative = (m: number) =>
      n === 0 ? Math.log(m / 1e6) / Math.log(1e4) : ((m / 1e6) ** n - 1) / (1e4 ** n - 1);
    const distances = masses.toSorted((a, b) => a - b)
      .map((mass, i) => Math.abs(cumulative(mass) - (i + 0.5) / count));
    // Kolmogorov-Smirnov: one seed in a million exceeds this; the seed is fixed.
    assert.ok(Math.max(...distances) < 2.7 / Math.sqrt(count), `slope ${slope}`);
  }
});

Deno.test("a parameter accepts only distributions inside its range", () => {
  const good: [Parameters<typeof checkParameter>[0], number | string][] = [
    ["halo.axis_ratio", "uniform(0.2, 1)"],
    ["halo.mass", "lognormal(1e12, 0.5)"],
    ["subhalo.number", "poisson(25)"],
    ["image.width", "choice(32, 64)"],
    ["psf.kind", "choice(gaussian, moffat)"],
  ];
  for (const [name, value] of good) checkParameter(name, value);
  const bad: [Parameters<typeof checkParameter>[0], number | string, RegExp][] = [
    ["halo.axis_ratio", 0, /^must be a number above 0 and at most 1$/],
    ["halo.axis_ratio", 1.01, /above 0 and at most 1/],
    ["halo.axis_ratio", "normal(0.8, 0.1)", /above 0 and at most 1/],
    ["halo.mass", -1e12, /^must be a number above 0$/],
    ["subhalo.mass", "uniform(-1, 1)", /above 0/],
    ["subhalo.number", 0, /of at least 1/],
    ["image.width", 64.5, /^must be a whole number of at least 4 and at most 4096$/],
    ["image.width", "uniform(60, 70)", /a whole number/],
    ["psf.kind", "square", /^must be gaussian, moffat, airy, image or none, or a choice of them$/],
    ["psf.kind", 3, /gaussian/],
    ["halo.x", "left", /^must be a number$/],
  ];
  for (const [name, value, message] of bad) {
    assert.throws(() => checkParameter(name, value), (error: unknown) => {
      assert.match((error as Error).message, message, `${name} ${value}`);
      return error instanceof RangeError;
    });
  }
});

Deno.test("generators of different names are independent from their first number on", () => {
  const count = 20_000;
  const names: ((i: number) => readonly (string | number)[])[] = [
    (i) => [0, "cdm", i, "source.x"],
    (i) => [0, "cdm", i, "source.y"],
    (i) => [0, "vortex", i, "source.x"],
    (i) => [1, "cdm", i, "source.x"],
    (i) => [0, "cdm", i + 1, "source.x"],
  ];
  const columns = names.map((name) =>
    Array.from({ length: count }, (_, i) => namedRandom(...name(i)).uniform() - 0.5)
  );
  for (const [a, first] of columns.entries()) {
    const mean = first.reduce((sum, value) => sum + value, 0) / count;
    assert.ok(Math.abs(mean) < 5 * Math.sqrt(1 / 12 / count), `${a}: ${mean}`);
    for (const [b, second] of columns.slice(0, a).entries()) {
      const product = first.reduce((sum, value, i) => sum + value * second[i]!, 0) * 12 / count;
      assert.ok(Math.abs(product) < 5 / Math.sqrt(count), `${a}, ${b}: ${product}`);
    }
  }
});
