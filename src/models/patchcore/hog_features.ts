/** Features of patches without a network: directions of edges, textures and colours. */

import { type Tensor, type Tensor4D, tf } from "../../compute/mod.ts";
import { extractBy, type Patches, type PatchExtractor } from "./patch_features.ts";
import type { PlacedPart } from "./placed_part.ts";
import { FEATURE_SIZES } from "./spec.ts";

/** Pixels between two patches. */
const STRIDE = 8;
/** Sides of the cells in which features are averaged, pixels. */
const CELLS = [8, 24] as const;
/** Unsigned directions of gradients: 22.5 degrees apart. */
const DIRECTIONS = 8;
/** Gradient strength below which edges count as noise. */
const WEAK_EDGE = 0.05;
/** Difference of brightness from which a pixel counts as brighter than another. */
const BRIGHTER = 0.01;
/** The eight neighbours of a pixel, in a circle. */
const CIRCLE = [[-1, -1], [-1, 0], [-1, 1], [0, 1], [1, 1], [1, 0], [1, -1], [0, -1]] as const;
/** Weights of red, green and blue in brightness (ITU-R BT.601). */
const BRIGHTNESS = [0.299, 0.587, 0.114];

/** Standard deviation of each kind of feature over the patches of ordinary photographs, root of the sum. */
const DEVIATIONS = { directions: 1, strength: 1, patterns: 1, colours: 1, contrasts: 1 } as const;

/**
 * Histograms of gradient directions (Dalal and Triggs 2005, CVPR, "HOG"), of uniform local binary patterns (Ojala et
 * al. 2002, IEEE PAMI 24, 971, `LBP^riu2`), and mean and deviation of the colours, in cells of two sizes.
 */
export class HogFeatures implements PatchExtractor {
  readonly size = FEATURE_SIZES.hog;

  /** Computes the features of an image. */
  extract(image: PlacedPart): Promise<Patches> {
    return extractBy(image, gridOf);
  }

  /** Nothing to free. */
  dispose(): void {}
}

/** Features on a grid, `[1, rows, columns, size]`. */
function gridOf(x: Tensor4D): Tensor4D {
  const colour = x.shape[3] === 3 ? x : tf.tile(x, [1, 1, 1, 3]) as Tensor4D;
  const grey: Tensor4D = tf.sum(tf.mul(colour, tf.tensor1d(BRIGHTNESS)), 3, true);
  const edges = edgesByDirection(grey);
  const patterns = [grey, halved(grey)].map(binaryPatterns);
  const [, height, width] = grey.shape;
  const groups = CELLS.flatMap((cell) => {
    const pooled = cellMeans(edges, cell), strength = tf.sum(pooled, 3, true);
    const colours = cellMeans(colour, cell);
    const squares = tf.sub(cellMeans(tf.square(colour), cell), tf.square(colours));
    const contrasts = tf.sqrt(tf.relu(squares));
    return [
      tf.div(tf.div(pooled, tf.add(strength, WEAK_EDGE)), DEVIATIONS.directions),
      tf.div(tf.sqrt(strength), DEVIATIONS.strength),
      tf.div(colours, DEVIATIONS.colours),
      tf.div(contrasts, DEVIATIONS.contrasts),
    ];
  });
  const rows = Math.ceil(height / STRIDE), columns = Math.ceil(width / STRIDE);
  const textures = patterns.map((pattern, i) => {
    const pooled = i === 0
      ? cellMeans(pattern, CELLS[1])
      : tf.avgPool(pattern, CELLS[1] / 2, STRIDE / 2, "same");
    return tf.div(tf.slice(pooled, [0, 0, 0, 0], [1, rows, columns, -1]), DEVIATIONS.patterns);
  });
  return tf.concat([...groups, ...textures] as Tensor4D[], 3);
}

/** Means over cells around the middle of each patch. */
function cellMeans(x: Tensor4D, cell: number): Tensor4D {
  return tf.avgPool(x, cell, STRIDE, "same");
}

/** An image of half the size, rounded up. */
function halved(x: Tensor4D): Tensor4D {
  return tf.avgPool(x, 2, 2, "same");
}

/** Gradient strength, each divided among the two nearest directions, `[1, height, width, directions]`. */
function edgesByDirection(grey: Tensor4D): Tensor4D {
  const slope = (dy: number, dx: number) => tf.sub(shifted(grey, dy, dx), shifted(grey, -dy, -dx));
  const across = slope(0, 1), down = slope(1, 0);
  const strength = tf.sqrt(tf.add(tf.square(across), tf.square(down)));
  const angle = tf.mul(tf.atan2(down, across), DIRECTIONS / Math.PI);
  // From 0 to 8: opposite directions are the same.
  const turned = tf.add(angle, tf.mul(tf.step(tf.neg(angle)), DIRECTIONS));
  const difference = tf.abs(tf.sub(turned, tf.range(0, DIRECTIONS)));
  const distance = tf.minimum(difference, tf.sub(DIRECTIONS, difference));
  return tf.mul(strength, tf.relu(tf.sub(1, distance)));
}

/** Per pixel one of ten patterns: 0 to 8 brighter neighbours in one arc, or several arcs. */
function binaryPatterns(grey: Tensor4D): Tensor4D {
  const limit = tf.add(grey, BRIGHTER);
  const bits = CIRCLE.map(([dy, dx]) =>
    tf.cast(tf.greater(shifted(grey, dy, dx), limit), "float32")
  );
  const count = sum(bits);
  const changes = sum(bits.map((bit, i) => tf.abs(tf.sub(bit, bits[(i + 1) % bits.length]!))));
  const several = tf.cast(tf.greater(changes, 2), "float32");
  const pattern = tf.add(tf.mul(count, tf.sub(1, several)), tf.mul(several, 9));
  return tf.cast(tf.equal(pattern, tf.range(0, 10)), "float32");
}

function sum(tensors: readonly Tensor[]): Tensor {
  return tensors.reduce((a, b) => tf.add(a, b));
}

/** The image moved by a pixel; beyond its border it is mirrored. */
function shifted(x: Tensor4D, dy: number, dx: number): Tensor4D {
  const [, height, width] = x.shape;
  const framed = tf.mirrorPad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "symmetric");
  return tf.slice(framed, [0, 1 + dy, 1 + dx, 0], [1, height, width, -1]);
}
