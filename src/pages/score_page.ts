/** A page that scores images by a model that it holds. */

import { writeDocument } from "./_document.ts";
import { Html, html, jsonElement } from "./_html.ts";
import style from "./report.css" with { type: "text" };

/** The contents of the page. */
export interface ScorePageContents {
  /** The model's name. */
  readonly name: string;
  /** The name of the score. */
  readonly score: string;
  /** The false positive rate of a verdict. */
  readonly fpr: number;
  /** Facts about the model in words. */
  readonly facts: readonly string[];
  /** Whether the model maps errors. */
  readonly maps: boolean;
  /** The model file. */
  readonly model: Uint8Array;
  /** The weights of the frozen network, in base64, where the model needs them. */
  readonly network?: string | undefined;
  /** The script: stray for browsers, and the page's own part. */
  readonly script: string;
}

/**
 * Makes the page: one file that loads nothing and sends nothing.
 *
 * @param contents Model, script and facts.
 * @returns A file of HTML.
 */
export function scorePage(contents: ScorePageContents): string {
  const { name, score, fpr, facts, maps, model, network, script } = contents;
  return writeDocument({
    title: `stray: ${name}`,
    style,
    // A script element ends at these letters, wherever they stand.
    script: script.replaceAll("</script", "<\\/script"),
    module: true,
    scripts: "'wasm-unsafe-eval'",
    policy: ["connect-src blob: data:"],
    body: html`
      <header>
        <h1>Images that do not belong, by ${name}</h1>
        <p>${facts.join("; ")}. Images stay on this machine: the page loads and sends nothing.</p>
        <p id="state" role="status">starting …</p>
        <p><label class="drop">Drop images anywhere here, or choose files:
        <input type="file" id="files" multiple></label></p>
        <ul class="headlines">
          <li><b id="images">0</b><span>images</span></li>
          <li><b id="anomalies">0</b><span>anomalies</span></li>
          <li><b id="failures">0</b><span>not scored</span></li>
        </ul>
      </header>
      <main>
        <section>
          <div class="gallery" id="newest"></div>
        </section>
      </main>
      ${jsonElement("facts", { name, score, fpr, maps })}
      ${dataElement("model", model.toBase64())}
      ${network === undefined ? undefined : dataElement("network", network)}
    `,
  });
}

/** Bytes in base64, in an element that browsers neither show nor run. */
function dataElement(id: string, base64: string): Html {
  return new Html(`<script type="text/plain" id="${id}">${base64}</script>`);
}
