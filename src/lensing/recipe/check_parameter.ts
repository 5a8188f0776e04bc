/** Whether a distribution suits a parameter. */

import { type Distribution, parseDistribution } from "./distribution.ts";
import { limitsOf } from "./draw.ts";
import { type ParameterEntry, parameterEntry, type ParameterName } from "./parameters.ts";

/**
 * Reads the distribution of a parameter and checks that all it may give is allowed.
 *
 * @param name The parameter.
 * @param value A number, or what `parseDistribution` reads.
 * @returns The distribution.
 * @throws {RangeError} If it does not suit; the message is what must be.
 *
 * @example
 * ```ts
 * import { checkParameter } from "./check_parameter.ts";
 *
 * const ratio = checkParameter("halo.axis_ratio", "uniform(0.5, 1)");
 * if (ratio.kind !== "uniform") throw new Error("unexpected distribution");
 * ```
 */
export function checkParameter(name: ParameterName, value: number | string): Distribution {
  const entry = parameterEntry(name);
  const distribution: Distribution = typeof value === "number"
    ? { kind: "constant", value }
    : parseDistribution(value);
  if (entry.words) {
    const values = distribution.kind === "constant"
      ? [distribution.value]
      : distribution.kind === "choice"
      ? distribution.values
      : [NaN];
    if (!values.every((word) => typeof word === "string" && entry.words!.includes(word))) {
      throw new RangeError(`must be ${orList(entry.words)}, or a choice of them`);
    }
    return distribution;
  }
  const [low, high] = limitsOf(distribution);
  const { least = -Infinity, most = Infinity, above } = entry;
  // A Poisson number below the least is drawn again; few are far above their mean.
  const [from, to] = distribution.kind === "poisson" ? [least, distribution.mean] : [low, high];
  const fits = (above ? from > least : from >= least) && to <= most;
  if (!fits || (entry.whole && !isWhole(distribution))) {
    throw new RangeError(`must be ${wanted(entry)}`);
  }
  return distribution;
}

function isWhole(distribution: Distribution): boolean {
  if (distribution.kind === "poisson") return true;
  if (distribution.kind === "constant") return Number.isInteger(distribution.value);
  return distribution.kind === "choice" && distribution.values.every(Number.isInteger);
}

function wanted({ least, most, above, whole }: ParameterEntry): string {
  const bounds = [
    ...least === undefined ? [] : [`${above ? "above" : "at least"} ${least}`],
    ...most === undefined ? [] : [`at most ${most}`],
  ];
  return [whole ? "a whole number" : "numbers", bounds.join(" and ")].join(" ").trim();
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
