/** Numbers as people write them. */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Decimal exponents below which, and from which, a power of ten is written. */
const SMALL = -4;
const LARGE = 6;

/**
 * Writes a number with few digits: `0.0123`, `1,234`, `1.5×10⁻⁵`.
 *
 * @param value Any number.
 * @param digits Significant digits, from 1. @default {3}
 * @returns The text, without units.
 *
 * @example
 * ```ts
 * import { formatNumber } from "./format.ts";
 *
 * const texts = [0, 0.012345, 12345, 1.5e-5, -2e9].map((value) => formatNumber(value));
 * if (texts.join() !== ["0", "0.0123", "12,300", "1.5×10⁻⁵", "−2×10⁹"].join()) throw new Error(texts.join());
 * ```
 */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "–";
  const sign = value < 0 ? "−" : "", size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  const [mantissa, power] = size.toExponential(digits - 1).split("e").map(Number) as [
    number,
    number,
  ];
  if (size === 0) return "0";
  if (power >= SMALL && power < LARGE) {
    const rounded = Number(size.toPrecision(digits));
    return sign + rounded.toLocaleString("en", { maximumFractionDigits: digits - SMALL });
  }
  const exponent = [...`${Math.abs(power)}`].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `${sign}${mantissa === 1 ? "" : `${mantissa}×`}10${power < 0 ? "⁻" : ""}${exponent}`;
}

/**
 * Writes a share as a percentage.
 *
 * @param share From 0 to 1.
 * @returns Such as `12.3 %`.
 */
export function formatShare(share: number): string {
  return `${formatNumber(100 * share)} %`;
}
