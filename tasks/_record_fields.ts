/** Fields of records: numbers, labels, and fields of the input. */

import type { JsonObject } from "../src/cli/mod.ts";
import type { StrayError } from "../src/errors.ts";

/** Rounds to 6 significant digits. */
export function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

/** The shortest decimal number that is the same float32. */
export function shortestFloat32(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Sorts distinct labels, 2 before 10. */
export function sortLabels(labels: Iterable<string>): string[] {
  return [...new Set(labels)].sort(new Intl.Collator("en", { numeric: true }).compare);
}

/**
 * The input's fields that pass through to a record.
 *
 * @param fields All fields of the input.
 * @param own The record's own names. They are left out even where the record has no such field, so that
 * a consumer cannot mistake a value of the input for ours.
 * @returns The other fields.
 */
export function otherFields(fields: JsonObject | undefined, own: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([key]) => !own.includes(key)));
}

/**
 * The field `error` of a record: code, message, and the remedy where there is one.
 *
 * @param error The error.
 * @returns The field.
 */
export function errorField({ code, message, hint }: StrayError): { readonly error: JsonObject } {
  return { error: { code, message, ...hint !== undefined && { hint } } };
}
