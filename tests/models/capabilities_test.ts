/** Every model has the parameters, latents and capabilities that its type describes. */

import assert from "node:assert/strict";
import { openBackend, tf } from "../../src/compute/mod.ts";
import { Aae } from "../../src/models/aae/aae.ts";
import { AAE } from "../../src/models/aae/definition.ts";
import { Classifier } from "../../src/models/classifier/classifier.ts";
import { Autoencoder } from "../../src/models/autoencoder/autoencoder.ts";
import { Cvae } from "../../src/models/cvae/cvae.ts";
import {
  type AaeSpec,
  type AutoencoderSpec,
  classesOf,
  type CvaeSpec,
  type DamageSpec,
  defaultScore,
  type Model,
  MODELS,
  type ModelSpec,
  modelTypeOf,
  openModel,
  type OpenSetSpec,
  type RbmSpec,
  requireCapability,
  type ResnetSpec,
  scoreParts,
} from "../../src/models/mod.ts";
import { Rbm } from "../../src/models/rbm/rbm.ts";
import { Resnet } from "../../src/models/resnet/resnet.ts";
import { Random } from "../../src/random.ts";
import type { Parameter, ParameterShape } from "../../src/training/mod.ts";
import { batch, CLASSES, COUNT, dataOf, DEFINITIONS, fitted, SHAPE, specOf } from "./_fitted.ts";
import { fitModel } from "./_models.ts";

/** Parameters of the models that learn, by kind. */
const PARAMETERS: Readonly<Record<string, (spec: ModelSpec) => readonly Parameter[]>> = {
  autoencoder: (spec) => new Autoencoder(spec as AutoencoderSpec, new Random(0)).parameters,
  cvae: (spec) => new Cvae(spec as CvaeSpec, new Random(0)).parameters,
  aae: (spec) => new Aae(spec as AaeSpec, new Random(0)).parameters,
  rbm: (spec) => new Rbm(spec as RbmSpec, new Random(0)).parameters,
  damage: (spec) => {
    const { inputShape, kinds } = spec as DamageSpec;
    return new Classifier(inputShape, 1 + kinds.length, new Random(0)).parameters;
  },
  "open-set": (spec) => {
    const { inputShape, classes } = spec as OpenSetSpec;
    return new Classifier(inputShape, classes.length, new Random(0)).parameters;
  },
  resnet: (spec) => new Resnet(spec as ResnetSpec, new Random(0)).parameters,
};

/** Values besides the parameters, by kind: what a model keeps after its steps. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  damage: [...["mean", "directions", "images", "scales"].map((name) => `edges/${name}`), "units"],
  "open-set": [
    ...["mean", "directions", "images", "scales", "counts"].map((name) => `edges/${name}`),
    ...["embedding/images", "embedding/scales", "normal"],
  ],
  resnet: ["embedding/images", "embedding/scales"],
};

const RECONSTRUCTS = ["encode", "errors", "errorMaps", "decode"] as const;
const EVERY_CAPABILITY = [...RECONSTRUCTS, "validationLoss"] as const;

/** Capabilities by kind. */
const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  autoencoder: EVERY_CAPABILITY,
  knn: ["encode"],
  pca: RECONSTRUCTS,
  cvae: EVERY_CAPABILITY,
  aae: EVERY_CAPABILITY,
  rbm: EVERY_CAPABILITY,
  damage: ["encode", "validationLoss"],
  "open-set": ["encode", "validationLoss"],
  patchcore: ["encode", "errorMaps"],
  "lens-fit": ["errors", "errorMaps"],
  resnet: ["encode", "validationLoss"],
};

/** Priors of the latents by kind; an autoencoder of plain codes has none. */
const PRIORS: Readonly<Record<string, string>> = {
  autoencoder: "standard-normal",
  pca: "principal-components",
  cvae: "standard-normal",
  aae: "standard-normal",
  rbm: "hidden-units",
};

