/** Checks of distributions and values against the range of their parameter. */

import { type Distribution, parseDistribution } from "./distribution.ts";
import { limitsOf } from "./draw.ts";
import { type ParameterEntry, parameterEntry, type ParameterName } from "./parameters.ts";

/**
 * Parses the distribution of a parameter and checks that every draw is allowed.
 *
 * @param name Parameter.
 * @param value A number, or a text for `parseDistribution`.
 * @returns The distribution.
 * @throws {RangeError} If it does not suit; the message starts with "must be".
 */
export function checkParameter(name: ParameterName, value: number | string): Distribution {
  const entry = parameterEntry(name), { choices, min = -Infinity } = entry;
  const distribution: Distribution = typeof value === "number"
    ? { kind: "constant", value }
    : parseDistribution(value);
  if (choices) {
    const values = distribution.kind === "constant"
      ? [distribution.value]
      : distribution.kind === "choice"
      ? distribution.values
      : [NaN];
    if (values.every((word) => choices.some((choice) => choice === word))) return distribution;
    throw new RangeError(`must be ${rangeText(entry)}, or a choice of them`);
  }
  // A Poisson number below the minimum is drawn again; few are far above their mean.
  const [low, high] = distribution.kind === "poisson"
    ? [min, distribution.mean]
    : limitsOf(distribution);
  if (!isInRange(entry, low, high) || (entry.integer && !isInteger(distribution))) {
    throw new RangeError(`must be ${rangeText(entry)}`);
  }
  return distribution;
}

/**
 * Whether an interval is inside the range of a parameter.
 *
 * @param entry Parameter.
 * @param low Lower end.
 * @param high Upper end.
 * @returns Whether all numbers between them are allowed.
 */
export function isInRange(
  { min = -Infinity, above = -Infinity, max = Infinity }: ParameterEntry,
  low: number,
  high: number = low,
): boolean {
  return low >= min && (low > above || above === -Infinity) && high <= max;
}

/**
 * The allowed values of a parameter, in words.
 *
 * @param entry Parameter.
 * @returns Such as `a number above 0 and at most 1`.
 */
export function rangeText({ min, above, max, integer, choices }: ParameterEntry): string {
  if (choices) return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
  const bounds = [
    ...min === undefined ? [] : [`of at least ${min}`],
    ...above === undefined ? [] : [`above ${above}`],
    ...max === undefined ? [] : [`at most ${max}`],
  ];
  return [integer ? "a whole number" : "a number", bounds.join(" and ")].join(" ").trim();
}

function isInteger(distribution: Distribution): boolean {
  if (distribution.kind === "poisson") return true;
  if (distribution.kind === "constant") return Number.isInteger(distribution.value);
  return distribution.kind === "choice" && distribution.values.every(Number.isInteger);
}
