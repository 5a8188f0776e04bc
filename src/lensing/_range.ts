/** Numbers that must be in a range: programming misuse otherwise. */

/** A failure in the words that all of stray's errors have. */
export function outOfRange(action: string, field: string, wanted: string, value: unknown) {
  return new RangeError(
    `Cannot ${action} as ${field} must be ${wanted}: current value is ${value}`,
  );
}

/** A number that is neither infinite nor NaN. */
export function finite(action: string, field: string, value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(action, field, "finite", value);
  return value;
}

/** A finite number above 0. */
export function positive(action: string, field: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw outOfRange(action, field, "finite and above 0", value);
  }
  return value;
}

/** A finite number of at least 0. */
export function notNegative(action: string, field: string, value: number): number {
  if (!(value >= 0 && value < Infinity)) {
    throw outOfRange(action, field, "finite and 0 or more", value);
  }
  return value;
}

/** A number in (0, 1]. */
export function ratio(action: string, field: string, value: number): number {
  if (!(value > 0 && value <= 1)) throw outOfRange(action, field, "in (0, 1]", value);
  return value;
}

/** A whole number of at least `least`. */
export function whole(action: string, field: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw outOfRange(action, field, `a whole number of at least ${least}`, value);
  }
  return value;
}
