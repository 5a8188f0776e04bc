/**
 * Draws `data/report.png`, the top of the demo's report, by Chromium:
 *
 *     deno task demo && deno run -A tests/pictures/report.ts stray-demo/report.html
 *
 * @module
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Chromium, findChromium } from "../_chromium.ts";

/** Size of the picture, pixels. */
const WIDTH = 1000;
const HEIGHT = 1020;

const path = findChromium();
if (!path) throw new Error("there is no chromium");
const browser = await Chromium.start(path);
const page = await browser.open(pathToFileURL(resolve(Deno.args[0]!)).href, { width: WIDTH });
const picture = new URL("../../data/report.png", import.meta.url);
await Deno.writeFile(picture, await page.screenshot(HEIGHT));
await browser.close();
