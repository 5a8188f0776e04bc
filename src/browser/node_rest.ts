/** Names of other modules of Node.js, for browsers: what files and streams need throws where it is called. */

/** Runs a function soon: `node:timers`. */
export function setImmediate(run: () => void): void {
  setTimeout(run, 0);
}

/** Memory of a page, about: `node:v8`. */
export function getHeapStatistics(): { readonly heap_size_limit: number } {
  return { heap_size_limit: 2 ** 31 };
}

function missing(): never {
  throw new TypeError("Cannot use files in a browser");
}

/** `node:path`. */
export const basename = missing,
  dirname = missing,
  extname = missing,
  isAbsolute = missing,
  join = missing;
/** `node:fs`. */
export const openSync = missing, closeSync = missing;
/** `node:buffer`. */
export const Buffer = missing;
