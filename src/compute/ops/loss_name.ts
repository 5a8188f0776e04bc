/** Reconstruction losses by name, with the numbers that they take. */

/** The names of the losses. */
export type LossName = "mse" | "bce" | "l1" | "huber" | "focal" | "ssim";

/**
 * A reconstruction loss in a word: its name, and for some, after a colon, their numbers.
 *
 * `huber:DELTA` and `focal:GAMMA,ALPHA,THRESHOLD`; numbers that are left out are the defaults.
 */
export type PixelLoss = LossName | `huber:${string}` | `focal:${string}`;

/** A number that a loss takes. */
export interface LossParameter {
  /** Its name in the literature. */
  readonly name: string;
  /** Its value unless given. */
  readonly value: number;
  /** The least that it may be. */
  readonly least: number;
  /** Whether that itself is refused. */
  readonly open?: boolean;
}

/** The losses, each with its numbers in their order. */
export const LOSSES: Readonly<Record<LossName, readonly LossParameter[]>> = {
  mse: [],
  bce: [],
  l1: [],
  huber: [{ name: "delta", value: 0.1, least: 0, open: true }],
  focal: [
    { name: "gamma", value: 0.25, least: 0 },
    { name: "alpha", value: 2, least: 0, open: true },
    { name: "threshold", value: 0, least: -Infinity, open: true },
  ],
  ssim: [],
};

/** A loss, understood. */
export interface LossTerms {
  /** Which. */
  readonly name: LossName;
  /** All its numbers, in order. */
  readonly numbers: readonly number[];
}

/**
 * Reads a loss.
 *
 * @param loss A name, and after a colon numbers separated by commas.
 * @returns The loss with all its numbers.
 * @throws {RangeError} If there is no such loss, or a number is wrong; the message is what must be.
 */
export function lossTerms(loss: string): LossTerms {
  const colon = loss.indexOf(":");
  const name = colon < 0 ? loss : loss.slice(0, colon);
  if (!Object.hasOwn(LOSSES, name)) {
    throw new RangeError(`must be one of ${Object.keys(LOSSES).join(", ")}`);
  }
  const parameters = LOSSES[name as LossName];
  const given = colon < 0 ? [] : loss.slice(colon + 1).split(",");
  if (given.length > parameters.length) {
    const form = parameters.map((parameter) => parameter.name.toUpperCase()).join(",");
    throw new RangeError(parameters.length > 0 ? `must be ${name}:${form}` : `must be ${name}`);
  }
  const numbers = parameters.map(({ name: parameter, value, least, open }, i) => {
    const text = given[i]?.trim();
    if (text === undefined) return value;
    const number = text === "" ? NaN : Number(text);
    if (Number.isFinite(number) && (open ? number > least : number >= least)) return number;
    const wanted = least === -Infinity ? "" : ` ${open ? "above" : "of at least"} ${least}`;
    throw new RangeError(`must have a ${parameter} that is a number${wanted}`);
  });
  return { name: name as LossName, numbers };
}
