/** Classes of simulated lenses, by their substructure. */

/** No substructure, cold-dark-matter subhalos, or a superfluid-dark-matter vortex. */
export const LENS_CLASSES = ["no_sub", "cdm", "vortex"] as const;

/** One of {@linkcode LENS_CLASSES}. */
export type LensClass = typeof LENS_CLASSES[number];
