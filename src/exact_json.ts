/** JSON in which numbers that a double cannot hold keep their digits. */

/** A number that JSON.stringify writes with its original digits. */
interface RawNumber {
  readonly rawJSON: string;
}

/** Parts of ECMAScript's proposal "JSON.parse source text access" that Deno has and TypeScript lacks. */
interface SourceJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}

const SOURCE_JSON = JSON as unknown as SourceJson;

/** Numbers that may come out in other digits: long ones, and those with exponents or trailing zeros. */
const MAY_CHANGE =
  /(?:^|[:,[\s])(-?(?:[\d.]{16}|[\d.]+[eE]|\d+\.\d*0(?!\d)|0\.000000)[-+\d.eE]*|-0(?![.\d]))/g;

const STRINGS = /"(?:[^"\\]|\\.)*"/gs;

/** Maximum number of arrays and objects within each other. */
const MAX_DEPTH = 512;

/** Whether arrays and objects of JSON nest deeper than a number. */
function isDeeperThan(most: number, text: string): boolean {
  // Each of them takes two characters.
  if (text.length <= 2 * most) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      do at = text.indexOf('"', at + 1); while (at > 0 && isEscaped(text, at));
      if (at < 0) return false;
    } else if (character === "{" || character === "[") {
      if (++depth > most) return true;
    } else if (character === "}" || character === "]") depth--;
  }
  return false;
}

/** Whether a character follows an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/**
 * Parses JSON; `JSON.stringify` of the result has every number digit for digit.
 *
 * A number that would change (an identifier above 2^53, `1.50`, `1e999`) is not a `number` in the result:
 * {@linkcode numberOf} and {@linkcode numberText} read both.
 *
 * @param text JSON.
 * @returns The value.
 * @throws {SyntaxError} If it is not JSON, or nests more than 512 deep, which `JSON.stringify` may not write.
 *
 * @example
 * ```ts
 * import { parseExactJson } from "./exact_json.ts";
 *
 * const text = '{"id":1237648720693755918,"z":0.50}';
 * if (JSON.stringify(parseExactJson(text)) !== text) throw new Error("a digit has changed");
 * ```
 */
export function parseExactJson(text: string): unknown {
  if (isDeeperThan(MAX_DEPTH, text)) {
    throw new SyntaxError(`arrays and objects nest more than ${MAX_DEPTH} deep`);
  }
  // A hash looks like a number with an exponent: strings count only if they seem to matter.
  if (!hasChanging(text) || !hasChanging(text.replace(STRINGS, '""'))) return JSON.parse(text);
  return SOURCE_JSON.parse(
    text,
    (_, value, { source }) =>
      typeof value !== "number" || source === undefined || JSON.stringify(value) === source
        ? value
        : SOURCE_JSON.rawJSON(source),
  );
}

/** Whether a number in a text comes out in other digits, strings taken for JSON. */
function hasChanging(text: string): boolean {
  for (const [, number] of text.matchAll(MAY_CHANGE)) {
    if (String(Number(number)) !== number) return true;
  }
  return false;
}

/**
 * The number that a value of {@linkcode parseExactJson} stands for.
 *
 * @param value Any value.
 * @returns The nearest double; undefined if it is not a number.
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return SOURCE_JSON.isRawJSON(value) ? Number(value.rawJSON) : undefined;
}

/**
 * A number as the text of a label: `2` for `2.0`, and all digits of an integer above 2^53.
 *
 * @param value Any value.
 * @returns The text; undefined if it is not a number.
 *
 * @example
 * ```ts
 * import { numberText, parseExactJson } from "./exact_json.ts";
 *
 * const [long, short] = parseExactJson("[1237648720693755919,2.0]") as unknown[];
 * if (numberText(long) !== "1237648720693755919") throw new Error("unexpected digits");
 * if (numberText(short) !== "2") throw new Error("unexpected digits");
 * ```
 */
export function numberText(value: unknown): string | undefined {
  const number = numberOf(value);
  if (number === undefined || typeof value === "number") return number?.toString();
  const { rawJSON } = value as RawNumber;
  const whole = /^-?\d+$/.test(rawJSON) && !Number.isSafeInteger(number);
  return whole || !Number.isFinite(number) ? rawJSON : String(number);
}
