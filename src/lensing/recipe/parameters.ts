/** The parameters of a simulated lens: what each means, its unit, and what it may be. */

/** One parameter. */
export interface ParameterEntry {
  /** Its unit, `""` where it has none. */
  readonly unit: string;
  /** One line, no full stop. */
  readonly about: string;
  /** The least that it may be. @default {-Infinity} */
  readonly least?: number;
  /** The most that it may be. @default {Infinity} */
  readonly most?: number;
  /** Whether `least` itself is refused. @default {false} */
  readonly above?: boolean;
  /** Whether it must be whole. @default {false} */
  readonly whole?: boolean;
  /** The words that it may be, if it is no number. */
  readonly words?: readonly string[];
  /** Whether it is drawn anew for each subhalo. @default {false} */
  readonly each?: boolean;
  /** What a recipe has that does not say; none for those with alternatives. */
  readonly usual?: number | string;
}

const ANGLE = { unit: "rad", usual: 0 } as const;
const POSITION = { unit: "arcsec", usual: 0 } as const;
const RATIO = { unit: "", least: 0, most: 1, above: true, usual: 1 } as const;
const REDSHIFT = { unit: "", least: 0, above: true, most: 20 } as const;
const LENGTH = { unit: "arcsec", least: 0, above: true } as const;
const INTENSITY = { unit: "electron/s/arcsec2", least: 0 } as const;
const MAGNITUDE = { unit: "mag" } as const;
const PER_AREA = { unit: "mag/arcsec2" } as const;
const INDEX = { unit: "", least: 0.2, most: 12 } as const;
const FRACTION = { unit: "", least: 0, above: true, most: 1, usual: 0.01 } as const;

/**
 * All parameters, in the order in which a recipe and a record of the manifest list them.
 *
 * Positions are in arcsec from the middle of the image, x to the right and y up; angles go from x to
 * y. An ellipse's radius is that of the circle of the same area.
 */
