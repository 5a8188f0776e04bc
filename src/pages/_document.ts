/** A whole page: one file that loads nothing, and says so to the browser. */

import { createHash } from "node:crypto";
import { type Figure, swatch } from "../figures/mod.ts";
import { Html, html } from "./_html.ts";

/** The parts of a page. */
export interface DocumentParts {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  readonly body: Html;
  /** Where images may come from. @default {"data:", within the page} */
  readonly images?: string;
  /** Whether the script is a module. @default {false} */
  readonly module?: boolean;
  /** Further permissions of the script, such as `'wasm-unsafe-eval'`. @default {""} */
  readonly scripts?: string;
  /** Further directives of the content security policy, such as `connect-src 'self'`. @default {[]} */
  readonly policy?: readonly string[];
}

/**
 * Puts a page together. Its policy allows this style and script alone, by their hashes, and images of one origin.
 *
 * @param parts Title, style, script and body.
 * @returns A file of HTML.
 */
export function writeDocument(
  { title, style, script, body, images = "data:", policy = [], ...options }: DocumentParts,
): string {
  const { module = false, scripts = "" } = options;
  const rules = [
    "default-src 'none'",
    `img-src ${images}`,
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}' ${scripts}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    ...policy,
  ];
  return `<!doctype html>\n${html`
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
    ${body}
    ${new Html(module ? '<script type="module">' : "<script>")}${new Html(script)}</script>
      </body>
    </html>
  `}`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** A figure with its title, legend and note. */
export function showFigure({ title, note, legend, svg }: Figure): Html {
  const entries = legend.map((entry) =>
    html`<li><svg width="16" height="12" aria-hidden="true">${new Html(
      swatch(entry),
    )}</svg>${entry.label}</li>`
  );
  return html`
    <figure class="chart">
    <h3>${title}</h3>
    ${legend.length > 0 ? html`<ul class="legend">${entries}</ul>` : undefined}
    ${new Html(svg)}
    ${note === "" ? undefined : html`<figcaption>${note}</figcaption>`}
    </figure>
  `;
}
