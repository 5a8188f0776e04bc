/** Whether a stream of images is unlike the images that calibrate: another camera, night or instrument. */

/** The least evidence against the calibration at which the test fires: its inverse bounds false alarms. */
const EVIDENCE = 2000;
/** Probability that a bound on a share of small p-values is exceeded because of the calibration images. */
const UNLUCKY_CALIBRATION = 1 / 2000;
/** The share of true anomalies that a stream may have without being unlike the calibration. */
const ANOMALIES = 0.2;
/** P-values that count as small. */
const LEVELS: readonly number[] = [0.05, 0.2, 0.5];
/** Stakes: parts of the capital that are lost where a p-value is not small. */
const STAKES: readonly number[] = [0.1, 0.3, 0.5, 0.7, 0.9];

/** Images that are unlike the calibration as a whole. */
export interface UnlikeCalibration {
  /** Number of small p-values. */
  readonly small: number;
  /** Number of images since the change. */
  readonly of: number;
  /** P-values up to this one are small. */
  readonly level: number;
}

/** A bet on small p-values: its capital over all times at which the change may have begun. */
interface Bet {
  readonly level: number;
  /** Factors of the capital after a small p-value and after another. */
  readonly gain: number;
  readonly loss: number;
  capital: number;
  /** Logarithm of the capital since the likeliest change, and what was seen since. */
  recent: number;
  small: number;
  of: number;
}

/**
 * An anytime-valid test of the hypothesis that at most a fifth of a stream's images are anomalies, and
 * the others exchangeable with the images that calibrate.
 *
 * Of images like the calibration images a share of Beta(m, n + 1 - m) has one of the m smallest of n + 1
 * p-values (Vovk 2012, "Conditional validity of inductive conformal predictors", Asian Conference on
 * Machine Learning, 475). With q the upper bound of that share and the anomalies, capital is bet on
 * small p-values so that it grows under the hypothesis in no mean (Waudby-Smith and Ramdas 2024,
 * Journal of the Royal Statistical Society B 86, 1), mixed over levels, stakes and, with weights
 * 1 / (t (t + 1)), over the image t at which the change begins. By Ville's inequality (1939) the
 * capital ever reaches 2,000 times its start with a probability of at most 1/2,000; with the bound's
 * own 1/2,000 a false alarm in an endless stream has a probability of at most 1/1,000 after a split.
 * After a calibration by folds, whose p-values are larger if anything, it is as rare as these are right.
 *
 * @example
 * ```ts
 * import { ShiftTest } from "./shift_detection.ts";
 *
 * const test = new ShiftTest(99);
 * const found = Array.from({ length: 40 }, () => test.add(0.01)).find((alarm) => alarm);
 * if (found?.small !== found?.of) throw new Error("all p-values are small");
 * ```
 */
export class ShiftTest {
  readonly #bets: readonly Bet[];
  #images = 0;
  #fired = false;

  /**
   * Starts a test.
   *
   * @param calibration Number of images that calibrate; with none the test never fires.
   */
  constructor(calibration: number) {
    const ranks = calibration < 1
      ? []
      : LEVELS.map((level) => Math.max(1, Math.floor(level * (calibration + 1) + 1e-9)));
    const different = [...new Set(ranks)];
    this.#bets = different.flatMap((rank) => {
      const share = upperShare(rank, calibration, UNLUCKY_CALIBRATION / different.length);
      const most = ANOMALIES + (1 - ANOMALIES) * share;
      return STAKES.map((stake) => ({
        level: rank / (calibration + 1),
        gain: 1 + stake * (1 / most - 1),
        loss: 1 - stake,
        ...{ capital: 0, recent: 0, small: 0, of: 0 },
      }));
    });
  }

  /**
   * Adds an image of the stream.
   *
   * @param p Its p-value.
   * @returns The finding, the first time that the evidence suffices; else undefined.
   */
  add(p: number): UnlikeCalibration | undefined {
    if (this.#fired || this.#bets.length === 0) return undefined;
    const t = ++this.#images;
    let sum = 0, best = this.#bets[0]!;
    for (const bet of this.#bets) {
      const isSmall = p <= bet.level + 1e-12, factor = isSmall ? bet.gain : bet.loss;
      bet.capital = (bet.capital + 1 / (t * (t + 1))) * factor;
      if (bet.recent <= 0) [bet.recent, bet.small, bet.of] = [0, 0, 0];
      bet.recent += Math.log(factor);
      bet.of++;
      if (isSmall) bet.small++;
      sum += bet.capital;
      if (bet.capital > best.capital) best = bet;
    }
    // The capital reserved for later changes counts too.
    if (sum / this.#bets.length + 1 / (t + 1) < EVIDENCE) return undefined;
    this.#fired = true;
    const { small, of, level } = best;
    return { small, of, level };
  }
}

/**
 * The bound that the share of images with one of the `rank` smallest p-values exceeds with probability
 * `chance`: the share at which a binomial count of `count` is below `rank` with that probability.
 */
function upperShare(rank: number, count: number, chance: number): number {
  let low = 0, high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (binomialBelow(rank, count, middle) > chance) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability that a binomial count is below `rank`. */
function binomialBelow(rank: number, count: number, share: number): number {
  const [yes, no] = [Math.log(share), Math.log1p(-share)];
  let choose = 0, sum = 0;
  for (let k = 0; k < rank; k++) {
    sum += Math.exp(choose + k * yes + (count - k) * no);
    choose += Math.log((count - k) / (k + 1));
  }
  return sum;
}
