/** The version of stray, kept in deno.json alone. */

import configuration from "../../deno.json" with { type: "json" };

/** The version, as `--version` prints it and model files record it. */
export const VERSION: string = configuration.version;
