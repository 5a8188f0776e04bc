/** The version of stray; deno.json is its only source. */

import configuration from "../../deno.json" with { type: "json" };

/** The version that `--version` prints and model files record. */
export const VERSION: string = configuration.version;
