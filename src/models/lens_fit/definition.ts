/** `lens-fit`: fits a smooth lens to each image, and asks whether the residuals look like mass. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import type { LensFamily } from "../../lensing/mod.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { LENS_DETAILS, NUMBERS } from "./details.ts";
import { COMMON, COUNT, NON_NEGATIVE } from "../network/layer_schema.ts";
import type { LensFitSpec } from "./spec.ts";

const NUMBER = v.pipe(v.number(), v.finite());
/** Median chi-square per degree of freedom from which a family is doubtful. */
const DOUBTFUL = 1.5;

const FAMILY: v.GenericSchema<unknown, LensFamily> = v.strictObject({
  camera: v.record(v.string(), v.union([NUMBER, v.string()])),
  psf: v.optional(
    v.strictObject({ width: COUNT, height: COUNT, data: v.array(NUMBER) }),
  ),
  exposureVaries: v.boolean(),
  mean: v.pipe(
    v.array(v.nullable(NUMBER)),
    v.length(NUMBERS.length),
    v.check(([ring]) => ring! > 0, "the Einstein radius must be above 0"),
  ),
  spread: v.pipe(v.array(NON_NEGATIVE), v.length(NUMBERS.length)),
  free: v.array(v.picklist(NUMBERS)),
  substructure: v.strictObject({
    mean: v.array(NON_NEGATIVE),
    variance: v.array(NON_NEGATIVE),
    lines: v.array(v.strictObject({
      ...{ x: NUMBER, y: NUMBER, length: NON_NEGATIVE, angle: NUMBER, radius: NON_NEGATIVE },
    })),
    lineMass: NON_NEGATIVE,
    oneMass: v.optional(v.boolean()),
  }),
});

const TYPE: ModelType<LensFitSpec> = {
  kind: "lens-fit",
  schema: () => v.strictObject({ kind: v.literal("lens-fit"), ...COMMON, family: FAMILY }),
  scores: ({ family: { substructure } }) => [
    {
      name: "z",
      summary: "excess of the residuals along small masses, in standard deviations; knows no class",
    },
    // Files of earlier versions have no calibration of it.
    ...substructure.oneMass
      ? [{
        name: "mass",
        summary: "log likelihood ratio of one mass of any place, size and sign; knows no class",
      }]
      : [],
    {
      name: "substructure",
      summary: "log likelihood ratio of the recipe's subhalos and vortices; knows what it seeks",
    },
    { name: "point", summary: "greatest fall of chi-square by one point of mass" },
    { name: "chi2", summary: "chi-square of the smooth lens per degree of freedom" },
    { name: "max_error", summary: "largest residual of a pixel, in standard deviations" },
  ],
  describe: ({ family: { camera, free } }) =>
    `, ${camera["image.pixel_scale"]} arcsec per pixel, ${free.length} free numbers of a lens: ` +
    free.join(", "),
  details: () => LENS_DETAILS,
  doubt(calibrations) {
    const ratios = calibrations.get("chi2") ?? new Float32Array(0);
    const middle = ratios[ratios.length >> 1] ?? 0;
    return middle <= DOUBTFUL ? undefined : {
      message:
        `the median chi-square per degree of freedom is ${
          middle.toPrecision(3)
        }, where lenses of ` +
        "the recipe have 1: these images are of other lenses or another camera",
      hint: "name their recipe by --recipe, --instrument and --set, or free what differs by --free",
    };
  },
  leavesOneOut: () => true,
  allCalibrate: true,
  omitsMissing: true,
  maxBatch: 4,
  unexportable: "it fits a lens to each image, in as many steps as the image takes",
  load: async () => (await import("./lens_fit.ts")).LENS_FIT_IMPLEMENTATION,
};

/** Smooth lenses of a recipe. */
export const LENS_FIT: ModelDefinition<LensFitSpec> = {
  type: TYPE,
  summary:
    "fits a smooth gravitational lens to each image and seeks substructure in the residuals; no training",
  defaults: { steps: 0, learningRate: 0, score: "z" },
  options: ["lenses"],
  requires: "lenses",
  build({ inputShape: [height, width, channels], lenses }) {
    if (!lenses) throw new TypeError("Cannot build lens-fit as there must be lenses to fit");
    if (channels !== 1) {
      throw new StrayError(
        "shape",
        "Cannot fit lenses as images must be grey: they are in colour",
        {
          hint: "fit one band at a time",
        },
      );
    }
    const family = lenses.familyOf({ width, height });
    return { kind: "lens-fit", name: "lens-fit", inputShape: [height, width, 1], family };
  },
};
