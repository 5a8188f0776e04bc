/** Metrics of maps of errors, compared pixel by pixel with masks of the anomalies. */

import { StrayError } from "../errors.ts";
import { findRegions } from "./regions.ts";

/** Bits of a float32 that a bin ignores: bins are 1/2048 of their value wide. */
const IGNORED_BITS = 12;
const BINS = 1 << (31 - IGNORED_BITS);

/** A map with its mask. */
export interface MaskedMap {
  /** Errors, at least 0, row-major, y down. */
  readonly map: Float32Array;
  /** Not 0 where the image is anomalous; undefined for an image without an anomaly. */
  readonly mask?: ArrayLike<number> | undefined;
  /** Number of columns. */
  readonly width: number;
}

/** Metrics over the pixels of all maps. */
export interface PixelEvaluation {
  /** Area under the ROC curve, every pixel a case. */
  readonly pixelAuroc: number;
  /**
   * Area under the curve of the mean overlap with each region, over the false positive rate up to 0.3,
   * divided by 0.3 (Bergmann et al. 2021, "The MVTec Anomaly Detection Dataset", IJCV 129, 1038).
   */
  readonly aupro: number;
}

/**
 * Gathers maps into histograms of fixed size, so that any number of maps can be compared.
 *
 * @example
 * ```ts
 * import { PixelMetrics } from "./pixel_metrics.ts";
 *
 * const metrics = new PixelMetrics();
 * metrics.add({ map: Float32Array.of(0.1, 0.2, 3, 0), mask: [0, 0, 1, 0], width: 2 });
 * const { pixelAuroc, aupro } = metrics.evaluate();
 * if (pixelAuroc !== 1 || aupro !== 1) throw new Error("unexpected metrics");
 * ```
 */
export class PixelMetrics {
  readonly #negatives = new Float64Array(BINS);
  readonly #positives = new Float64Array(BINS);
  /** Per bin, the shares that its pixels are of their regions. */
  readonly #overlaps = new Float64Array(BINS);
  #regions = 0;

  /**
   * Adds a map.
   *
   * @param masked The map and its mask.
   * @throws {TypeError} If map and mask differ in size.
   * @throws {StrayError} `value` If an error is negative or not finite.
   */
  add({ map, mask, width }: MaskedMap): void {
    if (mask && mask.length !== map.length) {
      throw new TypeError(
        `Cannot compare a map with its mask as both must have as many pixels: ` +
          `current numbers are ${map.length} and ${mask.length}`,
      );
    }
    const { regions, sizes } = mask
      ? findRegions(mask, width)
      : { regions: undefined, sizes: [map.length] };
    this.#regions += sizes.length - 1;
    const bits = new Uint32Array(map.slice().buffer);
    for (let i = 0; i < map.length; i++) {
      if (!(map[i]! >= 0 && map[i]! < Infinity)) {
        throw new StrayError(
          "value",
          `Cannot compare a map as errors must be at least 0: current value is ${map[i]}`,
        );
      }
      // Bits of positive floats are ordered as the floats are; -0 counts as 0.
      const bin = map[i] === 0 ? 0 : bits[i]! >>> IGNORED_BITS;
      const region = regions?.[i] ?? 0;
      if (region === 0) this.#negatives[bin]!++;
      else {
        this.#positives[bin]!++;
        this.#overlaps[bin]! += 1 / sizes[region]!;
      }
    }
  }

  /**
   * Evaluates the maps so far.
   *
   * @param mostFpr False positive rate up to which overlaps are integrated, in (0, 1]. @default {0.3}
   * @returns The metrics.
   * @throws {StrayError} `label` If no pixel is inside a mask, or none outside.
   */
  evaluate(mostFpr = 0.3): PixelEvaluation {
    const negatives = sum(this.#negatives), positives = sum(this.#positives);
    if (negatives === 0 || positives === 0) {
      throw new StrayError(
        "label",
        "Cannot compare maps with masks as there must be pixels inside masks and outside: " +
          `current numbers are ${positives} and ${negatives}`,
      );
    }
    let fp = 0, tp = 0, overlap = 0, auroc = 0, aupro = 0;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const [n, p] = [this.#negatives[bin]!, this.#positives[bin]!];
      if (n === 0 && p === 0) continue;
      auroc += n * (tp + p / 2);
      const wide = Math.min(fp + n, mostFpr * negatives) - fp;
      const gain = this.#overlaps[bin]!;
      if (wide > 0) aupro += wide * (overlap + gain * wide / n / 2);
      fp += n;
      tp += p;
      overlap += gain;
    }
    return {
      pixelAuroc: auroc / (negatives * positives),
      aupro: aupro / (this.#regions * mostFpr * negatives),
    };
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
