/** The report of a detector: what it is, how well it separates, and the images themselves. */

import type { Figure } from "../figures/mod.ts";
import { formatNumber, visibleText } from "../figures/mod.ts";
import { showFigure, writeDocument } from "./_document.ts";
import { type Html, html, jsonElement } from "./_html.ts";
import style from "./report.css" with { type: "text" };
import script from "./report.js" with { type: "text" };

/** A number at the head of the page. */
export interface Headline {
  readonly name: string;
  readonly value: string;
  /** Such as an interval. @default {""} */
  readonly note?: string;
}

/** An image with pictures made of it. */
export interface GalleryItem {
  /** Its path. */
  readonly path: string;
  /** A shorter name. */
  readonly name: string;
  /** Words below it. */
  readonly caption: string;
  /** Addresses of its pictures. */
  readonly pictures: readonly string[];
}

/** Images side by side. */
export interface Gallery {
  readonly title: string;
  readonly note: string;
  readonly items: readonly GalleryItem[];
}

/** The decision at some p, and where the marks of the figures are. */
export interface DecisionStop {
  readonly p: number;
  /** The score above which p is so small; null if there is none. */
  readonly threshold: number | null;
  /** Anomalies and normal images above, and images of neither kind. */
  readonly found: number;
  readonly mistaken: number;
  readonly unknown: number;
  /** Translations of marks by name. */
  readonly marks: Readonly<Record<string, readonly [x: number, y: number]>>;
}

/** The decision, as a slider changes it. */
export interface Decision {
  /** Numbers of anomalies, normal images, and images of neither kind. */
  readonly positives: number;
  readonly negatives: number;
  readonly unknown: number;
  /** The verdicts of the records. */
  readonly asScored: Omit<DecisionStop, "p">;
  /** By p, ascending. */
  readonly stops: readonly DecisionStop[];
}

/** Small images on sheets, for the table. */
export interface Thumbnails {
  /** Addresses of the sheets. */
  readonly sheets: readonly string[];
  /** Width and height of an image, pixels. */
  readonly width: number;
  readonly height: number;
  /** Images per row of a sheet, and per sheet. */
  readonly columns: number;
  readonly perSheet: number;
}

/** All scored images as columns. */
export interface ImageTable {
  /** Beginning of all paths. */
  readonly prefix: string;
  /** The rest of each path. */
  readonly paths: readonly string[];
  readonly scores: readonly number[];
  /** Null where a record has none. */
  readonly p: readonly (number | null)[];
  /** Indices of labels, -1 for none. */
  readonly labels: readonly number[];
  readonly labelNames: readonly string[];
  /** Per image `n` normal, `a` anomaly, `u` unknown. */
  readonly kinds: string;
  /** Per image `1` if its record says that it is an anomaly. */
  readonly verdicts: string;
  /** Index of each image among the thumbnails, -1 for none. */
  readonly places: readonly number[];
}

/** An image that could not be scored. */
export interface Failure {
  readonly path: string;
  readonly code: string;
  readonly reason: string;
}

