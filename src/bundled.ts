/** Whether all modules are in one file. */

/** False in the source tree; the bundle has true, by the import map of its build. */
export const BUNDLED: boolean = false;
