// The script of an exported page: it scores images that are dropped or chosen, by the model in the page.
import {
  decode,
  decodeModel,
  Detector,
  imageHeatmap,
  toChannels,
  writeModelInput,
} from "../../mod.browser.ts";

const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const counts = { images: 0, anomalies: 0, failures: 0 };

/** An element with a class and children. */
function make(name, className, ...children) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

/** A canvas that shows an image: of other depths its samples as the model scales them. */
function canvasOf({ width, height, channels, data, white }) {
  const canvas = make("canvas", "");
  Object.assign(canvas, { width, height });
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = data[i * channels + Math.min(c, channels - 1)] / white * 255;
    }
  }
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** An image in 8 bits, scaled as the model scales it. */
function shown(image, input) {
  const channels = image.channels < 3 ? 1 : 3, plain = toChannels(image, channels);
  const { width, height } = plain, data = new Float32Array(width * height * channels);
  const own = { ...input, width, height, channels, fit: "stretch", resizes: true, converts: true };
  writeModelInput(plain, { ...own, region: undefined, zoom: undefined }, data, 0);
  return { width, height, channels, data, white: 1 };
}

/** Scores a file, and shows it. */
async function score(detector, file) {
  const words = make("figcaption", "", make("span", "path", file.name));
  const row = make("div", "pictures"), tile = make("figure", "", row, words);
  tile.dataset.name = file.name;
  byId("newest").prepend(tile);
  counts.images++;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const image = await decode(bytes, { name: file.name }), { input } = detector.model;
    row.append(canvasOf(shown(image, input)));
    const batch = new Float32Array(detector.inputSize);
    writeModelInput(image, input, batch, 0);
    const [found] = await detector.scores(batch, 1), { p, anomaly } = detector.judge(found);
    const verdict = anomaly ? "anomaly" : "normal";
    words.append(
      `score ${Number(found.toPrecision(4))}, p ${Number(p.toPrecision(3))}: ${verdict}`,
    );
    tile.className = verdict;
    Object.assign(tile.dataset, { score: found, p });
    if (anomaly) counts.anomalies++;
    if (facts.maps) {
      const errors = await detector.errorMaps(batch, 1);
      row.append(canvasOf(imageHeatmap(image, errors, input)));
    }
  } catch (error) {
    counts.failures++;
    tile.className = "failed";
    words.append([error.message, error.hint].filter(Boolean).join("; "));
  }
  for (const [id, count] of Object.entries(counts)) {
    byId(id).textContent = count.toLocaleString("en");
  }
}

async function start() {
  const bytes = Uint8Array.fromBase64(byId("model").textContent.trim());
  const model = decodeModel(bytes, facts.name), { fpr, score: name } = facts;
  const detector = await Detector.open(model, { backend: "wasm", fpr, score: name });
  // One after the other, in the order of the drop.
  let last = Promise.resolve();
  const take = (files) => {
    for (const file of files) last = last.then(() => score(detector, file));
  };
  byId("files").addEventListener("change", ({ target }) => take(target.files));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  byId("state").textContent = "ready";
}

start().catch((error) => byId("state").textContent = error.message);
