/** The parameters of a simulated lens: meaning, unit, range and default. */

/** One parameter. */
export interface ParameterEntry {
  /** Unit, `""` if dimensionless. */
  readonly unit: string;
  /** Meaning: one line, no full stop. */
  readonly about: string;
  /** Minimum. @default {-Infinity} */
  readonly min?: number;
  /** Exclusive lower limit. @default {-Infinity} */
  readonly above?: number;
  /** Maximum. @default {Infinity} */
  readonly max?: number;
  /** Whether the value must be an integer. @default {false} */
  readonly integer?: boolean;
  /** Allowed words, for a parameter that is not a number. */
  readonly choices?: readonly string[];
  /** Whether each subhalo draws its own value. @default {false} */
  readonly perSubhalo?: boolean;
  /** Default of recipes; none for parameters with alternatives. */
  readonly default?: number | string;
}

const ANGLE = { unit: "rad", default: 0 } as const;
const POSITION = { unit: "arcsec", default: 0 } as const;
const RATIO = { unit: "", above: 0, max: 1, default: 1 } as const;
const REDSHIFT = { unit: "", above: 0, max: 20 } as const;
const LENGTH = { unit: "arcsec", above: 0 } as const;
const INTENSITY = { unit: "electron/s/arcsec2", min: 0 } as const;
const MAGNITUDE = { unit: "mag" } as const;
const INDEX = { unit: "", min: 0.2, max: 12 } as const;
const FRACTION = { unit: "", above: 0, max: 1, default: 0.01 } as const;
const COUNT = { unit: "", min: 1, max: 10_000 } as const;
const PIXELS = { unit: "pixel", min: 4, max: 4096, integer: true, default: 150 } as const;

/**
 * All parameters, in the order of recipes and manifest records.
 *
 * Positions are in arcsec from the image centre, x to the right and y up; angles go from x to y.
 * The radius of an ellipse is that of the circle of the same area.
 */
