/** Physical constants and units. */

/** Speed of light, m/s. */
const SPEED_OF_LIGHT = 299792458;

/** Speed of light, km/s. */
export const SPEED_OF_LIGHT_KM_S = SPEED_OF_LIGHT / 1000;

/** G times the mass of the Sun, m^3/s^2 (IAU 2015 resolution B3). */
export const SOLAR_GRAVITY = 1.3271244e20;

/** Metres per megaparsec (IAU 2015 resolution B2). */
export const METRES_PER_MPC = 6.48e11 / Math.PI * 149597870700;

/** G times the mass of the Sun over c^2, Mpc: half the Schwarzschild radius of the Sun. */
export const SOLAR_LENGTH_MPC = SOLAR_GRAVITY / SPEED_OF_LIGHT ** 2 / METRES_PER_MPC;

/** One arcsecond, radians. */
export const ARCSEC = Math.PI / 648000;