Deno.test("every kind of model is tested here", () => {
  const kinds = DEFINITIONS.map(([, { type }]) => type.kind);
  assert.deepEqual([...new Set(kinds)], Object.keys(CAPABILITIES));
  const learning = kinds.filter((_, i) => DEFINITIONS[i]![1].type.learning);
  assert.deepEqual([...new Set(learning)], Object.keys(PARAMETERS));
});

for (const [name, definition] of DEFINITIONS) {
  const { type, defaults } = definition;

  Deno.test(`${name}: the described parameters are the model's`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const spec = specOf(definition);
    const parameters = PARAMETERS[type.kind]?.(spec) ?? [];
    const described = type.learning?.parameters(spec) ?? [];
    const plain = ({ name, shape, trainable, dense = false }: ParameterShape) => ({
      name,
      shape: [...shape],
      trainable,
      dense,
    });
    assert.deepEqual(described.map(plain), parameters.map(plain));
    for (const { value, shape, trainable } of parameters) {
      assert.deepEqual([value.shape, value.trainable], [[...shape], trainable]);
    }
    tf.dispose(parameters.map(({ value }) => value));
    if (type.learning) {
      const model = await fitted(spec);
      const names = [...described.map(({ name }) => name), ...KEPT[type.kind] ?? []];
      assert.deepEqual([...(await model.snapshot()).keys()], names);
      assert.ok(type.learning.multiplyAdds(spec) > 0);
      model.dispose();
    }
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });

  Deno.test(`${name}: capabilities, latents and labels are those described`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const spec = specOf(definition), model = await fitted(spec);
    const able = EVERY_CAPABILITY.filter((name) => model[name]);
    assert.deepEqual(able, CAPABILITIES[type.kind]);
    assert.equal(model.leaveOneOut !== undefined, type.leavesOneOut !== undefined);
    const latent = type.latent?.(spec);
    const plain = (spec as Partial<AutoencoderSpec>).latent === 0;
    assert.equal(latent?.prior, plain ? undefined : PRIORS[type.kind]);
    assert.deepEqual(latent?.labels, type.kind === "cvae" ? CLASSES : undefined);
    const labelled = ["cvae", "open-set", "resnet"].includes(type.kind);
    assert.deepEqual(classesOf(spec), labelled ? CLASSES : []);
    const x = batch();
    await model.prepare?.(x);
    assert.equal(latent?.size, tf.tidy(() => checkShapes(model, x)));
    x.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });

  Deno.test(`${name}: opened from its values it is the same model, and leaves no tensor`, async () => {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const spec = specOf(definition), model = await fitted(spec);
    const weights = await model.snapshot(), opened = await openModel(spec, weights);
    const scores = async (model: Model) => {
      const x = batch(), names = scoreParts(defaultScore(model.spec, defaults), model.spec);
      await model.prepare?.(x);
      const found = tf.tidy(() => model.scores(names, x)[0]!.dataSync<"float32">().slice());
      x.dispose();
      return found;
    };
    assert.deepEqual(await scores(opened), await scores(model));
    assert.deepEqual(await opened.snapshot(), weights);
    opened.dispose();
    const [first] = weights.keys();
    const rest = new Map([...weights].filter(([key]) => key !== first));
    if (first === undefined) assert.equal(type.kind, "lens-fit");
    else {
      await assert.rejects(openModel(spec, rest), (error: Error) => {
        assert.equal(error.name, "TypeError");
        assert.ok(error.message.includes(`weight "${first}" is missing`), error.message);
        return true;
      });
    }
    model.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors must be freed");
  });
}

