/**
 * `deno task build:browser`: `dist/stray.browser.js` and `dist/stray.page.js`.
 *
 * @module
 */

import { bundleBrowser } from "./browser.ts";
import { ROOT } from "./run_bundle.ts";

const dist = new URL("dist/", ROOT);
await Deno.mkdir(dist, { recursive: true });
await bundleBrowser(dist);
