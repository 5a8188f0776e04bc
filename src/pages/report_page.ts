/** The report of a detector: what it is, how well it separates, and the images themselves. */

import type { Figure } from "../figures/mod.ts";
import { formatNumber, visibleText } from "../figures/mod.ts";
import { showFigure, writeDocument } from "./_document.ts";
import { type Html, html, jsonElement } from "./_html.ts";
import style from "./report.css" with { type: "text" };
import type {
  Decision,
  Failure,
  Gallery,
  Headline,
  ImageTable,
  Recipe,
  ReportContents,
} from "./report_contents.ts";
import script from "./report.js" with { type: "text" };

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
