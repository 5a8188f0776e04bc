/** Runs graph models of TensorFlow.js. */

import * as tf from "@tensorflow/tfjs-core";

/** The JSON of a graph model. */
interface GraphModelJson {
  readonly modelTopology: unknown;
  readonly signature: unknown;
  readonly weightsManifest: readonly { readonly weights: unknown }[];
}

/**
 * Computes outputs of a graph model on the current backend.
 *
 * @param model Its JSON.
 * @param weights The elements of its constants.
 * @param outputs Names of outputs.
 * @param images The images, `[batch, height, width, channels]`; the input is named `images`.
 * @returns The outputs by name.
 * @throws {Error} If the graph is damaged or has an operation that tfjs lacks.
 */
export async function evaluateGraphModel(
  { modelTopology, signature, weightsManifest }: GraphModelJson,
  weights: Uint8Array<ArrayBuffer>,
  outputs: readonly string[],
  { x, shape }: {
    readonly x: Float32Array;
    readonly shape: readonly [number, number, number, number];
  },
): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  const { GraphModel } = await import("@tensorflow/tfjs-converter");
  const artifacts = {
    modelTopology,
    signature,
    weightSpecs: weightsManifest[0]!.weights,
    weightData: weights.slice().buffer,
  };
  const model = new GraphModel({ load: () => Promise.resolve(artifacts as tf.io.ModelArtifacts) });
  await model.load();
  try {
    const found = tf.tidy(() =>
      model.execute({ images: tf.tensor4d(x.slice(), [...shape]) }, [...outputs])
    );
    const tensors = [found].flat();
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    return new Map(outputs.map((name, i) => [name, values[i]!]));
  } finally {
    model.dispose();
  }
}
