/** The page of a running `watch`: it shows what its server tells it. */

import { type Figure } from "../figures/mod.ts";
import { showFigure, writeDocument } from "./_document.ts";
import { html } from "./_html.ts";
import style from "./report.css" with { type: "text" };
import script from "./watch.js" with { type: "text" };

/** An image that has come. */
export interface WatchedImage {
  /** Its number, from 1. */
  readonly number: number;
  readonly name: string;
  /** Label, score and p, in words; the reason if it could not be scored. */
  readonly caption: string;
  readonly state: "normal" | "anomaly" | "failed";
  /** Names of the pictures of it that can be had: `image`, `reconstruction`, `heatmap`. */
  readonly pictures: readonly string[];
}

/** The state of a stream, as the server sends it. */
export interface WatchState {
  readonly images: number;
  readonly anomalies: number;
  readonly failures: number;
  /** The newest first. */
  readonly newest: readonly WatchedImage[];
  /** The figure as HTML. */
  readonly figure: string;
}

/**
 * Makes the page. It may load pictures and events from its own server alone.
 *
 * @param folder The folder as the user gave it.
 * @returns A file of HTML.
 */
export function watchPage(folder: string): string {
  return writeDocument({
    title: `stray watch: ${folder}`,
    style,
    script,
    images: "'self' data:",
    policy: ["connect-src 'self'"],
    body: html`
      <header>
        <h1>Watching ${folder}</h1>
        <p id="state" role="status">connecting …</p>
        <ul class="headlines">
          <li><b id="images">0</b><span>images</span></li>
          <li><b id="anomalies">0</b><span>anomalies</span></li>
          <li><b id="failures">0</b><span>not scored</span></li>
        </ul>
      </header>
      <main>
        <section class="charts" id="figure"></section>
        <section>
          <h2>Newest images</h2>
          <div class="gallery" id="newest"></div>
        </section>
      </main>
    `,
  });
}

/** A figure as HTML, for a state. */
export function figureHtml(figure: Figure): string {
  return showFigure(figure).toString();
}
