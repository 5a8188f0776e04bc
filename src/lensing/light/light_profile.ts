/** What every light profile gives: surface brightness. */

/** The light of a source or of a lens; positions in arcsec, x to the right and y up. */
export interface LightProfile {
  /**
   * The surface brightness.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Flux per square arcsec, 0 or more.
   */
  brightness(x: number, y: number): number;
  /**
   * Adds the brightness at many points: the same numbers as `brightness`, without a call a point.
   *
   * @param x Arcsec, of n points.
   * @param y Arcsec, of n points.
   * @param into Flux per square arcsec, of n points, added to.
   */
  addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void;
}
