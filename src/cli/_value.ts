/** Parses the text of a flag's value. */

import type { StrayError } from "../errors.ts";
import { MAX_COUNT } from "../shape.ts";
import { didYouMean } from "../suggest.ts";
import type { FlagToken } from "./_tokens.ts";
import type { FlagEntry, SizeValue } from "./flag_entry.ts";
import { usageError } from "./usage_error.ts";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SIZE = /^(\d+)x(\d+)$/i;

/** The value of a flag that was not given. */
export function emptyValue({ kind }: FlagEntry): false | readonly string[] | undefined {
  return kind === "boolean" ? false : kind === "strings" ? [] : undefined;
}

/**
 * Parses and checks the value of a flag.
 *
 * @param command Name of the command, for messages.
 * @param token The flag as written.
 * @param flag Its entry in the table.
 * @returns A value of the flag's kind; for `strings` one string.
 * @throws {StrayError} `usage` If the value is missing or wrong.
 */
export function parseValue(
  command: string,
  token: FlagToken,
  flag: FlagEntry,
): boolean | string | readonly string[] | number | SizeValue {
  const fail = (wanted: string, hint?: string): StrayError => {
    const found = token.value === undefined ? "" : `: current value is "${token.value}"`;
    return usageError(`Cannot run "${command}" as ${token.written} ${wanted}${found}`, hint);
  };
  if (flag.kind === "boolean") {
    if (token.inline) throw fail("takes no value");
    return true;
  }
  const numeric = flag.kind === "integer" || flag.kind === "number";
  const { value } = token;
  if (value === undefined) throw fail(`needs a value, ${flag.placeholder}`);
  if (!token.inline && value.startsWith("-") && value !== "-" && !(numeric && NUMBER.test(value))) {
    throw usageError(
      `Cannot run "${command}" as ${token.written} needs a value, ${flag.placeholder}: found "${value}"`,
      `a value that begins with a dash must follow "=": ${token.written}=${value}`,
    );
  }
  if (value === "") throw fail("must not be empty");
  switch (flag.kind) {
    case "integer":
    case "number": {
      const number = NUMBER.test(value) ? Number(value) : NaN;
      if (!inRange(number, flag)) {
        throw fail(
          `must be ${describe(flag)}`,
          `--${token.name} ${flag.placeholder}: ${flag.help}`,
        );
      }
      return number + 0;
    }
    case "size": {
      if (/^\d+$/.test(value) && isSide(Number(value))) {
        return { width: Number(value), height: Number(value), isSide: true };
      }
      const [, width = 0, height = 0] = (SIZE.exec(value) ?? []).map(Number);
      if (!isSide(width) || !isSide(height)) {
        throw fail("must be WIDTHxHEIGHT, such as 64x48, or a number for both");
      }
      return { width, height };
    }
    case "list": {
      const items = value.split(",").map((item) => item.trim());
      if (items.includes("")) throw fail("must be names separated by commas");
      return items;
    }
    default: {
      const { choices, ending } = flag;
      if (choices === undefined || choices.includes(value)) return value;
      if (ending !== undefined && value.toLowerCase().endsWith(ending)) return value;
      const files = ending === undefined ? [] : [`a file that ends in ${ending}`];
      throw fail(`must be ${orList([...choices, ...files])}`, didYouMean(value, choices));
    }
  }
}

function isSide(length: number): boolean {
  return Number.isInteger(length) && length > 0 && length <= MAX_COUNT;
}

function inRange(value: number, { kind, min, max, open }: FlagEntry): boolean {
  if (kind === "integer" ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return false;
  if (min !== undefined && (open ? value <= min : value < min)) return false;
  return max === undefined || (open ? value < max : value <= max);
}

function describe({ kind, min, max, open }: FlagEntry): string {
  const noun = kind === "integer" ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) {
    return `${noun} ${open ? "between" : "from"} ${min} ${open ? "and" : "to"} ${max}`;
  }
  if (min !== undefined) return `${noun} ${open ? "above" : "of at least"} ${min}`;
  if (max !== undefined) return `${noun} ${open ? "below" : "of at most"} ${max}`;
  return noun;
}

function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
