/** Distributions that a recipe draws its parameters from, and the short text that names one. */

/** A distribution of numbers, or of words. */
export type Distribution =
  | { readonly kind: "constant"; readonly value: number | string }
  | { readonly kind: "choice"; readonly values: readonly (number | string)[] }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  | { readonly kind: "loguniform"; readonly low: number; readonly high: number }
  | {
    readonly kind: "normal";
    readonly mean: number;
    readonly deviation: number;
    readonly low: number;
    readonly high: number;
  }
  | {
    readonly kind: "lognormal";
    readonly median: number;
    readonly deviation: number;
    readonly low: number;
    readonly high: number;
  }
  | {
    readonly kind: "powerlaw";
    readonly low: number;
    readonly high: number;
    readonly slope: number;
  }
  | { readonly kind: "poisson"; readonly mean: number };

/** The forms that {@linkcode parseDistribution} reads, for messages. */
export const DISTRIBUTION_FORMS: string =
  "a number, choice(A, B, …), uniform(LOW, HIGH), loguniform(LOW, HIGH), normal(MEAN, DEVIATION), " +
  "normal(MEAN, DEVIATION, LOW, HIGH), lognormal(MEDIAN, DEVIATION), powerlaw(LOW, HIGH, SLOPE) or " +
  "poisson(MEAN)";

const CALL = /^\s*([a-z]+)\s*\(([^()]*)\)\s*$/i;
const WORD = /^[a-z][a-z0-9-]*$/i;

/**
 * Reads a distribution.
 *
 * - `1.2`, `sersic`: always this
 * - `choice(a, b, …)`: one of these, all as likely
 * - `uniform(low, high)`; `loguniform(low, high)`: uniform in the logarithm
 * - `normal(mean, deviation)`; `normal(mean, deviation, low, high)`: drawn again outside the limits
 * - `lognormal(median, deviation)`: the natural logarithm is normal; limits as in `normal`
 * - `powerlaw(low, high, slope)`: density proportional to x^slope between the limits
 * - `poisson(mean)`: a whole number
 *
 * @param text Such as `uniform(0.8, 1.2)`.
 * @returns The distribution.
 * @throws {RangeError} If it is none; the message is what must be.
 *
 * @example
 * ```ts
 * import { parseDistribution, writeDistribution } from "./distribution.ts";
 *
 * const redshift = parseDistribution("uniform(0.8,1.2)");
 * if (redshift.kind !== "uniform" || redshift.high !== 1.2) throw new Error("unexpected range");
 * if (writeDistribution(redshift) !== "uniform(0.8, 1.2)") throw new Error("unexpected text");
 * ```
 */
export function parseDistribution(text: string): Distribution {
  const call = CALL.exec(text);
  if (!call) return { kind: "constant", value: parseValue(text) };
  const [, written = "", inside = ""] = call;
  const name = written.toLowerCase(), values = inside.split(",").map(parseValue);
  if (name === "choice") return { kind: "choice", values };
  const numbers = values.map((value) => {
    if (typeof value === "number") return value;
    throw new RangeError(`must be ${name} of numbers, not of "${value}"`);
  });
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
  const count = (...allowed: number[]) => {
    if (!allowed.includes(numbers.length)) throw new RangeError(`must be ${DISTRIBUTION_FORMS}`);
  };
  const must = (fits: boolean, wanted: string) => {
    if (!fits) throw new RangeError(`must be ${name} with ${wanted}`);
  };
  switch (name) {
    case "uniform":
    case "loguniform":
      count(2);
      must(a <= b, "limits that rise");
      must(name === "uniform" || a > 0, "limits above 0");
      return { kind: name, low: a, high: b };
    case "normal":
    case "lognormal": {
      count(2, 4);
      must(b >= 0, "a deviation of at least 0");
      must(name === "normal" || a > 0, "a median above 0");
      const [low, high] = numbers.length === 4 ? [c, d] : [-Infinity, Infinity];
      must(low <= a && a <= high, `limits around its ${name === "normal" ? "mean" : "median"}`);
      return name === "normal"
        ? { kind: name, mean: a, deviation: b, low, high }
        : { kind: name, median: a, deviation: b, low: Math.max(0, low), high };
    }
    case "powerlaw":
      count(3);
      must(a > 0 && a < b, "limits above 0 that rise");
      return { kind: name, low: a, high: b, slope: c };
    case "poisson":
      count(1);
      must(a > 0 && a <= 1e6, "a mean above 0 and at most 1e6");
      return { kind: name, mean: a };
    default:
      throw new RangeError(`must be ${DISTRIBUTION_FORMS}`);
  }
}

/**
 * Writes a distribution as {@linkcode parseDistribution} reads it; a constant as itself.
 *
 * @param distribution The distribution.
 * @returns A text, or a constant number.
 */
export function writeDistribution(distribution: Distribution): string | number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "choice":
      return `choice(${distribution.values.join(", ")})`;
    case "uniform":
    case "loguniform":
      return `${distribution.kind}(${distribution.low}, ${distribution.high})`;
    case "normal":
    case "lognormal": {
      const { kind, deviation, low, high } = distribution;
      const middle = kind === "normal" ? distribution.mean : distribution.median;
      const open = high === Infinity && low === (kind === "normal" ? -Infinity : 0);
      return `${kind}(${[middle, deviation, ...open ? [] : [low, high]].join(", ")})`;
    }
    case "powerlaw":
      return `powerlaw(${distribution.low}, ${distribution.high}, ${distribution.slope})`;
    case "poisson":
      return `poisson(${distribution.mean})`;
  }
}

function parseValue(text: string): number | string {
  const trimmed = text.trim();
  const number = trimmed === "" ? NaN : Number(trimmed);
  if (Number.isFinite(number)) return number;
  if (WORD.test(trimmed) && !/^(nan|infinity)$/i.test(trimmed)) return trimmed;
  throw new RangeError(`must be ${DISTRIBUTION_FORMS}`);
}
