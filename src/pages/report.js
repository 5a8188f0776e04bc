// The script of a report: its table, and the slider for p. The page is whole without it.
(() => {
  const PER_PAGE = 200;
  const data = JSON.parse(document.getElementById("data").textContent);
  const { decision, thumbnails } = data;
  const byId = (id) => document.getElementById(id);
  const setText = (id, text) => {
    if (byId(id)) byId(id).textContent = text;
  };
  const count = data.paths.length, hasP = data.p.some((p) => p !== null);
  const plain = (value) => value.toLocaleString("en", { maximumSignificantDigits: 15 });
  const number = (value, digits = 4) => {
    if (value === null) return "–";
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e6)
      ? value.toExponential(digits - 1)
      : plain(Number(value.toPrecision(digits)));
  };
  const share = (part, whole) =>
    whole > 0 ? `${Number((100 * part / whole).toPrecision(3))} %` : "–";

  // The decision: a stop of the slider, or undefined for the verdicts of the records.
  let stop;
  const isAnomaly = (i) =>
    stop ? data.p[i] !== null && data.p[i] <= stop.p : data.verdicts[i] === "1";

  function showDecision() {
    if (!decision) return;
    const { positives, negatives, unknown } = decision, at = stop ?? decision.asScored;
    setText("found", plain(at.found));
    setText("missed", plain(positives - at.found));
    setText("mistaken", plain(at.mistaken));
    setText("passed", plain(negatives - at.mistaken));
    setText("unknown", plain(at.unknown));
    setText("rest", plain(unknown - at.unknown));
    setText("p", stop ? number(stop.p) : "as scored");
    setText("threshold", at.threshold === null ? "" : `: scores above ${number(at.threshold)}`);
    const rates = [];
    if (positives > 0) rates.push(`${share(at.found, positives)} of the anomalies found`);
    if (negatives > 0) rates.push(`${share(at.mistaken, negatives)} false alarms`);
    if (positives > 0 && negatives > 0 && at.found + at.mistaken > 0) {
      rates.push(`precision ${share(at.found, at.found + at.mistaken)}`);
      rates.push(`F1 ${number(2 * at.found / (positives + at.found + at.mistaken))}`);
    }
    setText("rates", rates.join(", "));
    for (const [name, [x, y]] of Object.entries(at.marks)) {
      for (const mark of document.querySelectorAll(`.mark.${name}`)) {
        mark.setAttribute("transform", `translate(${x},${y})`);
      }
    }
  }

  // The table: indices of rows in order.
  const sorting = { key: "score", down: true };
  const keys = {
    path: (i) => data.paths[i],
    score: (i) => data.scores[i],
    p: (i) => data.p[i] ?? 2,
    label: (i) => data.labels[i],
    verdict: (i) => (isAnomaly(i) ? 2 : 0) + (data.kinds[i] === "a" ? 1 : 0),
  };
  let rows = [], page = 0;

  function chooseRows() {
    const words = byId("search").value.toLowerCase(), show = byId("show").value;
    const wanted = (i) => {
      const anomaly = isAnomaly(i), kind = data.kinds[i];
      if (show === "anomaly" && !anomaly || show === "normal" && anomaly) return false;
      if (show === "missed" && (anomaly || kind !== "a")) return false;
      if (show === "mistaken" && (!anomaly || kind !== "n")) return false;
      const label = data.labelNames[data.labels[i]] ?? "";
      return (data.prefix + data.paths[i]).toLowerCase().includes(words) ||
        label.toLowerCase().includes(words);
    };
    rows = Array.from({ length: count }, (_, i) => i).filter(wanted);
    const key = keys[sorting.key], direction = sorting.down ? -1 : 1;
    rows.sort((a, b) => {
      const x = key(a), y = key(b);
      return direction * (x < y ? -1 : x > y ? 1 : 0) || a - b;
    });
    page = 0;
    showRows();
  }

  function cell(row, text, name = "") {
    const element = row.insertCell();
    element.textContent = text;
    if (name !== "") element.className = name;
    return element;
  }

  function showRows() {
    const body = byId("rows");
    body.replaceChildren();
    for (const i of rows.slice(page * PER_PAGE, (page + 1) * PER_PAGE)) {
      const row = body.insertRow(), kind = data.kinds[i], anomaly = isAnomaly(i);
      cell(row, "", "picture").append(...pictureOf(i));
      cell(row, data.paths[i], "path").title = data.prefix + data.paths[i];
      cell(row, number(data.scores[i]));
      if (hasP) cell(row, number(data.p[i], 3));
      if (data.labelNames.length > 0) cell(row, data.labelNames[data.labels[i]] ?? "");
      const wrong = anomaly && kind === "n"
        ? "false alarm"
        : !anomaly && kind === "a"
        ? "missed"
        : "";
      cell(row, wrong || (anomaly ? "anomaly" : "normal"), wrong ? "wrong" : "");
    }
    const pages = Math.max(1, Math.ceil(rows.length / PER_PAGE));
    byId("count").textContent = `${plain(rows.length)} of ${plain(count)} images`;
    byId("page").textContent = `${page + 1} of ${pages}`;
    byId("previous").disabled = page === 0;
    byId("next").disabled = page + 1 >= pages;
    for (const head of document.querySelectorAll("th[data-key]")) {
      if (head.dataset.key === sorting.key) {
        head.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
      } else head.removeAttribute("aria-sort");
    }
  }

  function pictureOf(i) {
    const place = thumbnails ? data.places[i] : -1;
    if (place < 0) return [];
    const { width, height, columns, perSheet } = thumbnails,
      picture = document.createElement("span");
    const within = place % perSheet;
    picture.className = `thumbnail sheet${Math.floor(place / perSheet)}`;
    const zoom = Math.max(1, Math.floor(40 / Math.max(width, height)));
    const x = (within % columns) * width * zoom, y = Math.floor(within / columns) * height * zoom;
    Object.assign(picture.style, {
      width: `${width * zoom}px`,
      height: `${height * zoom}px`,
      backgroundSize: `${columns * width * zoom}px auto`,
      backgroundPosition: `${-x}px ${-y}px`,
    });
    return [picture];
  }

  if (byId("rows")) {
    byId("search").addEventListener("input", chooseRows);
    byId("show").addEventListener("input", chooseRows);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    const turn = (by) => {
      page += by;
      showRows();
      byId("images").scrollIntoView();
    };
    byId("previous").addEventListener("click", () => turn(-1));
    byId("next").addEventListener("click", () => turn(1));
    for (const head of document.querySelectorAll("th[data-key]")) {
      head.addEventListener("click", () => {
        const { key } = head.dataset;
        sorting.down = sorting.key === key ? !sorting.down : key === "score" || key === "verdict";
        sorting.key = key;
        chooseRows();
      });
    }
    chooseRows();
  }
  const slider = byId("slider");
  if (slider) {
    const nearest = decision.stops.findIndex(({ p }) => p >= 0.05);
    slider.value = `${nearest < 0 ? decision.stops.length - 1 : nearest}`;
    const decide = (chosen) => {
      stop = chosen;
      showDecision();
      if (byId("rows")) chooseRows();
    };
    slider.addEventListener("input", () => decide(decision.stops[Number(slider.value)]));
    byId("as-scored").addEventListener("click", () => decide(undefined));
  }
  showDecision();
})();
