/** Facts about the files of sources, for the check of a command line. */

import type { SourceFiles } from "../src/cli/mod.ts";

/** Imported when they are needed: most commands have no output that exists. */
export const SOURCE_FILES: SourceFiles = {
  beside: async (path) => (await import("../src/datasets/mod.ts")).filesBeside(path),
  isReadInFolder: async (path) =>
    await (await import("../src/datasets/mod.ts")).isReadInFolder(path),
};
