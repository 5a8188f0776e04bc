/** Text of a progress line: how many images, and how fast. */

const NUMBERS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * Progress of work on images, from the moment of construction.
 *
 * @example
 * ```ts
 * import { Rate } from "./rate.ts";
 *
 * let nowMs = 0;
 * const rate = new Rate(() => nowMs);
 * nowMs = 2000;
 * if (rate.of(5000, 20000) !== "5,000 of 20,000 images, 2,500/s, 6 s left") {
 *   throw new Error("unexpected words");
 * }
 * if (rate.summary() !== "5,000 images in 2.0 s, 2,500/s") throw new Error("unexpected words");
 * ```
 */
export class Rate {
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #images = 0;

  /**
   * Starts the clock.
   *
   * @param nowMs A clock, in ms. @default {performance.now}
   */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /**
   * Progress so far.
   *
   * @param images Images done since the clock was started.
   * @param total Number of all images, where it is known.
   * @returns Text such as `5,000 of 20,000 images, 2,500/s, 6 s left`.
   */
  of(images: number, total?: number): string {
    this.#images = images;
    const speed = this.#speed();
    const counted = NUMBERS.format(images) +
      (total === undefined ? " images" : ` of ${NUMBERS.format(total)} images`);
    if (speed === 0) return counted;
    const left = total === undefined ? "" : `, ${duration((total - images) / speed)} left`;
    return `${counted}, ${perSecond(speed)}${left}`;
  }

  /**
   * Progress up to the last call of {@linkcode Rate.of}.
   *
   * @returns Text such as `5,000 images in 2.0 s, 2,500/s`.
   */
  summary(): string {
    const seconds = this.#seconds();
    const took = seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds);
    return `${NUMBERS.format(this.#images)} images in ${took}, ${perSecond(this.#speed())}`;
  }

  #seconds(): number {
    return (this.#nowMs() - this.#startMs) / 1000;
  }

  #speed(): number {
    const seconds = this.#seconds();
    return seconds > 0 ? this.#images / seconds : 0;
  }
}

function perSecond(speed: number): string {
  return `${speed < 10 ? speed.toFixed(1) : NUMBERS.format(speed)}/s`;
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
