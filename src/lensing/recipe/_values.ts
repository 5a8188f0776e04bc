/** Parameters, read by their kind. */

import { StrayError } from "../../errors.ts";
import type { Parameters } from "./draw_parameters.ts";
import { parameterEntry, type ParameterName } from "./parameters.ts";

/** Reads parameters; what is not there or out of its range is an error that names it. */
export class Values {
  readonly #parameters: Parameters;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  has(name: ParameterName): boolean {
    return this.#parameters[name] !== undefined;
  }

  number(name: ParameterName): number {
    const value = this.#parameters[name];
    if (typeof value !== "number") throw wrong(name, "a number", value);
    return checked(name, value);
  }

  word(name: ParameterName): string {
    const value = this.#parameters[name], { words = [] } = parameterEntry(name);
    if (typeof value !== "string" || !words.includes(value)) {
      throw wrong(name, words.join(", "), value);
    }
    return value;
  }

  list(name: ParameterName): readonly number[] {
    const value = this.#parameters[name];
    if (!Array.isArray(value)) throw wrong(name, "a list of numbers", value);
    return value.map((number) => checked(name, number));
  }
}

function checked(name: ParameterName, value: number): number {
  const { least = -Infinity, most = Infinity, above, whole } = parameterEntry(name);
  if (!Number.isFinite(value)) throw wrong(name, "a finite number", value);
  if (above ? value <= least : value < least) {
    throw wrong(name, `${above ? "above" : "at least"} ${least}`, value);
  }
  if (value > most) throw wrong(name, `at most ${most}`, value);
  if (whole && !Number.isInteger(value)) throw wrong(name, "a whole number", value);
  return value;
}

function wrong(name: ParameterName, wanted: string, value: unknown): StrayError {
  return new StrayError(
    "value",
    `Cannot make the lens as ${name} must be ${wanted}: current value is ${value}`,
  );
}
