import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type ReportContents, reportPage, watchPage } from "../../src/pages/mod.ts";
import { html, jsonElement } from "../../src/pages/_html.ts";

const HOSTILE = `</script></style><img src=x onerror="a()">&'<!--\u2028`;

/** A report of two images whose every text is hostile. */
const CONTENTS: ReportContents = {
  title: HOSTILE,
  summary: HOSTILE,
  headlines: [{ name: HOSTILE, value: HOSTILE, note: HOSTILE }],
  notices: [HOSTILE],
  facts: [[HOSTILE, HOSTILE]],
  rankings: [],
  recipes: [{ name: HOSTILE, parameters: [[HOSTILE, HOSTILE]] }],
  lenses: [],
  model: [{ title: HOSTILE, note: HOSTILE, legend: [], width: 1, height: 1, svg: "<svg></svg>" }],
  decision: {
    ...{ positives: 1, negatives: 1, unknown: 1 },
    asScored: { threshold: 0, found: 1, mistaken: 0, unknown: 0, marks: {} },
    stops: [0.1, 0.2].map((p) => ({
      p,
      threshold: null,
      found: 1,
      mistaken: 0,
      unknown: 0,
      marks: {},
    })),
  },
  galleries: [{
    title: HOSTILE,
    note: HOSTILE,
    items: [{ path: HOSTILE, name: HOSTILE, caption: HOSTILE, pictures: [HOSTILE] }],
  }],
  table: {
    ...{ prefix: HOSTILE, paths: [HOSTILE, "b"], scores: [1, 2], p: [null, 0.5], labels: [0, -1] },
    ...{ labelNames: [HOSTILE], kinds: "au", verdicts: "10", places: [-1, -1] },
  },
  failures: [{ path: HOSTILE, code: HOSTILE, reason: HOSTILE }],
};

/** The text of an element that occurs once. */
function elementOf(page: string, start: string, end: string): string {
  const parts = page.split(start);
  assert.equal(parts.length, 2, `${parts.length - 1} times ${start}`);
  return parts[1]!.slice(0, parts[1]!.indexOf(end));
}

Deno.test("pages hold their texts as text alone", () => {
  for (const page of [reportPage(CONTENTS), watchPage(HOSTILE)]) {
    assert.ok(!page.includes("<img src=x"));
    assert.ok(!page.includes("<!--"));
    assert.ok(page.includes("&lt;img src=x onerror=&quot;a()&quot;&gt;&amp;&#39;"));
  }
});

Deno.test("the policy allows the page's own style and script, and no others", () => {
  for (const page of [reportPage(CONTENTS), watchPage("photos")]) {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!.replaceAll(
      "&#39;",
      "'",
    );
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const style = elementOf(page, "<style>", "</style>"),
      script = elementOf(page, "<script>", "</script>");
    assert.ok(policy.includes(`style-src ${hash(style)};`), policy);
    assert.ok(policy.includes(`script-src ${hash(script)};`), policy);
    assert.ok(policy.startsWith("default-src 'none';"));
    assert.ok(!/unsafe|https?:|\*/.test(policy), policy);
    assert.ok(
      !/ style="| on\w+="|https?:\/\//.test(page.replace(script, "")),
      "what the policy forbids",
    );
  }
});

Deno.test("data of a page are JSON that cannot end their element", () => {
  const page = reportPage(CONTENTS);
  const data = JSON.parse(
    elementOf(page, `<script type="application/json" id="data">`, "</script>"),
  );
  assert.deepEqual(data.paths, CONTENTS.table.paths);
  assert.deepEqual(data.decision, CONTENTS.decision);
  assert.ok(!jsonElement("a", HOSTILE).toString().slice(8, -9).includes("<"));
});

Deno.test("templates escape values, join lists and leave out undefined", () => {
  const list = [html`<i>${1}</i>`, undefined, "&"];
  assert.equal(`${html`<b title="${'"'}">${list}</b>`}`, '<b title="&quot;"><i>1</i>&amp;</b>');
});
