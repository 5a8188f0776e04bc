/** The choice between products with and without tiles: both give the same bits, the machine decides. */

/** Multiply-adds before tiles are considered, and between two measurements: some 15 ms of work. */
const BETWEEN = 1 << 28;
/** Maximum number of measurements of about a millisecond: the engine takes some 100 ms to optimise the tiles' code. */
const MAX_MEASUREMENTS = 16;
/** First measurements that decide nothing, as neither code is optimised yet. */
const WARM_UP = 4;
/** Minimum gain for which tiles are chosen. */
const MIN_GAIN = 1.1;

/** Speeds of one product, in any unit. */
export interface TileSpeeds {
  readonly plain: number;
  readonly tiles: number;
}

/** Whether products run by tiles, decided by measuring now and then in long work. */
export class TileChoice {
  readonly #measure: () => TileSpeeds;
  #left: number;
  #work = 0;
  #chosen = false;

  /**
   * @param possible Whether the engine can run the tile kernels.
   * @param measure Measures both ways.
   */
  constructor(possible: boolean, measure: () => TileSpeeds) {
    this.#left = possible ? MAX_MEASUREMENTS : 0;
    this.#measure = measure;
  }

  /** Whether products run by tiles now. */
  get chosen(): boolean {
    return this.#chosen;
  }

  /** Whether the choice is still to be made. */
  get open(): boolean {
    return this.#left > 0;
  }

  /** Counts the work of a product, and measures when it is time. */
  count(multiplyAdds: number): void {
    if (this.#left === 0) return;
    this.#work += multiplyAdds;
    if (this.#work < BETWEEN) return;
    this.#work = 0;
    this.#decide();
  }

  /** Measures once, and chooses tiles if they are faster. */
  #decide(): void {
    this.#left--;
    const { plain, tiles } = this.#measure();
    if (this.#left < MAX_MEASUREMENTS - WARM_UP && tiles >= MIN_GAIN * plain) this.force(true);
  }

  /** Measures once, without a choice. */
  measure(): TileSpeeds {
    return this.#measure();
  }

  /** Ends the measurements with a choice. */
  force(chosen: boolean): void {
    this.#chosen = chosen;
    this.#left = 0;
  }
}
