/** The computing part of `lens-fit`: on plain arrays, whatever the backend. */

import { matrixProducts, type Tensor, type Tensor1D, tf } from "../../compute/mod.ts";
import { LensInspector, type LensScoreName } from "../../lensing/mod.ts";
import { sizeOf } from "../../shape.ts";
import type { ImageErrors, ImageFindings, Model, WantedMaps, Weights } from "../model.ts";
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
    return this.inspect(names, x, { errors: false, mass: false }).scores;
  }

  /** The same: no image changes the model. */
  leaveOneOut(names: readonly string[], x: Tensor): Tensor1D[] {
    return this.scores(names, x);
  }

  /** The smooth lens of each image, and its chi-square; without a fit black, and infinite. */
  errors(x: Tensor): ImageErrors {
    const size = sizeOf(this.spec.inputShape), count = x.shape[0]!;
    const values = x.dataSync() as Float32Array;
    const images = new Float32Array(values.length), loss = new Float32Array(count).fill(Infinity);
    for (let i = 0, at = 0; i < count; i++, at += size) {
      const lens = this.#inspector.inspect(values.slice(at, at + size));
      if (!lens.fit) continue;
      images.set(lens.smoothImage()!, at);
      loss[i] = lens.fit.chiSquare;
    }
    return { reconstruction: tf.tensor(images, x.shape), loss: tf.tensor1d(loss) };
  }

  /** The size of each residual in standard deviations, 0 where a pixel does not count. */
  errorMaps(x: Tensor): Tensor {
    return this.inspect([], x, { errors: true, mass: false }).errors!;
  }

  /**
   * Fits each image once: scores, the numbers of the fit, the sizes of residuals, and the mass that the smooth lens
   * lacks; maps are 0 where there is no fit.
   */
  inspect(names: readonly string[], x: Tensor, wanted: WantedMaps): ImageFindings {
    const [count, height, width] = x.shape as [number, number, number];
    const size = sizeOf(this.spec.inputShape);
    // Images come from this thread, so that no backend has to fetch them.
    const values = x.dataSync() as Float32Array;
    const columns = names.map(() => new Float32Array(count));
    const details = new Float32Array(count * LENS_DETAILS.length);
    const errors = new Float32Array(wanted.errors ? count * size : 0);
    const convergence = new Float32Array(wanted.mass ? count * size : 0);
    const significance = new Float32Array(convergence.length);
    for (let i = 0, at = 0; i < count; i++, at += size) {
      const lens = this.#inspector.inspect(values.slice(at, at + size));
      names.forEach((name, j) => columns[j]![i] = lens.score(name as LensScoreName));
      details.set(detailsOf(lens), i * LENS_DETAILS.length);
      if (wanted.errors && lens.fit) errors.set(lens.fit.residuals.map(Math.abs), at);
      const map = wanted.mass ? lens.massMap() : undefined;
      if (!map) continue;
      convergence.set(map.convergence, at);
      significance.set(map.significance, at);
    }
    return {
      ...{ scores: columns.map((column) => tf.tensor1d(column)), details },
      ...wanted.errors && { errors: tf.tensor3d(errors, [count, height, width]) },
      ...wanted.mass && { mass: { convergence, significance } },
    };
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
