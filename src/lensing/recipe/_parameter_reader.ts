/** Typed access to the parameters of a lens. */

import { StrayError } from "../../errors.ts";
import { isInRange, rangeText } from "./check_parameter.ts";
import type { LensParameters } from "./draw_parameters.ts";
import { parameterEntry, type ParameterName } from "./parameters.ts";

/** Reads parameters; a value that is missing or out of range is an error that names it. */
export class ParameterReader {
  readonly #parameters: LensParameters;

  constructor(parameters: LensParameters) {
    this.#parameters = parameters;
  }

  has(name: ParameterName): boolean {
    return this.#parameters[name] !== undefined;
  }

  number(name: ParameterName): number {
    return checked(name, this.#parameters[name]);
  }

  word(name: ParameterName): string {
    const value = this.#parameters[name], { choices = [] } = parameterEntry(name);
    if (typeof value !== "string" || !choices.includes(value)) throw wrong(name, value);
    return value;
  }

  list(name: ParameterName): readonly number[] {
    const value = this.#parameters[name];
    if (!Array.isArray(value)) throw wrong(name, value);
    return value.map((number) => checked(name, number));
  }
}

function checked(name: ParameterName, value: unknown): number {
  const entry = parameterEntry(name);
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(name, value);
  if (!isInRange(entry, value) || (entry.integer && !Number.isInteger(value))) {
    throw wrong(name, value);
  }
  return value;
}

function wrong(name: ParameterName, value: unknown): StrayError {
  const entry = parameterEntry(name);
  const wanted = entry.perSubhalo ? `for each subhalo ${rangeText(entry)}` : rangeText(entry);
  return new StrayError(
    "value",
    `Cannot simulate the lens as ${name} must be ${wanted}: current value is ${value}`,
  );
}
