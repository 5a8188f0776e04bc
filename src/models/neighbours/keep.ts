/** The number of images that nearest neighbours keep. */

/** Images kept unless the user says otherwise: more gain little. */
export const DEFAULT_KEEP = 20_000;
/** The same where labels divide the kept images among classes, which are then searched one by one. */
export const DEFAULT_KEEP_LABELLED = 60_000;
