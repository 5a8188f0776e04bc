/** What every mass profile gives: the potential and its first and second derivatives. */

/** A vector in the plane of the sky; x to the right, y up. */
export interface Vector {
  /** To the right. */
  readonly x: number;
  /** Up. */
  readonly y: number;
}

/** The shear of a lens, without a unit. */
export interface Shear {
  /** (d2 psi / dx2 - d2 psi / dy2) / 2: stretches along x where positive. */
  readonly gamma1: number;
  /** d2 psi / dx dy: stretches along the diagonal x = y where positive. */
  readonly gamma2: number;
}

/**
 * A thin lens: mass projected on the sky, in units of the critical surface density.
 *
 * Positions are in arcsec, x to the right and y up, the same for lens and image plane. All profiles
 * keep two identities (Schneider, Ehlers and Falco 1992, chapter 5): the deflection is the gradient
 * of the potential, and the convergence half its Laplacian. A light ray seen at theta comes from
 * beta = theta - alpha(theta).
 */
export interface MassProfile {
  /**
   * The lensing potential, up to a constant that each profile states.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Arcsec squared.
   */
  potential(x: number, y: number): number;
  /**
   * The deflection angle alpha, reduced to the image plane.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Arcsec.
   */
  deflection(x: number, y: number): Vector;
  /**
   * The convergence kappa: surface density over critical surface density.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns A number without a unit.
   */
  convergence(x: number, y: number): number;
  /**
   * The shear.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Both components.
   */
  shear(x: number, y: number): Shear;
  /**
   * Adds the deflection at many points: the same numbers as `deflection`, without an object a point.
   *
   * @param x Arcsec, of n points.
   * @param y Arcsec, of n points.
   * @param alphaX Arcsec, of n points, added to.
   * @param alphaY Arcsec, of n points, added to.
   */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void;
}
