import assert from "node:assert/strict";
import { numberOf, numberText, parseExactJson } from "../src/exact_json.ts";
import { Random } from "../src/random.ts";

const EXACT = [
  "1237648720693755918",
  "-9223372036854775808",
  "18446744073709551615",
  "0.12345678901234567890",
  "12345678.9012345678",
  "1e999",
  "1E+2",
  "6.50",
  "-0",
  "0.0000001",
  "1e-7",
  "0.1",
  "42",
];

Deno.test("every number comes out digit for digit, at any depth", () => {
  for (const number of EXACT) {
    for (const text of [number, `[${number}]`, `{"a":{"b":["x",${number}]},"c":null}`]) {
      assert.equal(JSON.stringify(parseExactJson(text)), text);
    }
  }
  const random = new Random(1);
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.integer(10)).join("");
  for (let i = 0; i < 200; i++) {
    const text = `[1${digits(i % 25)},0.${digits(1 + i % 24)}]`;
    assert.equal(JSON.stringify(parseExactJson(text)), text);
  }
});

Deno.test("numbers within strings are text, beside numbers that keep their digits", () => {
  const strings = [
    "sha256:13e5f0",
    "a,1e5",
    "[1.50",
    "x: -0",
    "1237648720693755918",
    'q\\"1e5',
    "",
  ];
  for (const string of strings) {
    for (const number of ["1e-7", "6.50", "7"]) {
      const text = JSON.stringify({ a: string, b: [string] }).replace(/}$/, `,"n":${number}}`);
      assert.equal(JSON.stringify(parseExactJson(text)), text);
      assert.equal(numberOf((parseExactJson(text) as { n: unknown }).n), Number(number));
    }
    const text = JSON.stringify({ model: string, score: 1.5 });
    assert.equal((parseExactJson(text) as { score: unknown }).score, 1.5);
  }
});

Deno.test("ordinary numbers are numbers, all others read as one", () => {
  assert.deepEqual(parseExactJson('{"a":[1,-2.5],"b":"1.0"}'), { a: [1, -2.5], b: "1.0" });
  assert.equal(numberOf(parseExactJson("2.50")), 2.5);
  assert.equal(numberOf(parseExactJson("1e999")), Infinity);
  for (const other of ['"1"', "null", "[1]", '{"rawJSON":"1"}']) {
    assert.equal(numberOf(parseExactJson(other)), undefined);
    assert.equal(numberText(parseExactJson(other)), undefined);
  }
});

Deno.test("labels keep the digits of identifiers, and are otherwise as short as can be", () => {
  const cases = [
    ["1237648720693755919", "1237648720693755919"],
    ["-1237648720693755919", "-1237648720693755919"],
    ["3.0", "3"],
    ["3e0", "3"],
    ["0.50", "0.5"],
    ["-0", "0"],
    ["1e999", "1e999"],
    ["7", "7"],
  ] as const;
  for (const [text, label] of cases) assert.equal(numberText(parseExactJson(text)), label);
});

Deno.test("values that nest deeper than JSON.stringify may write are refused", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}1.50${"]".repeat(depth)}`;
  for (const depth of [1, 400, 512]) {
    assert.equal(JSON.stringify(parseExactJson(nested(depth))), nested(depth));
  }
  for (const depth of [513, 20_000, 1_000_000]) {
    assert.throws(() => parseExactJson(nested(depth)), {
      name: "SyntaxError",
      message: "arrays and objects nest more than 512 deep",
    });
    assert.throws(() => parseExactJson('{"a":'.repeat(depth)), SyntaxError);
  }
  // Brackets in strings do not nest, whatever is escaped there.
  for (const text of ["[", '\\"[', "\\\\", '\\\\\\"{']) {
    const long = `[${Array.from({ length: 2000 }, () => `"${text}"`).join(",")}]`;
    assert.equal(JSON.stringify(parseExactJson(long)), long);
  }
});
