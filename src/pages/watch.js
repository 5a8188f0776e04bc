// The script of the page of `watch`: it shows each state that the server sends.
(() => {
  const byId = (id) => document.getElementById(id);
  const tiles = new Map();

  function makeTile({ number, name, caption, state, pictures }) {
    const tile = document.createElement("figure");
    tile.className = state;
    tile.dataset.number = number;
    const row = document.createElement("div");
    row.className = "pictures";
    for (const kind of pictures) {
      const picture = document.createElement("img");
      picture.alt = "";
      // It may be gone by now.
      picture.addEventListener("error", () => picture.remove());
      picture.src = `${number}/${kind}.png`;
      row.append(picture);
    }
    const words = document.createElement("figcaption"), path = document.createElement("span");
    path.className = "path";
    path.textContent = name;
    words.append(path, caption);
    tile.append(row, words);
    return tile;
  }

  function show({ images, anomalies, failures, newest, figure }) {
    for (const [id, count] of Object.entries({ images, anomalies, failures })) {
      byId(id).textContent = count.toLocaleString("en");
    }
    // Made by the server, every word of it escaped.
    byId("figure").innerHTML = figure;
    const shown = new Set(newest.map(({ number }) => number));
    for (const [number, tile] of tiles) {
      if (shown.has(number)) continue;
      tile.remove();
      tiles.delete(number);
    }
    for (const image of newest.toReversed()) {
      if (tiles.has(image.number)) continue;
      const tile = makeTile(image);
      tiles.set(image.number, tile);
      byId("newest").prepend(tile);
    }
  }

  const events = new EventSource("events");
  events.addEventListener("open", () => byId("state").textContent = "live");
  events.addEventListener("error", () => byId("state").textContent = "ended, or out of reach");
  events.addEventListener("message", ({ data }) => show(JSON.parse(data)));
})();