/** A recipe of simulated lenses. */
export interface Recipe {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** The contents of a report; parts without data are left out. */
export interface ReportContents {
  readonly title: string;
  /** A sentence below the title. */
  readonly summary: string;
  readonly headlines: readonly Headline[];
  /** Sentences that the reader must know, such as images that are missing. */
  readonly notices: readonly string[];
  /** The model, as names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly scores?: Figure | undefined;
  /** ROC curve and precision and recall. */
  readonly rankings: readonly Figure[];
  readonly calibration?: Figure | undefined;
  readonly decision?: Decision | undefined;
  readonly galleries: readonly Gallery[];
  /** Figures of simulated lenses. */
  readonly lenses: readonly Figure[];
  /** Recipes of simulated lenses: parameters and their distributions. */
  readonly recipes: readonly Recipe[];
  /** Losses, pixels and the map of latents. */
  readonly model: readonly Figure[];
  readonly table: ImageTable;
  readonly thumbnails?: Thumbnails | undefined;
  readonly failures: readonly Failure[];
}

/** Failures that are listed. */
const LISTED = 200;

/**
 * Makes the page. It holds everything that it shows, and loads nothing.
 *
 * @param contents The parts.
 * @returns A file of HTML.
 */
export function reportPage(contents: ReportContents): string {
  const { title, summary, headlines, notices, facts, galleries, lenses, model, table } = contents;
  const body = html`<header>
<h1>${title}</h1>
<p>${summary}</p>
${notices.map((notice) => html`<p class="notice">${notice}</p>`)}
<ul class="headlines">${headlines.map(showHeadline)}</ul>
</header>
<main>
${
    section("Scores", [
      contents.scores,
      ...contents.rankings,
      contents.calibration,
    ], contents.decision && showDecision(contents.decision))
  }
${galleries.map(showGallery)}
${section("Lenses", lenses, showRecipes(contents.recipes))}
${section("Model", model, showFacts(facts))}
${showTable(table)}
${showFailures(contents.failures)}
</main>
<footer>Made by stray. This file loads nothing from any network.</footer>
${
    jsonElement("data", {
      ...table,
      decision: contents.decision ?? null,
      thumbnails: contents.thumbnails
        ? { ...contents.thumbnails, sheets: contents.thumbnails.sheets.length }
        : null,
    })
  }`;
  const sheets = contents.thumbnails?.sheets ?? [];
  return writeDocument({
    title,
    style: style +
      sheets.map((sheet, i) => `.sheet${i}{background-image:url(${sheet})}\n`).join(""),
    script,
    body,
  });
}

function showHeadline({ name, value, note = "" }: Headline): Html {
  return html`<li><b>${value}</b><span>${name}</span>${
    note === "" ? undefined : html`<small>${note}</small>`
  }</li>`;
}

function section(
  title: string,
  figures: readonly (Figure | undefined)[],
  more?: Html,
): Html | undefined {
  const shown = figures.filter((figure) => figure !== undefined);
  if (shown.length === 0 && !more) return undefined;
  return html`
    <section><h2>${title}</h2>
    ${more}
    <div class="charts">${shown.map(showFigure)}</div>
    </section>
  `;
}

function showDecision({ stops, positives, negatives, unknown }: Decision): Html {
  const known = positives > 0 && negatives > 0;
  const slider = stops.length > 1
    ? html`<label class="slider">Images are anomalies if p is at most <output id="p">as scored</output>
<input id="slider" type="range" min="0" max="${stops.length - 1}" step="1" value="0"
 aria-describedby="decision"></label>
<button id="as-scored" type="button">as scored</button>`
    : undefined;
  return html`
    <div class="decision" id="decision">
    ${slider}
    <table class="confusion"><caption>The decision<span id="threshold"></span></caption>
    <thead><tr><td></td><th scope="col">called anomalies</th><th scope="col">called normal</th><th scope="col">all</th></tr></thead>
    <tbody>
    ${known || positives > 0
      ? html`
        <tr>
          <th scope="row">anomalies</th>
          <td id="found"></td>
          <td id="missed"></td>
          <td>${positives.toLocaleString("en")}</td>
        </tr>
      `
      : undefined}
    ${negatives > 0
      ? html`
        <tr>
          <th scope="row">normal images</th>
          <td id="mistaken"></td>
          <td id="passed"></td>
          <td>${negatives.toLocaleString("en")}</td>
        </tr>
      `
      : undefined}
    ${unknown > 0
      ? html`
        <tr>
          <th scope="row">unlabelled</th>
          <td id="unknown"></td>
          <td id="rest"></td>
          <td>${unknown.toLocaleString("en")}</td>
        </tr>
      `
      : undefined}
    </tbody></table>
    <p id="rates" role="status"></p>
    </div>
  `;
}

function showGallery({ title, note, items }: Gallery): Html | undefined {
  if (items.length === 0) return undefined;
  return html`
    <section>
      <h2>${title}</h2>
      <p>${note}</p>
      <div class="gallery">${items.map(({ path, name, caption, pictures }) =>
        html`
          <figure>
            <div class="pictures">${pictures.map((source) =>
              html`<img src="${source}" alt="">`
            )}</div>
            <figcaption><span class="path" title="${visibleText(path, 400)}">${visibleText(
              name,
              60,
            )}</span>${caption}</figcaption>
          </figure>
        `
      )}</div>
    </section>
  `;
}

function showRecipes(recipes: readonly Recipe[]): Html | undefined {
  if (recipes.length === 0) return undefined;
  return html`${
    recipes.map(({ name, parameters }) =>
      html`<details><summary>Recipe ${visibleText(name, 80)}</summary>${
        showFacts(parameters)
      }</details>`
    )
  }`;
}

function showFacts(facts: ReportContents["facts"]): Html {
  return html`
    <dl class="facts">${facts.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${visibleText(value, 400)}</dd>
        </div>
      `
    )}</dl>
  `;
}

function showTable({ prefix, paths, labelNames, p, kinds }: ImageTable): Html | undefined {
  if (paths.length === 0) return undefined;
  const columns = [
    ["path", "image"],
    ["score", "score"],
    ...(p.some((value) => value !== null) ? [["p", "p"]] : []),
    ...(labelNames.length > 0 ? [["label", "label"]] : []),
    ["verdict", "verdict"],
  ] as const;
  const known = /[an]/.test(kinds);
  return html`
    <section id="images">
      <h2>All images</h2>
      ${prefix === "" ? undefined : html`<p>Paths are below ${prefix}</p>`}
      <form class="filter" id="filter">
        <label>Search <input id="search" type="search" placeholder="path or label"></label>
        <label>Show <select id="show">
    <option value="">all images</option>
    <option value="anomaly">called anomalies</option>
    <option value="normal">called normal</option>
    ${known
      ? html`
        <option value="missed">missed anomalies</option>
        <option value="mistaken">false alarms</option>
      `
      : undefined}
    </select></label>
        <span id="count" role="status"></span>
      </form>
      <div class="scroll">
        <table class="images">
          <caption class="hidden">Scored images</caption>
          <thead>
            <tr><th class="picture"></th>${columns.map(([key, name]) =>
              html`<th scope="col" data-key="${key}"><button type="button">${name}</button></th>`
            )}</tr>
          </thead>
          <tbody id="rows"></tbody>
        </table>
      </div>
      <nav
        class="pages"><button id="previous" type="button">previous</button><span id="page"></span><button id="next" type="button">next</button></nav>
      <noscript><p class="notice">The table needs JavaScript, which is off in this browser.</p></noscript>
    </section>
  `;
}

function showFailures(failures: readonly Failure[]): Html | undefined {
  if (failures.length === 0) return undefined;
  const counts = [...Map.groupBy(failures, ({ code }) => code)]
    .map(([code, { length }]) => `${formatNumber(length, 6)} ${visibleText(code, 40)}`);
  return html`
    <section>
      <h2>Not scored</h2>
      <p>${counts.join(", ")}${failures.length > LISTED
        ? `; the first ${LISTED} are listed`
        : ""}.</p>
      <div class="scroll">
        <table class="failures">
          <thead>
            <tr>
              <th scope="col">image</th>
              <th scope="col">reason</th>
            </tr>
          </thead>
          <tbody>${failures.slice(0, LISTED).map(({ path, reason }) =>
            html`
              <tr>
                <td class="path">${visibleText(path, 120)}</td>
                <td>${visibleText(reason, 400)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}
