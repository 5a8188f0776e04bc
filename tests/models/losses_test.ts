import assert from "node:assert/strict";
import { enableGradients, openBackend, pixelLoss, tf } from "../../src/compute/mod.ts";
import { ssim } from "../../src/metrics/mod.ts";
import { checkLoss, isReconstructionLoss } from "../../src/models/autoencoder/losses.ts";
import { parseLoss } from "../../src/models/mod.ts";
import { Random } from "../../src/random.ts";

const BATCH = 2;
const SHAPE = [12, 13, 2] as const;
const SIZE = 12 * 13 * 2;

/** Losses with what makes pixels; all smooth where they are looked at. */
const CASES = [
  ["mse", "sigmoid"],
  ["bce", "sigmoid"],
  ["l1", "sigmoid"],
  ["huber:0.2", "sigmoid"],
  ["focal", "sigmoid"],
  ["focal:2,0.5,0.5", "sigmoid"],
  ["ssim", "sigmoid"],
  ["mse", "linear"],
  ["l1", "linear"],
  ["huber:0.2", "linear"],
  ["ssim", "linear"],
] as const;

function uniform(random: Random): Float32Array {
  return Float32Array.from({ length: BATCH * SIZE }, () => random.uniform());
}

for (const backend of ["cpu", "wasm"] as const) {
  for (const [loss, output] of CASES) {
    Deno.test(`${backend}: the gradient of ${loss}, ${output}, is that of finite differences`, async () => {
      await openBackend(backend);
      await enableGradients();
      const random = new Random(4);
      const images = uniform(random);
      const start = output === "linear"
        ? uniform(random)
        : Float32Array.from(images, () => 2 * random.normal());
      const shape = [BATCH, ...SHAPE];
      const at = (logits: Float32Array) =>
        tf.tidy(() => {
          const [first, second] = pixelLoss(
            tf.tensor(images.slice(), shape),
            tf.tensor(logits, shape),
            loss,
            output,
          ).dataSync<"float32">();
          return first! + 2 * second!;
        });
      const got = tf.tidy(() =>
        tf.grad((logits: tf.Tensor) => {
          const x = tf.tensor(images.slice(), shape);
          return tf.sum(tf.mul(pixelLoss(x, logits, loss, output), tf.tensor1d([1, 2])));
        })(tf.tensor(start.slice(), shape)).dataSync<"float32">()
      );
      // A move of many pixels at once, so that the change is far above float32's rounding of the sum:
      // along the gradient, and along random directions.
      const size = Math.hypot(...got);
      const along = [got.map((value) => value / size)];
      for (let i = 0; i < 4; i++) {
        const direction = Float32Array.from(got, () => random.normal());
        along.push(direction.map((value) => value / Math.hypot(...direction)));
      }
      for (const direction of along) {
        const step = 0.02;
        const moved = (sign: number) =>
          start.map((value, i) => value + sign * step * direction[i]!);
        const wanted = (at(moved(1)) - at(moved(-1))) / (2 * step);
        const slope = got.reduce((sum, value, i) => sum + value * direction[i]!, 0);
        assert.ok(Math.abs(slope - wanted) < 5e-3 * size, `${slope} is not ${wanted} of ${size}`);
      }
    });
  }

  Deno.test(`${backend}: ssim is samples times 1 minus that of the metrics`, async () => {
    await openBackend(backend);
    const random = new Random(9);
    const images = uniform(random);
    const others = images.map((value) => 0.7 * value + 0.3 * random.uniform());
    const shape = [BATCH, ...SHAPE];
    const losses = tf.tidy(() =>
      pixelLoss(tf.tensor(images, shape), tf.tensor(others, shape), "ssim", "linear").dataSync<
        "float32"
      >()
    );
    losses.forEach((loss, i) => {
      const part = (data: Float32Array) => data.subarray(i * SIZE, (i + 1) * SIZE);
      const wanted = SIZE * (1 - ssim(part(images), part(others), { width: 13, channels: 2 }));
      assert.ok(Math.abs(loss / wanted - 1) < 1e-4, `${loss} is not ${wanted}`);
    });
    const same = tf.tidy(() => {
      const x = tf.tensor(images, shape);
      return pixelLoss(x, x, "ssim", "linear").dataSync<"float32">();
    });
    for (const loss of same) assert.ok(Math.abs(loss) < 1e-3, `${loss}`);
  });

  Deno.test(`${backend}: losses of hopeless and of perfect logits are finite`, async () => {
    await openBackend(backend);
    await enableGradients();
    for (const loss of ["mse", "bce", "l1", "huber", "focal"] as const) {
      const [values, gradient] = tf.tidy(() => {
        const x = tf.tensor2d([[0, 0, 1, 1]]), logits = tf.tensor2d([[-80, 80, -80, 80]]);
        const { value, grad } = tf.valueAndGrad((l: tf.Tensor) => tf.sum(pixelLoss(x, l, loss)))(
          logits,
        );
        return [value.dataSync<"float32">(), grad.dataSync<"float32">()];
      });
      for (const value of [...values, ...gradient]) assert.ok(Number.isFinite(value), loss);
      assert.ok(values[0]! > 0.1 && Math.abs(gradient[0]!) < 1e-6, loss);
    }
  });
}

Deno.test("a loss is written with all its numbers, and read again", () => {
  const texts = {
    mse: "mse",
    huber: "huber:0.1",
    focal: "focal:0.25,2,0",
    "focal:1": "focal:1,2,0",
  };
  for (const [text, whole] of Object.entries(texts)) {
    assert.equal(parseLoss(text), whole);
    assert.equal(parseLoss(whole), whole);
    assert.ok(isReconstructionLoss(whole));
  }
  for (
    const [text, message] of [
      [
        "mae",
        /--loss as it must be one of mse, bce, l1, huber, focal, ssim: current value is "mae"/,
      ],
      ["mse:1", /must be mse alone/],
      ["huber:0", /huber with a delta that is a number above 0/],
      ["huber:1,2", /must be huber:DELTA/],
      ["focal:-1", /focal with a gamma that is a number from 0 to/],
      ["focal:1,,0", /focal with a alpha/],
      ["toString", /one of/],
    ] as const
  ) {
    assert.throws(() => parseLoss(text), { code: "usage", message });
    assert.ok(!isReconstructionLoss(text));
  }
});

Deno.test("a loss that an output or a size cannot have is refused", () => {
  checkLoss("ssim", [11, 11, 1]);
  checkLoss("huber:1", [1, 3, 1], "linear");
  assert.throws(() => checkLoss("ssim", [28, 10, 1]), { code: "shape", message: /is 10 x 28/ });
  for (const loss of ["bce", "focal:1,1,0"] as const) {
    checkLoss(loss, [1, 3, 1]);
    assert.throws(() => checkLoss(loss, [1, 3, 1], "linear"), { code: "usage" });
  }
});
