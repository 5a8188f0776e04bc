/** Where lens and source are: what turns masses into Einstein radii. */

import { notNegative, outOfRange, positive } from "./_range.ts";
import { FlatUniverse, type FlatUniverseOptions } from "./cosmology.ts";

/** Options of {@linkcode LensGeometry}. */
export interface LensGeometryOptions extends FlatUniverseOptions {
  /** Redshift of the lens, above 0. */
  readonly lensRedshift: number;
  /** Redshift of the source, above that of the lens. */
  readonly sourceRedshift: number;
}

const SPEED_OF_LIGHT_KM_S = 299792.458;
/** G times the Sun's mass over c^2, Mpc: half the Sun's Schwarzschild radius. */
const SOLAR_LENGTH_MPC = 1.3271244e20 / 299792458 ** 2 /
  (6.48e11 / Math.PI * 149597870700);
/** Radians. */
const ARCSEC = Math.PI / 648000;

/**
 * A lens and a source in a flat universe.
 *
 * All distances are angular-diameter distances, and that between lens and source is not the
 * difference of the two others (Schneider, Ehlers and Falco 1992, section 4.6; Hogg 1999,
 * astro-ph/9905116, equation 19). Luminosity distances in their place, as some simulators have them,
 * make Einstein radii too small: 1.28 for 1.66 arcsec for 1e12 Msun at redshifts 0.5 and 1.
 *
 * @example
 * ```ts
 * import { LensGeometry } from "./lens_geometry.ts";
 *
 * const geometry = new LensGeometry({ lensRedshift: 0.5, sourceRedshift: 1 });
 * const radius = geometry.einsteinRadiusOfMass(1e12);
 * if (Math.abs(radius - 1.6645) > 1e-4) throw new Error("unexpected Einstein radius");
 * if (Math.abs(geometry.massOfEinsteinRadius(radius) / 1e12 - 1) > 1e-12) throw new Error("back");
 * ```
 */
export class LensGeometry {
  /** What distances are measured in. */
  readonly universe: FlatUniverse;
  /** Redshift of the lens. */
  readonly lensRedshift: number;
  /** Redshift of the source. */
  readonly sourceRedshift: number;
  /** Angular-diameter distance of the lens, Mpc. */
  readonly lensDistanceMpc: number;
  /** Angular-diameter distance of the source, Mpc. */
  readonly sourceDistanceMpc: number;
  /** Angular-diameter distance of the source as the lens sees it, Mpc. */
  readonly lensSourceDistanceMpc: number;
  /** Critical surface density, Msun/Mpc^2: c^2 D_S / (4 pi G D_L D_LS). */
  readonly criticalDensityPerMpc2: number;
  /** Critical surface density, Msun per square arcsec at the lens. */
  readonly criticalDensityPerArcsec2: number;

  /**
   * Places lens and source.
   *
   * @param options Their redshifts, and the universe.
   * @throws {RangeError} If the lens is not in front of the source, or a number out of its range.
   */
  constructor({ lensRedshift, sourceRedshift, ...universe }: LensGeometryOptions) {
    const action = "place a lens and its source";
    this.universe = new FlatUniverse(universe);
    this.lensRedshift = positive(action, "lensRedshift", lensRedshift);
    this.sourceRedshift = positive(action, "sourceRedshift", sourceRedshift);
    if (sourceRedshift <= lensRedshift) {
      const wanted = `above the lensRedshift of ${lensRedshift}`;
      throw outOfRange(action, "sourceRedshift", wanted, sourceRedshift);
    }
    this.lensDistanceMpc = this.universe.distanceMpc(lensRedshift);
    this.sourceDistanceMpc = this.universe.distanceMpc(sourceRedshift);
    this.lensSourceDistanceMpc = this.universe.distanceMpc(sourceRedshift, lensRedshift);
    this.criticalDensityPerMpc2 = this.sourceDistanceMpc /
      (4 * Math.PI * SOLAR_LENGTH_MPC * this.lensDistanceMpc * this.lensSourceDistanceMpc);
    this.criticalDensityPerArcsec2 = this.criticalDensityPerMpc2 *
      (this.lensDistanceMpc * ARCSEC) ** 2;
  }

  /**
   * The Einstein radius of a point mass, or of any round lens with that mass inside it.
   *
   * @param massSolar Msun, 0 or more.
   * @returns Arcsec: the root of the mass over pi critical densities.
   * @throws {RangeError} If the mass is negative or not finite.
   */
  einsteinRadiusOfMass(massSolar: number): number {
    notNegative("find an Einstein radius", "massSolar", massSolar);
    return Math.sqrt(massSolar / (Math.PI * this.criticalDensityPerArcsec2));
  }

  /**
   * The mass inside an Einstein radius.
   *
   * @param einsteinRadius Arcsec, 0 or more.
   * @returns Msun.
   * @throws {RangeError} If the radius is negative or not finite.
   */
  massOfEinsteinRadius(einsteinRadius: number): number {
    notNegative("find a mass", "einsteinRadius", einsteinRadius);
    return Math.PI * einsteinRadius ** 2 * this.criticalDensityPerArcsec2;
  }

  /**
   * The Einstein radius of a singular isothermal sphere, 4 pi (sigma / c)^2 D_LS / D_S.
   *
   * Source: Schneider, Ehlers and Falco 1992, section 8.1.4.
   *
   * @param dispersionKmS Velocity dispersion along the line of sight, km/s, 0 or more.
   * @returns Arcsec.
   * @throws {RangeError} If the dispersion is negative or not finite.
   */
  einsteinRadiusOfDispersion(dispersionKmS: number): number {
    notNegative("find an Einstein radius", "dispersionKmS", dispersionKmS);
    return 4 * Math.PI * (dispersionKmS / SPEED_OF_LIGHT_KM_S) ** 2 *
      this.lensSourceDistanceMpc / this.sourceDistanceMpc / ARCSEC;
  }

  /**
   * The angle that a length is seen under at the lens.
   *
   * @param lengthKpc Kpc.
   * @returns Arcsec.
   */
  arcsecOfKpc(lengthKpc: number): number {
    return lengthKpc / (1000 * this.lensDistanceMpc * ARCSEC);
  }
}
