/** Distances of a lens and its source, which convert masses to Einstein radii. */

import { ARCSEC, SOLAR_LENGTH_MPC, SPEED_OF_LIGHT_KM_S } from "./_constants.ts";
import { nonNegative, outOfRange, positive } from "./_range.ts";
import { FlatLambdaCdm, type FlatLambdaCdmOptions } from "./cosmology.ts";

/** Options of {@linkcode LensGeometry}. */
export interface LensGeometryOptions extends FlatLambdaCdmOptions {
  /** Redshift of the lens, above 0. */
  readonly lensRedshift: number;
  /** Redshift of the source, above that of the lens. */
  readonly sourceRedshift: number;
}

/**
 * A lens and a source in a flat universe.
 *
 * All distances are angular-diameter distances; the distance between lens and source is not the
 * difference of the two others (Schneider, Ehlers and Falco 1992, section 4.6; Hogg 1999,
 * astro-ph/9905116, equation 19). Some simulators use luminosity distances instead, which makes
 * Einstein radii too small: 1.28 instead of 1.66 arcsec for 1e12 Msun at redshifts 0.5 and 1.
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
  /** The cosmology of the distances. */
  readonly cosmology: FlatLambdaCdm;
  /** Redshift of the lens. */
  readonly lensRedshift: number;
  /** Redshift of the source. */
  readonly sourceRedshift: number;
  /** Angular-diameter distance to the lens, Mpc. */
  readonly lensDistanceMpc: number;
  /** Angular-diameter distance to the source, Mpc. */
  readonly sourceDistanceMpc: number;
  /** Angular-diameter distance from the lens to the source, Mpc. */
  readonly lensSourceDistanceMpc: number;
  /** Critical surface density c^2 D_S / (4 pi G D_L D_LS), Msun/Mpc^2. */
  readonly criticalDensityPerMpc2: number;
  /** Critical surface density at the lens, Msun/arcsec^2. */
  readonly criticalDensityPerArcsec2: number;

  /**
   * Places a lens and a source.
   *
   * @param options Redshifts and cosmology.
   * @throws {RangeError} If the lens is not in front of the source, or a number is out of its
   *   range.
   */
  constructor({ lensRedshift, sourceRedshift, ...cosmology }: LensGeometryOptions) {
    const action = "place a lens and its source";
    this.cosmology = new FlatLambdaCdm(cosmology);
    this.lensRedshift = positive(action, "lensRedshift", lensRedshift);
    this.sourceRedshift = positive(action, "sourceRedshift", sourceRedshift);
    if (sourceRedshift <= lensRedshift) {
      const wanted = `above the lensRedshift of ${lensRedshift}`;
      throw outOfRange(action, "sourceRedshift", wanted, sourceRedshift);
    }
    const distance = (to: number, from = 0) => this.cosmology.angularDiameterDistanceMpc(to, from);
    this.lensDistanceMpc = distance(lensRedshift);
    this.sourceDistanceMpc = distance(sourceRedshift);
    this.lensSourceDistanceMpc = distance(sourceRedshift, lensRedshift);
    this.criticalDensityPerMpc2 = this.sourceDistanceMpc /
      (4 * Math.PI * SOLAR_LENGTH_MPC * this.lensDistanceMpc * this.lensSourceDistanceMpc);
    this.criticalDensityPerArcsec2 = this.criticalDensityPerMpc2 *
      (this.lensDistanceMpc * ARCSEC) ** 2;
  }

  /**
   * The Einstein radius of a point mass, or of any round lens with this mass inside the radius.
   *
   * @param massSolar Mass, 0 or more, Msun.
   * @returns Square root of the mass over pi critical densities, arcsec.
   * @throws {RangeError} If the mass is negative or not finite.
   */
  einsteinRadiusOfMass(massSolar: number): number {
    nonNegative("compute an Einstein radius", "massSolar", massSolar);
    return Math.sqrt(massSolar / (Math.PI * this.criticalDensityPerArcsec2));
  }

  /**
   * The mass inside an Einstein radius.
   *
   * @param einsteinRadius 0 or more, arcsec.
   * @returns Mass, Msun.
   * @throws {RangeError} If the radius is negative or not finite.
   */
  massOfEinsteinRadius(einsteinRadius: number): number {
    nonNegative("compute a mass", "einsteinRadius", einsteinRadius);
    return Math.PI * einsteinRadius ** 2 * this.criticalDensityPerArcsec2;
  }

  /**
   * The Einstein radius of a singular isothermal sphere, 4 pi (sigma / c)^2 D_LS / D_S.
   *
   * Source: Schneider, Ehlers and Falco 1992, section 8.1.4.
   *
   * @param dispersionKmS Line-of-sight velocity dispersion sigma, 0 or more, km/s.
   * @returns Einstein radius, arcsec.
   * @throws {RangeError} If the dispersion is negative or not finite.
   */
  einsteinRadiusOfDispersion(dispersionKmS: number): number {
    nonNegative("compute an Einstein radius", "dispersionKmS", dispersionKmS);
    return 4 * Math.PI * (dispersionKmS / SPEED_OF_LIGHT_KM_S) ** 2 *
      this.lensSourceDistanceMpc / this.sourceDistanceMpc / ARCSEC;
  }

  /**
   * The angular size of a length at the lens.
   *
   * @param lengthKpc Length, kpc.
   * @returns Angle, arcsec.
   */
  arcsecOfKpc(lengthKpc: number): number {
    return lengthKpc / (1000 * this.lensDistanceMpc * ARCSEC);
  }
}
