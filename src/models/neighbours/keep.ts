/** The number of images that nearest neighbours keep. */

/** Images kept unless the user says otherwise: more gain little. */
export const DEFAULT_KEEP = 20_000;
