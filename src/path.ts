/** The one importer of `node:path`: going over to `@std/path` is a change of this file. */

export { basename, dirname, extname, isAbsolute, join } from "node:path";
