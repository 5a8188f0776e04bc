/** Checks of numbers that callers pass in. */

/** The error of a value out of its range. */
export function outOfRange(action: string, field: string, wanted: string, value: unknown) {
  return new RangeError(
    `Cannot ${action} as ${field} must be ${wanted}: current value is ${value}`,
  );
}

/** Returns a number that is neither infinite nor NaN. */
export function finite(action: string, field: string, value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(action, field, "finite", value);
  return value;
}

/** Returns a finite number above 0. */
export function positive(action: string, field: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw outOfRange(action, field, "finite and above 0", value);
  }
  return value;
}

/** Returns a finite number of at least 0. */
export function nonNegative(action: string, field: string, value: number): number {
  if (!(value >= 0 && value < Infinity)) {
    throw outOfRange(action, field, "finite and 0 or more", value);
  }
  return value;
}

/** Returns a number in (0, 1]. */
export function fraction(action: string, field: string, value: number): number {
  if (!(value > 0 && value <= 1)) throw outOfRange(action, field, "in (0, 1]", value);
  return value;
}

/** Returns an integer of at least `least`. */
export function integer(action: string, field: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw outOfRange(action, field, `a whole number of at least ${least}`, value);
  }
  return value;
}