export const PARAMETERS = {
  "cosmology.hubble": {
    unit: "km/s/Mpc",
    about: "Hubble constant",
    least: 0,
    above: true,
    usual: 70,
  },
  "cosmology.matter": {
    unit: "",
    about: "density of matter of a flat universe, in critical densities",
    least: 0,
    most: 1,
    above: true,
    usual: 0.3,
  },
  "lens.redshift": { ...REDSHIFT, about: "redshift of the lens", usual: 0.5 },
  "source.redshift": { ...REDSHIFT, about: "redshift of the source", usual: 1 },
  "halo.einstein_radius": { ...LENGTH, about: "Einstein radius of the halo, isothermal" },
  "halo.mass": {
    unit: "Msun",
    about: "or: mass inside the Einstein radius",
    least: 0,
    above: true,
  },
  "halo.velocity_dispersion": {
    unit: "km/s",
    about: "or: velocity dispersion of the isothermal sphere",
    least: 0,
    above: true,
  },
  "halo.x": { ...POSITION, about: "centre of the halo and of the lens light" },
  "halo.y": { ...POSITION, about: "centre of the halo and of the lens light" },
  "halo.axis_ratio": { ...RATIO, about: "minor over major axis of the convergence" },
  "halo.angle": { ...ANGLE, about: "of the major axis" },
  "shear.magnitude": {
    unit: "",
    about: "external shear",
    least: 0,
    most: 1,
    usual: 0,
  },
  "shear.angle": { ...ANGLE, about: "of the direction that it stretches images along" },
  "lens_light.intensity": {
    ...INTENSITY,
    about: "brightness at the effective radius; 0 for no lens light",
  },
  "lens_light.magnitude": { ...MAGNITUDE, about: "or: total magnitude of the lens" },
  "lens_light.radius": { ...LENGTH, about: "effective radius", usual: 0.5 },
  "lens_light.index": { ...INDEX, about: "Sersic index", usual: 4 },
  "lens_light.axis_ratio": { ...RATIO, about: "minor over major axis" },
  "lens_light.angle": { ...ANGLE, about: "of the major axis" },
  "lens_light.colour": {
    ...MAGNITUDE,
    about: "in an image of colour: magnitude in blue less that in red",
    usual: 1,
  },
  "source.profile": {
    unit: "",
    about: "what the source looks like; image needs --source",
    words: ["sersic", "spiral", "image"],
    usual: "sersic",
  },
  "source.x": { unit: "arcsec", about: "centre of the source" },
  "source.y": { unit: "arcsec", about: "centre of the source" },
  "source.distance": { unit: "arcsec", about: "or: from the middle to the source", least: 0 },
  "source.direction": { unit: "rad", about: "and the direction that it lies in" },
  "source.intensity": {
    ...INTENSITY,
    above: true,
    about: "brightness at the effective radius",
  },
  "source.magnitude": { ...MAGNITUDE, about: "or: total magnitude of the source, not lensed" },
  "source.radius": { ...LENGTH, about: "effective radius", usual: 0.25 },
  "source.index": { ...INDEX, about: "Sersic index", usual: 1 },
  "source.axis_ratio": { ...RATIO, about: "minor over major axis" },
  "source.angle": { ...ANGLE, about: "of the major axis" },
  "source.colour": {
    ...MAGNITUDE,
    about: "in an image of colour: magnitude in blue less that in red",
    usual: 0,
  },
  "subhalo.profile": {
    unit: "",
    about: "mass profile of a subhalo; pseudo-jaffe is a truncated isothermal sphere",
    words: ["point", "pseudo-jaffe"],
    usual: "point",
  },
  "subhalo.number": {
    unit: "",
    about: "how many, to the nearest whole number; drawn again where it is 0",
    least: 1,
    most: 10_000,
    usual: 25,
  },
  "subhalo.masses": {
    unit: "",
    about: "as drawn, or scaled to the fraction",
    words: ["scaled", "drawn"],
    usual: "scaled",
  },
  "subhalo.fraction": {
    ...FRACTION,
    about: "mass of all subhalos over that of the halo, where scaled",
  },
  "subhalo.mass": {
    unit: "Msun",
    about: "of each subhalo",
    least: 0,
    above: true,
    each: true,
    usual: "powerlaw(1e6, 1e10, -1.9)",
  },
  "subhalo.distance": {
    unit: "arcsec",
    about: "of each subhalo from the halo's centre",
    least: 0,
    each: true,
    usual: "uniform(0, 1)",
  },
  "subhalo.direction": {
    unit: "rad",
    about: "that each subhalo lies in",
    each: true,
    usual: "uniform(0, 6.283185307179586)",
  },
  "subhalo.truncation": {
    ...LENGTH,
    about: "truncation radius of a pseudo-jaffe subhalo of 1e8 Msun; goes as the root of the mass",
    usual: 0.1,
  },
  "vortex.profile": {
    unit: "",
    about: "a line of mass, a chain of points, or the tube of arXiv 1909.07346",
    words: ["line", "chain", "tube"],
    usual: "line",
  },
  "vortex.fraction": { ...FRACTION, about: "mass of the vortex over that of the halo" },
  "vortex.length": { ...LENGTH, about: "from end to end" },
  "vortex.axion_mass": {
    unit: "eV",
    about: "or: mass of the axion, which says how long the vortex is",
    least: 0,
    above: true,
  },
  "vortex.angle": { ...ANGLE, about: "of the vortex" },
  "vortex.x": { ...POSITION, about: "middle of the vortex from the halo's centre" },
  "vortex.y": { ...POSITION, about: "middle of the vortex from the halo's centre" },
  "vortex.points": {
    unit: "",
    about: "points of a chain",
    least: 2,
    most: 10_000,
    whole: true,
    usual: 25,
  },
  "vortex.radius": { ...LENGTH, about: "radius of a tube", usual: 0.05 },
  "psf.kind": {
    unit: "",
    about: "point spread function",
    words: ["gaussian", "moffat", "airy", "image", "none"],
    usual: "gaussian",
  },
  "psf.fwhm": { ...LENGTH, about: "its full width at half maximum", usual: 0.1 },
  "psf.beta": {
    unit: "",
    about: "exponent of a Moffat function",
    least: 1,
    above: true,
    usual: 4.765,
  },
  "observation.zero_point": { unit: "mag", about: "magnitude of 1 electron/s", usual: 25 },
  "observation.exposure": {
    unit: "s",
    about: "exposure, all frames together",
    least: 0,
    above: true,
    usual: 300,
  },
  "observation.frames": {
    unit: "",
    about: "frames, each read once",
    least: 1,
    most: 10_000,
    whole: true,
    usual: 1,
  },
  "observation.sky": { ...INTENSITY, about: "brightness of the sky, subtracted", usual: 0 },
  "observation.background": {
    unit: "electron/s/arcsec",
    about: "root mean square of more noise: of an area A this times the root of A",
    least: 0,
    usual: 0,
  },
  "observation.read_noise": {
    unit: "electron",
    about: "root mean square a pixel and frame",
    least: 0,
    usual: 0,
  },
  "image.width": {
    unit: "pixel",
    about: "columns",
    least: 4,
    most: 4096,
    whole: true,
    usual: 150,
  },
  "image.height": { unit: "pixel", about: "rows", least: 4, most: 4096, whole: true, usual: 150 },
  "image.pixel_scale": { ...LENGTH, about: "side of a pixel", usual: 0.05 },
  "image.subpixels": {
    unit: "",
    about: "rays a pixel and axis",
    least: 1,
    most: 16,
    whole: true,
    usual: 2,
  },
  "image.colour": {
    unit: "",
    about: "one band, or red, green and blue by the same camera",
    words: ["grey", "rgb"],
    usual: "grey",
  },
  "image.stretch": {
    unit: "",
    about: "from brightness to [0, 1]; none keeps electron/s a pixel",
    words: ["linear", "sqrt", "asinh", "none"],
    usual: "sqrt",
  },
  "image.black": {
    unit: "",
    about: "what becomes 0: so many root mean squares of the background's noise below it",
    least: 0,
    usual: 5,
  },
  "image.white": {
    ...INTENSITY,
    above: true,
    about: "brightness that becomes 1; more is cut",
  },
  "image.white_magnitude": { ...PER_AREA, about: "or: the same as a magnitude" },
} as const satisfies Readonly<Record<string, ParameterEntry>>;

/** The name of a parameter. */
export type ParameterName = keyof typeof PARAMETERS;

/** All names, in order. */
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[];

/** Sets of parameters of which a recipe has exactly one. */
export const ALTERNATIVES: readonly (readonly (readonly ParameterName[])[])[] = [
  [["halo.einstein_radius"], ["halo.mass"], ["halo.velocity_dispersion"]],
  [["lens_light.intensity"], ["lens_light.magnitude"]],
  [["source.x", "source.y"], ["source.distance", "source.direction"]],
  [["source.intensity"], ["source.magnitude"]],
  [["vortex.length"], ["vortex.axion_mass"]],
  [["image.white"], ["image.white_magnitude"]],
];

/**
 * The entry of a parameter.
 *
 * @param name The parameter.
 * @returns Its entry.
 */
export function parameterEntry(name: ParameterName): ParameterEntry {
  return PARAMETERS[name];
}
