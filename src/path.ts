/** The one importer of `node:path`, so that moving to `@std/path` changes one file. */

export { basename, dirname, extname, isAbsolute, join } from "node:path";
