/** The interface of all mass profiles: the potential and its first and second derivatives. */

/** A vector in the plane of the sky. */
export interface Vector {
  /** Component to the right. */
  readonly x: number;
  /** Component up. */
  readonly y: number;
}

/** The shear of a lens, dimensionless. */
export interface Shear {
  /** (d2 psi / dx2 - d2 psi / dy2) / 2; positive values stretch along x. */
  readonly gamma1: number;
  /** d2 psi / dx dy; positive values stretch along the diagonal x = y. */
  readonly gamma2: number;
}

/** Points of the image plane and the deflections accumulated there: four arrays of equal length. */
export interface Rays {
  /** Positions, to the right, arcsec. */
  readonly x: Float64Array;
  /** Positions, up, arcsec. */
  readonly y: Float64Array;
  /** Deflections, to the right, arcsec. */
  readonly alphaX: Float64Array;
  /** Deflections, up, arcsec. */
  readonly alphaY: Float64Array;
}

/**
 * A thin lens: mass projected on the sky, in units of the critical surface density.
 *
 * Frame: arcsec, x to the right and y up, the same for lens and image plane. All profiles satisfy
 * two identities (Schneider, Ehlers and Falco 1992, chapter 5): the deflection is the gradient of
 * the potential, and the convergence is half its Laplacian. A ray at theta in the image comes from
 * beta = theta - alpha(theta) in the source plane.
 */
export abstract class MassProfile {
  /**
   * The lensing potential psi, up to a constant that each profile states.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Potential, arcsec^2.
   */
  abstract potential(x: number, y: number): number;

  /**
   * The convergence kappa: surface density over critical surface density.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Convergence, dimensionless.
   */
  abstract convergence(x: number, y: number): number;

  /**
   * The shear.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Both components.
   */
  abstract shear(x: number, y: number): Shear;

  /**
   * Adds the deflection angles, reduced to the image plane, at many points.
   *
   * @param rays Positions, and the deflections to add to.
   */
  abstract addDeflection(rays: Rays): void;

  /**
   * The deflection angle alpha at one point, reduced to the image plane.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Deflection, arcsec.
   */
  deflection(x: number, y: number): Vector {
    const alphaX = new Float64Array(1), alphaY = new Float64Array(1);
    this.addDeflection({ x: Float64Array.of(x), y: Float64Array.of(y), alphaX, alphaY });
    return { x: alphaX[0]!, y: alphaY[0]! };
  }
}