export const PARAMETERS = {
  "cosmology.hubble": { unit: "km/s/Mpc", about: "Hubble constant", above: 0, default: 70 },
  "cosmology.matter": {
    ...RATIO,
    about: "matter density over critical density, in a flat universe",
    default: 0.3,
  },
  "lens.redshift": { ...REDSHIFT, about: "redshift of the lens", default: 0.5 },
  "source.redshift": { ...REDSHIFT, about: "redshift of the source", default: 1 },
  "halo.einstein_radius": { ...LENGTH, about: "Einstein radius of the isothermal halo" },
  "halo.mass": { unit: "Msun", about: "or: mass inside the Einstein radius", above: 0 },
  "halo.velocity_dispersion": {
    unit: "km/s",
    about: "or: velocity dispersion of the halo",
    above: 0,
  },
  "halo.x": { ...POSITION, about: "centre of the halo and of the lens light, to the right" },
  "halo.y": { ...POSITION, about: "centre of the halo and of the lens light, up" },
  "halo.axis_ratio": { ...RATIO, about: "minor over major axis of the convergence" },
  "halo.angle": { ...ANGLE, about: "angle of the major axis" },
  "shear.magnitude": { unit: "", about: "external shear", min: 0, max: 1, default: 0 },
  "shear.angle": { ...ANGLE, about: "direction in which the shear stretches images" },
  "lens_light.intensity": { ...INTENSITY, about: "brightness at the effective radius; 0 for none" },
  "lens_light.magnitude": { ...MAGNITUDE, about: "or: total magnitude of the lens" },
  "lens_light.radius": { ...LENGTH, about: "effective radius", default: 0.5 },
  "lens_light.index": { ...INDEX, about: "Sersic index", default: 4 },
  "lens_light.axis_ratio": { ...RATIO, about: "minor over major axis" },
  "lens_light.angle": { ...ANGLE, about: "angle of the major axis" },
  "lens_light.colour": {
    ...MAGNITUDE,
    about: "blue minus red magnitude, in colour images",
    default: 1,
  },
  "source.profile": {
    unit: "",
    about: "light profile of the source; image needs --source",
    choices: ["sersic", "spiral", "image"],
    default: "sersic",
  },
  "source.x": { unit: "arcsec", about: "centre of the source, to the right" },
  "source.y": { unit: "arcsec", about: "centre of the source, up" },
  "source.distance": { unit: "arcsec", about: "or: distance from the image centre", min: 0 },
  "source.direction": { unit: "rad", about: "and its direction" },
  "source.intensity": {
    unit: "electron/s/arcsec2",
    about: "brightness at the effective radius",
    above: 0,
  },
  "source.magnitude": { ...MAGNITUDE, about: "or: total magnitude of the unlensed source" },
  "source.radius": { ...LENGTH, about: "effective radius", default: 0.25 },
  "source.index": { ...INDEX, about: "Sersic index", default: 1 },
  "source.axis_ratio": { ...RATIO, about: "minor over major axis" },
  "source.angle": { ...ANGLE, about: "angle of the major axis" },
  "source.colour": {
    ...MAGNITUDE,
    about: "blue minus red magnitude, in colour images",
    default: 0,
  },
  "subhalo.profile": {
    unit: "",
    about: "mass profile of a subhalo; pseudo-jaffe is a truncated isothermal sphere",
    choices: ["point", "pseudo-jaffe"],
    default: "point",
  },
  "subhalo.number": {
    ...COUNT,
    about: "number of subhalos, rounded; 0 is drawn again",
    default: 25,
  },
  "subhalo.masses": {
    unit: "",
    about: "masses as drawn, or scaled to the fraction",
    choices: ["scaled", "drawn"],
    default: "scaled",
  },
  "subhalo.fraction": {
    ...FRACTION,
    about: "mass of all subhalos over that of the halo, if scaled",
  },
  "subhalo.mass": {
    unit: "Msun",
    about: "mass of a subhalo",
    above: 0,
    perSubhalo: true,
    default: "powerlaw(1e6, 1e10, -1.9)",
  },
  "subhalo.distance": {
    unit: "arcsec",
    about: "distance of a subhalo from the centre of the halo",
    min: 0,
    perSubhalo: true,
    default: "uniform(0, 1)",
  },
  "subhalo.direction": {
    unit: "rad",
    about: "direction of a subhalo from the centre of the halo",
    perSubhalo: true,
    default: "uniform(0, 6.283185307179586)",
  },
  "subhalo.truncation": {
    ...LENGTH,
    about:
      "truncation radius of a pseudo-jaffe subhalo of 1e8 Msun; scales as the root of the mass",
    default: 0.1,
  },
  "vortex.profile": {
    unit: "",
    about: "a line of mass, a chain of points, or the tube of arXiv 1909.07346",
    choices: ["line", "chain", "tube"],
    default: "line",
  },
  "vortex.fraction": { ...FRACTION, about: "mass of the vortex over that of the halo" },
  "vortex.length": { ...LENGTH, about: "length from end to end" },
  "vortex.axion_mass": { unit: "eV", about: "or: axion mass, which sets the length", above: 0 },
  "vortex.angle": { ...ANGLE, about: "angle of the vortex" },
  "vortex.x": { ...POSITION, about: "centre of the vortex from that of the halo, to the right" },
  "vortex.y": { ...POSITION, about: "centre of the vortex from that of the halo, up" },
  "vortex.points": { ...COUNT, about: "points of a chain", min: 2, integer: true, default: 25 },
  "vortex.radius": { ...LENGTH, about: "radius of a tube", default: 0.05 },
  "psf.kind": {
    unit: "",
    about: "point spread function; image needs --psf",
    choices: ["gaussian", "moffat", "airy", "image", "none"],
    default: "gaussian",
  },
  "psf.fwhm": { ...LENGTH, about: "full width at half maximum", default: 0.1 },
  "psf.beta": { unit: "", about: "exponent of a Moffat profile", above: 1, default: 4.765 },
  "observation.zero_point": { unit: "mag", about: "magnitude of 1 electron/s", default: 25 },
  "observation.exposure": { unit: "s", about: "total exposure time", above: 0, default: 300 },
  "observation.frames": { ...COUNT, about: "frames, each read once", integer: true, default: 1 },
  "observation.sky": { ...INTENSITY, about: "sky brightness, subtracted", default: 0 },
  "observation.background": {
    unit: "electron/s/arcsec",
    about: "further noise, rms; an area A has this times the root of A",
    min: 0,
    default: 0,
  },
  "observation.read_noise": {
    unit: "electron",
    about: "read noise per pixel and frame, rms",
    min: 0,
    default: 0,
  },
  "image.width": { ...PIXELS, about: "columns" },
  "image.height": { ...PIXELS, about: "rows" },
  "image.pixel_scale": { ...LENGTH, about: "pixel side", default: 0.05 },
  "image.subpixels": {
    unit: "",
    about: "rays per pixel and axis",
    min: 1,
    max: 16,
    integer: true,
    default: 2,
  },
  "image.colour": {
    unit: "",
    about: "one band, or red, green and blue by the same camera",
    choices: ["grey", "rgb"],
    default: "grey",
  },
  "image.stretch": {
    unit: "",
    about: "mapping of brightness to [0, 1]; none keeps electron/s per pixel",
    choices: ["linear", "sqrt", "asinh", "none"],
    default: "sqrt",
  },
  "image.black": {
    unit: "",
    about: "level of black below the sky, in standard deviations of the background noise",
    min: 0,
    default: 5,
  },
  "image.white": {
    unit: "electron/s/arcsec2",
    about: "brightness of white; more is clipped",
    above: 0,
  },
  "image.white_magnitude": { unit: "mag/arcsec2", about: "or: the same as a magnitude" },
} as const satisfies Readonly<Record<string, ParameterEntry>>;

/** The name of a parameter. */
export type ParameterName = keyof typeof PARAMETERS;

/** All names, in order. */
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[];

/** Groups of alternatives; a recipe has exactly one of each group. */
export const ALTERNATIVES: readonly (readonly (readonly ParameterName[])[])[] = [
  [["halo.einstein_radius"], ["halo.mass"], ["halo.velocity_dispersion"]],
  [["lens_light.intensity"], ["lens_light.magnitude"]],
  [["source.x", "source.y"], ["source.distance", "source.direction"]],
  [["source.intensity"], ["source.magnitude"]],
  [["vortex.length"], ["vortex.axion_mass"]],
  [["image.white"], ["image.white_magnitude"]],
];

/**
 * Returns the entry of a parameter.
 *
 * @param name Name of the parameter.
 * @returns Its entry.
 */
export function parameterEntry(name: ParameterName): ParameterEntry {
  return PARAMETERS[name];
}
