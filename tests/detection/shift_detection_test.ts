/** Streams that are unlike the calibration are told, others are not. */

import assert from "node:assert/strict";
import { pValue, ShiftTest } from "../../src/detection/mod.ts";
import { Random } from "../../src/random.ts";

const SIZES = [1, 2, 5, 10, 19, 20, 39, 60, 100, 1000];

/** The finding on a stream of scores after a calibration, both of normal deviates. */
function run(
  count: number,
  random: Random,
  length: number,
  score: (index: number) => number,
): ReturnType<ShiftTest["add"]> {
  const calibration = Float32Array.from({ length: count }, () => random.normal()).sort();
  const test = new ShiftTest(count);
  for (let i = 0; i < length; i++) {
    const found = test.add(pValue(calibration, Math.fround(score(i))));
    if (found) return found;
  }
  return undefined;
}

Deno.test("images like those that calibrate raise no alarm in 6,000 divisions", () => {
  const random = new Random(1);
  let alarms = 0;
  for (const count of SIZES) {
    for (let trial = 0; trial < 600; trial++) {
      if (run(count, random, 1000, () => random.normal())) alarms++;
    }
  }
  // At most 6 are expected.
  assert.ok(alarms <= 12, `${alarms} alarms`);
});

Deno.test("a fifth of anomalies raises no alarm", () => {
  const random = new Random(2);
  let alarms = 0;
  for (const count of SIZES) {
    for (let trial = 0; trial < 200; trial++) {
      if (run(count, random, 500, () => random.uniform() < 0.2 ? 50 : random.normal())) alarms++;
    }
  }
  assert.ok(alarms <= 6, `${alarms} alarms`);
});

Deno.test("40 of 40 flagged images raise an alarm, however few calibrate", () => {
  const random = new Random(3);
  for (const count of [10, 19, 20, 60, 100, 5000]) {
    const found = run(count, random, 40, () => 50);
    assert.ok(found, `${count}`);
    assert.equal(found.small, found.of);
  }
  assert.equal(run(0, random, 1000, () => 50), undefined);
});

Deno.test("the alarm counts the images since the change, and comes once", () => {
  const random = new Random(4);
  for (const before of [0, 100, 20000]) {
    const calibration = Float32Array.from({ length: 500 }, () => random.normal()).sort();
    const test = new ShiftTest(500), alarms = [];
    for (let i = 0; i < before + 100; i++) {
      const found = test.add(pValue(calibration, random.normal() + (i < before ? 0 : 5)));
      if (found) alarms.push({ ...found, after: i + 1 - before });
    }
    const [{ small, of, after } = { small: 0, of: 0, after: 0 }, ...others] = alarms;
    assert.equal(others.length, 0);
    assert.ok(after > 0 && after <= 40, `after ${after} of ${before}`);
    assert.ok(Math.abs(of - after) <= 2 && small > 0.9 * of, `${small} of ${of}, ${after}`);
  }
});

Deno.test("a stream that is a little off as a whole raises an alarm in time", () => {
  const random = new Random(5);
  const found = run(1000, random, 1000, () => random.normal() + 1);
  assert.ok(found && found.of < 500, `${found?.of}`);
});
