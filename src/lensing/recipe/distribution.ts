/** Distributions that recipes draw parameters from, and their notation. */

/** A distribution of numbers or words. */
export type Distribution =
  | { readonly kind: "constant"; readonly value: number | string }
  | { readonly kind: "choice"; readonly values: readonly (number | string)[] }
  | { readonly kind: "uniform" | "loguniform"; readonly low: number; readonly high: number }
  | {
    readonly kind: "normal" | "lognormal";
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

/** The forms that {@linkcode parseDistribution} accepts, for messages. */
const FORMS: string =
  "a number, choice(A, B, …), uniform(LOW, HIGH), loguniform(LOW, HIGH), normal(MEAN, DEVIATION), " +
  "normal(MEAN, DEVIATION, LOW, HIGH), lognormal(MEDIAN, DEVIATION), powerlaw(LOW, HIGH, SLOPE) or " +
  "poisson(MEAN)";

const CALL = /^\s*([a-z]+)\s*\(([^()]*)\)\s*$/i;
const WORD = /^[a-z][a-z0-9-]*$/i;

/**
 * Parses a distribution.
 *
 * - `1.2`, `sersic`: a constant
 * - `choice(a, b, …)`: one of these values, with equal probability
 * - `uniform(low, high)`; `loguniform(low, high)`: uniform in the logarithm
 * - `normal(mean, deviation)`; `normal(mean, deviation, low, high)`: redrawn outside the limits
 * - `lognormal(median, deviation)`: the natural logarithm is normal; limits as in `normal`
 * - `powerlaw(low, high, slope)`: density proportional to x^slope between the limits
 * - `poisson(mean)`: an integer
 *
 * @param text Such as `uniform(0.8, 1.2)`.
 * @returns The distribution.
 * @throws {RangeError} If the text is no distribution; the message starts with "must be".
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
  const kind = written.toLowerCase(), values = inside.split(",").map(parseValue);
  if (kind === "choice") return { kind, values };
  const numbers = values.map((value) => {
    if (typeof value === "number") return value;
    throw new RangeError(`must be ${kind} of numbers, not of "${value}"`);
  });
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
  const count = (...allowed: number[]) => {
    if (!allowed.includes(numbers.length)) throw new RangeError(`must be ${FORMS}`);
  };
  const must = (fits: boolean, wanted: string) => {
    if (!fits) throw new RangeError(`must be ${kind} with ${wanted}`);
  };
  switch (kind) {
    case "uniform":
    case "loguniform":
      count(2);
      must(a <= b, "LOW not above HIGH");
      must(kind === "uniform" || a > 0, "limits above 0");
      return { kind, low: a, high: b };
    case "normal":
    case "lognormal": {
      count(2, 4);
      must(b >= 0, "a deviation of at least 0");
      must(kind === "normal" || a > 0, "a median above 0");
      const [low, high] = numbers.length === 4 ? [c, d] : [-Infinity, Infinity];
      must(low <= a && a <= high, `limits around its ${kind === "normal" ? "mean" : "median"}`);
      const positive = kind === "lognormal" ? Math.max(0, low) : low;
      return { kind, median: a, deviation: b, low: positive, high };
    }
    case "powerlaw":
      count(3);
      must(a > 0 && a < b, "LOW above 0 and below HIGH");
      return { kind, low: a, high: b, slope: c };
    case "poisson":
      count(1);
      must(a > 0 && a <= 1e6, "a mean above 0 and at most 1e6");
      return { kind, mean: a };
    default:
      throw new RangeError(`must be ${FORMS}`);
  }
}

/**
 * Writes a distribution in the notation of {@linkcode parseDistribution}.
 *
 * @param distribution The distribution.
 * @returns A text; the number itself for a constant number.
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
      const { kind, median, deviation, low, high } = distribution;
      const open = high === Infinity && low === (kind === "normal" ? -Infinity : 0);
      return `${kind}(${[median, deviation, ...open ? [] : [low, high]].join(", ")})`;
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
  throw new RangeError(`must be ${FORMS}`);
}
