/** The computing part of `lens-fit`: on plain arrays, whatever the backend. */

import { matrixProducts, type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { type InspectedLens, LensInspector, type LensScoreName } from "../../lensing/mod.ts";
import { sizeOf } from "../../shape.ts";
import type { Model, Weights } from "../model.ts";
import { type ModelImplementation, NOTHING_LEARNT } from "../model_type.ts";
import { detailsOf, LENS_DETAILS } from "./details.ts";
import type { LensFitSpec } from "./spec.ts";

/** Smooth lenses that are fitted to images. */
class LensFitModel implements Model {
  readonly spec: LensFitSpec;
  readonly #inspector: LensInspector;

  /**
   * @param spec The model as data.
   * @param inspector Fits images.
   */
  constructor(spec: LensFitSpec, inspector: LensInspector) {
    this.spec = spec;
    this.#inspector = inspector;
  }

  /** Scores of the fits. */
  scores(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.scoresAndDetails(names, x).scores;
  }

  /** Scores with the numbers of the fits. */
  scoresAndDetails(
    names: readonly string[],
    x: Tensor,
  ): { readonly scores: Tensor1D[]; readonly details: Float32Array } {
    const count = x.shape[0]!, columns = names.map(() => new Float32Array(count));
    const details = new Float32Array(count * LENS_DETAILS.length);
    this.#inspectAll(x, (lens, i) => {
      names.forEach((name, j) => columns[j]![i] = lens.score(name as LensScoreName));
      details.set(detailsOf(lens), i * LENS_DETAILS.length);
    });
    return { scores: columns.map((column) => tf.tensor1d(column)), details };
  }

  /** The same: no image changes the model. */
  leaveOneOut(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.scores(names, x);
  }

  /** The size of each residual in standard deviations, 0 where a pixel does not count. */
  errorMaps(x: Tensor): Tensor {
    const [count, height, width] = x.shape as [number, number, number];
    const maps = new Float32Array(count * height * width);
    this.#inspectAll(x, ({ fit }, i) => {
      const from = i * height * width;
      fit?.residuals.forEach((value, j) => maps[from + j] = Math.abs(value));
    });
    return tf.tensor3d(maps, [count, height, width]);
  }

  /** Maps of the mass that the smooth lens lacks; 0 where there is no fit. */
  massMaps(
    x: Tensor,
  ): { readonly convergence: Float32Array; readonly significance: Float32Array } {
    const size = sizeOf(this.spec.inputShape), count = x.shape[0]!;
    const convergence = new Float32Array(count * size),
      significance = new Float32Array(count * size);
    this.#inspectAll(x, (lens, i) => {
      const map = lens.massMap();
      if (!map) return;
      convergence.set(map.convergence, i * size);
      significance.set(map.significance, i * size);
    });
    return { convergence, significance };
  }

  #inspectAll(x: Tensor, use: (lens: InspectedLens, index: number) => void): void {
    // Images come from this thread, so that no backend has to fetch them.
    const values = x.dataSync() as Float32Array, size = sizeOf(this.spec.inputShape);
    for (let i = 0; i < x.shape[0]!; i++) {
      use(this.#inspector.inspect(values.slice(i * size, (i + 1) * size)), i);
    }
  }

  /** No values: all is in the spec. */
  snapshot(): Promise<Weights> {
    return Promise.resolve(new Map());
  }

  /** Nothing to free. */
  dispose(): void {}
}

async function create(spec: LensFitSpec): Promise<LensFitModel> {
  return new LensFitModel(spec, new LensInspector(spec.family, await matrixProducts()));
}

/** The computing part of the type. */
export const LENS_FIT_IMPLEMENTATION: ModelImplementation<LensFitSpec> = {
  open: create,
  fit: async (spec) => ({ model: await create(spec), result: NOTHING_LEARNT }),
};
