import assert from "node:assert/strict";
import { openBackend, scaleShift, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";

Deno.test("scaleShift on wasm agrees with tfjs on cpu, for images and vectors of any channels", async () => {
  const random = new Random(5);
  const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const cases = Array.from({ length: 60 }, (_, i) => {
    const channels = 1 + random.integer(20), size = () => 1 + random.integer(6);
    const shape = i % 2 === 0 ? [size(), channels] : [size(), size(), size(), channels];
    return {
      ...{ shape, x: normals(shape.reduce((a, b) => a * b, 1)) },
      ...{ scale: normals(channels), shift: normals(channels) },
      activation: random.integer(2) === 1 ? "relu" as const : "linear" as const,
    };
  });
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await openBackend(backend);
    results.push(cases.map(({ shape, x, scale, shift, activation }) =>
      tf.tidy(() => {
        const y = scaleShift(tf.tensor(x, shape), tf.tensor(scale), tf.tensor(shift), activation);
        assert.deepEqual(y.shape, shape);
        return Float32Array.from(y.dataSync());
      })
    ));
  }
  const [wanted, got] = results;
  wanted!.forEach((values, i) => {
    const { shape, activation } = cases[i]!;
    values.forEach((value, j) => {
      const error = Math.abs(value - got![i]![j]!);
      assert.ok(error <= 1e-6 * (1 + Math.abs(value)), `${shape}, ${activation}: ${error}`);
    });
    if (activation === "relu") assert.ok(got![i]!.every((value) => value >= 0));
  });
});
