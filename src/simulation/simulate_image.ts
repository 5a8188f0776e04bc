/** Simulation of one image of a series. */

import { StrayError } from "../errors.ts";
import { encodePng } from "../images/encode_png.ts";
import {
  bandsOf,
  drawParameters,
  haloPropertiesOf,
  type LensParameters,
  makeImage,
  mergeBands,
  namedRandom,
  parameterEntry,
  type ParameterName,
  type SourceImage,
  type Stretch,
  stretchImage,
} from "../lensing/mod.ts";
import { encodeFits } from "./encode_fits.ts";
import { lensMapsOf } from "./lens_maps.ts";
import {
  type ImageFormat,
  type ImageId,
  imageName,
  imagePath,
  type SimulationSettings,
} from "./settings.ts";
import type { ManifestRecord, SimulatedImage } from "./simulated_image.ts";

/**
 * Simulates an image of a series; the result depends only on the settings and the id.
 *
 * @param settings Settings of the series.
 * @param id Image.
 * @returns The image and its manifest record.
 */
export async function simulateImage(
  settings: SimulationSettings,
  id: ImageId,
): Promise<SimulatedImage> {
  const { recipe, seed, sources } = settings;
  const { lensClass, index } = id;
  const parameters = drawParameters(recipe, { seed, lensClass, index });
  const chance = namedRandom(seed, lensClass, index, "source.image");
  const sourceImage = parameters["source.profile"] === "image"
    ? sources[chance.integer(sources.length)]
    : undefined;
  return await renderImage(settings, id, parameters, sourceImage);
}

/**
 * Renders an image from its parameters, which the manifest record contains.
 *
 * @param settings Settings of the series; the distributions of the recipe are not used.
 * @param id Image.
 * @param parameters Parameters of the image.
 * @param sourceImage Source image, if `source.profile` is `image`.
 * @returns The image and its manifest record.
 */
export async function renderImage(
  settings: SimulationSettings,
  id: ImageId,
  parameters: LensParameters,
  sourceImage: SourceImage | undefined,
): Promise<SimulatedImage> {
  const { seed, format, recipe, version } = settings;
  const { lensClass, index } = id;
  const bands = bandsOf(parameters).map((band, i) =>
    makeImage(band, {
      lensClass,
      noise: namedRandom(seed, lensClass, index, i === 0 ? "noise" : `noise.${i}`),
      clumps: namedRandom(seed, lensClass, index, "clumps"),
      sourceImage,
      psfImage: settings.psf,
    })
  );
  const made = mergeBands(bands), channels = bands.length === 1 ? 1 : 3;
  if (format === "fits" && channels !== 1) {
    throw new StrayError(
      "usage",
      'Cannot write FITS as image.colour must be grey: current value is "rgb"',
      { hint: "--set image.colour=grey, or --format png16, npy or npz" },
    );
  }
  const stretch = parameters["image.stretch"] as Stretch;
  const [black, white] = made.range;
  const record: ManifestRecord = {
    path: imagePath(id, settings),
    label: lensClass,
    index,
    seed,
    recipe: recipe.name,
    version,
    signal_to_noise: made.signalToNoise,
    residual: made.residual,
    scale: { black, white, stretch: format === "fits" ? "none" : stretch },
    derived: haloPropertiesOf(parameters),
    ...(sourceImage && { source_image: sourceImage.name }),
    ...(parameters["psf.kind"] === "image" && settings.psf && { psf_image: settings.psf.name }),
    parameters,
    units: unitsOf(parameters),
  };
  const { width, height, noisy, range } = made;
  const bytes = format === "fits"
    ? encodeFits(Float32Array.from(noisy), {
      width,
      height,
      pixelScale: parameters["image.pixel_scale"] as number,
      unit: "electron/s",
      cards: [["OBJECT", imageName(id), "class and index"]],
    })
    : await encodeValues(stretchImage(noisy, range, stretch), { width, height, channels, format });
  return { record, bytes, maps: settings.maps ? lensMapsOf(parameters, lensClass) : undefined };
}

async function encodeValues(
  values: Float32Array<ArrayBuffer>,
  { width, height, channels, format }: {
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly format: ImageFormat;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === "npy" || format === "npz") return new Uint8Array(values.buffer);
  const white = format === "png" ? 255 : 65535;
  const data = format === "png" ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = Math.round(white * values[i]!);
  return await encodePng({ width, height, channels, data, white });
}

function unitsOf(parameters: LensParameters): Record<string, string> {
  const units: Record<string, string> = {};
  for (const name of Object.keys(parameters) as ParameterName[]) {
    const { unit } = parameterEntry(name);
    if (unit !== "") units[name] = unit;
  }
  return units;
}