/** Checks the shapes of all that a model computes; the numbers of a latent. */
function checkShapes(model: Model, x: tf.Tensor): number | undefined {
  const { spec } = model, type = modelTypeOf(spec);
  const { classes } = dataOf();
  const names = type.scores(spec).map(({ name }) => name);
  const scores = model.scores(names, x, classes);
  assert.deepEqual(scores.map(({ shape }) => shape), names.map(() => [COUNT]));
  if (model.validationLoss) {
    assert.deepEqual(model.validationLoss(x, classes).shape, [COUNT]);
  }
  if (model.errors) {
    const { reconstruction, loss, kl } = model.errors(x, classes);
    assert.deepEqual(reconstruction.shape, x.shape);
    assert.deepEqual(loss.shape, [COUNT]);
    assert.equal(kl !== undefined, type.learning?.variational(spec) ?? false);
  }
  if (model.errorMaps) {
    assert.deepEqual(model.errorMaps(x).shape, x.shape.slice(0, 3));
  }
  if (!model.encode) return undefined;
  const codes = model.encode(x), size = codes.size / COUNT;
  assert.equal(codes.shape[0], COUNT);
  if (model.decode) {
    assert.deepEqual(model.decode(tf.reshape(codes, [COUNT, size])).shape, x.shape);
  }
  return size;
}

Deno.test("the optimisers of an adversarial autoencoder update the described parameters", async () => {
  await openBackend("wasm");
  const spec = AAE.build({ inputShape: SHAPE, latent: 4 }), model = new Aae(spec, new Random(0));
  const described = AAE.type.learning!.optimised!(spec).filter(({ trainable }) => trainable);
  const shapes = model.players.flat().map(({ shape }) => shape);
  assert.deepEqual(described.map(({ shape }) => [...shape]), shapes);
  model.dispose();
});

Deno.test("a capability that a model lacks is refused in words", async () => {
  await openBackend("wasm");
  const actions = {
    encode: "encode images",
    errors: "reconstruct images",
    errorMaps: "map errors",
    decode: "make images",
    validationLoss: "measure a loss",
  };
  const nouns = {
    encode: "latents",
    errors: "reconstructions",
    errorMaps: "reconstructions",
    decode: "a decoder",
    validationLoss: "a loss",
  };
  const pixels = MODELS.knn.build({ inputShape: SHAPE, features: "pixels" });
  const knn = await fitted(pixels), dense = await fitted(specOf(MODELS.dense));
  for (const name of EVERY_CAPABILITY) {
    assert.equal(requireCapability(dense, name), dense);
    assert.throws(() => requireCapability(knn, name), {
      name: "StrayError",
      code: "usage",
      message: `Cannot ${actions[name]} by "knn" as the model must have ${nouns[name]}`,
      hint: "use an autoencoder, such as vae",
    });
  }
  knn.dispose();
  dense.dispose();
});

Deno.test("neighbours on latents encode as their model does, and dispose of it", async () => {
  await openBackend("wasm");
  const before = tf.memory().numTensors;
  const encoder = requireCapability(await fitted(specOf(MODELS.dense)), "encode");
  const codesOf = (model: Model) =>
    tf.tidy(() => requireCapability(model, "encode").encode(batch()).dataSync<"float32">().slice());
  const codes = codesOf(encoder);
  const spec = MODELS.knn.build({ inputShape: SHAPE, latents: { of: encoder.spec, size: 4 } });
  const random = new Random(0);
  const nothing = { epochs: 0, batch: 1, learningRate: 0, patience: 0, random };
  const { model } = await fitModel(spec, dataOf(), { ...nothing, encoder });
  assert.deepEqual(EVERY_CAPABILITY.filter((name) => model[name]), ["encode"]);
  assert.deepEqual(modelTypeOf(spec).latent?.(spec), { size: 4 });
  const opened = await openModel(spec, await model.snapshot());
  assert.deepEqual(await opened.snapshot(), await model.snapshot());
  for (const each of [model, opened]) {
    assert.deepEqual(codesOf(each), codes);
    each.dispose();
  }
  assert.equal(tf.memory().numTensors, before, "tensors must be freed");
});
