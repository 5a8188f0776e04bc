/** Choices in one word: a name, and after a colon its numbers, as in `huber:0.1`. */

/** A number of a choice. */
export interface NumberEntry {
  /** Its name. */
  readonly name: string;
  /** Its default. */
  readonly value: number;
  /** Minimum. */
  readonly least: number;
  /** Maximum. */
  readonly most: number;
  /** Whether the bounds are excluded. @default {false} */
  readonly open?: boolean;
  /** Whether it must be an integer. @default {false} */
  readonly whole?: boolean;
}

/** The numbers of each name, in order. */
export type NumberTable<Name extends string> = Readonly<Record<Name, readonly NumberEntry[]>>;

/** A parsed choice. */
export interface NamedNumbers<Name extends string> {
  /** The name. */
  readonly name: Name;
  /** All its numbers, in order. */
  readonly numbers: readonly number[];
}

/**
 * Parses a choice.
 *
 * @param text A name, and after a colon numbers separated by commas; missing ones are the defaults.
 * @param table All names, with their numbers.
 * @returns The name with all its numbers.
 * @throws {RangeError} If the name is unknown or a number is wrong; the message begins "must be".
 *
 * @example
 * ```ts
 * import { parseNamedNumbers } from "./named_numbers.ts";
 *
 * const table = { huber: [{ name: "delta", value: 1, least: 0, most: 10 }] };
 * const { numbers } = parseNamedNumbers("huber:0.5", table);
 * if (numbers[0] !== 0.5) throw new Error("unexpected delta");
 * ```
 */
export function parseNamedNumbers<Name extends string>(
  text: string,
  table: NumberTable<Name>,
): NamedNumbers<Name> {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)) as Name;
  if (!Object.hasOwn(table, name)) {
    throw new RangeError(`must be one of ${Object.keys(table).join(", ")}`);
  }
  const entries = table[name];
  const given = colon < 0 ? [] : text.slice(colon + 1).split(",");
  if (given.length > entries.length) {
    const form = entries.map((entry) => entry.name.toUpperCase()).join(",");
    throw new RangeError(entries.length > 0 ? `must be ${name}:${form}` : `must be ${name} alone`);
  }
  return { name, numbers: entries.map((entry, i) => parseNumber(name, given[i], entry)) };
}

/**
 * Writes a choice with all its numbers, so that it does not depend on the defaults.
 *
 * @param choice A parsed choice.
 * @returns Text for {@linkcode parseNamedNumbers}.
 */
export function writeNamedNumbers({ name, numbers }: NamedNumbers<string>): string {
  return numbers.length > 0 ? `${name}:${numbers.join(",")}` : name;
}

function parseNumber(of: string, text: string | undefined, entry: NumberEntry): number {
  const { name, value, least, most, open, whole } = entry;
  if (text === undefined) return value;
  const number = text.trim() === "" ? NaN : Number(text);
  const inside = open ? number > least && number < most : number >= least && number <= most;
  if (inside && (!whole || Number.isInteger(number))) return number;
  const noun = whole ? "a whole number" : "a number";
  const bounds = open ? `above ${least} and below ${most}` : `from ${least} to ${most}`;
  throw new RangeError(`must be ${of} with a ${name} that is ${noun} ${bounds}`);
}
