/** Kernels of images as operators of ONNX, which has channels first. */

import { type Extent, type GraphNode, type GraphValue } from "../compute/mod.ts";
import { attributeOf, inputOf, pairOf } from "./graph_parts.ts";
import type { Attribute, Emit, OnnxGraph } from "./onnx_graph.ts";
import { sidesOf, type TfPadding } from "./padding.ts";

/** Images with channels first, as ONNX has them, and back. */
const CHANNELS_FIRST = [0, 3, 1, 2], CHANNELS_LAST = [0, 2, 3, 1];

/** The padding of a layer of windows, as `pads`: top, left, bottom, right. */
function padsOf(
  { attributes }: GraphNode,
  shape: readonly Extent[],
  window: readonly [number, number],
): number[] {
  const strides = pairOf(attributes["strides"]), pad = attributes["pad"] as TfPadding;
  const [rows, columns] = ([1, 2] as const).map((axis) =>
    sidesOf(pad, axis, {
      size: shape[axis] as number,
      window: window[axis - 1]!,
      stride: strides[axis - 1]!,
    })
  );
  return [rows![0], columns![0], rows![1], columns![1]];
}

/** Runs an operator on images with channels first. */
function onImages(
  graph: OnnxGraph,
  operator: string,
  image: GraphValue,
  others: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
): string {
  const first = graph.transpose(graph.value(image), CHANNELS_FIRST);
  return graph.transpose(graph.node(operator, [first, ...others], attributes), CHANNELS_LAST);
}

/** A convolution; the order of the axes of its kernel for ONNX. */
export function convolution(order: readonly number[], grouped: boolean): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x"), filter = inputOf(node, "filter");
    const [height, width] = filter.shape as [number, number];
    return onImages(graph, "Conv", x, [graph.ordered(filter, order)], {
      strides: pairOf(node.attributes["strides"]),
      dilations: pairOf(node.attributes["dilations"] ?? 1),
      pads: padsOf(node, x.shape, [height, width]),
      group: grouped ? x.shape[3] as number : 1,
    });
  };
}

/** A transposed convolution, to the size that the kernel names. */
export const transposedConvolution: Emit = (graph, node) => {
  const dy = inputOf(node, "dy"), filter = inputOf(node, "filter");
  const [height, width] = filter.shape as [number, number];
  const shape = node.attributes["inputShape"] as readonly Extent[];
  const strides = pairOf(node.attributes["strides"]), pads = padsOf(node, shape, [height, width]);
  const rest = [height, width].map((window, i) =>
    (shape[i + 1] as number) + pads[i]! + pads[i + 2]! - window -
    ((dy.shape[i + 1] as number) - 1) * strides[i]!
  );
  return onImages(graph, "ConvTranspose", dy, [graph.ordered(filter, [3, 2, 0, 1])], {
    strides,
    pads,
    output_padding: rest,
  });
};

/** Maxima or means of windows; padding does not count. */
export function pooling(operator: string): Emit {
  return (graph, node) => {
    const x = inputOf(node, "x"), window = pairOf(node.attributes["filterSize"]);
    return onImages(graph, operator, x, [], {
      kernel_shape: window,
      strides: pairOf(node.attributes["strides"]),
      pads: padsOf(node, x.shape, window),
      ...operator === "AveragePool" && { count_include_pad: 0 },
    });
  };
}

/** Pads images; ONNX takes all that comes before, then all that comes after. */
export const padded: Emit = (graph, node) => {
  const sides = attributeOf<readonly (readonly [number, number])[]>(node, "paddings");
  const pads = [...sides.map(([before]) => before), ...sides.map(([, after]) => after)];
  const value = graph.float(attributeOf<number>(node, "constantValue"));
  return graph.node("Pad", [graph.value(inputOf(node, "x")), graph.integers(pads), value]);
};

/** Mirrors images at their edges, axis by axis; opset 17 cannot repeat the edge pixel. */
export const mirrored: Emit = (graph, node) => {
  const x = inputOf(node, "x"), offset = attributeOf<string>(node, "mode") === "reflect" ? 1 : 0;
  const sides = attributeOf<readonly (readonly [number, number])[]>(node, "paddings");
  return sides.reduce((image, [before, after], axis) => {
    if (before === 0 && after === 0) return image;
    const size = x.shape[axis] as number;
    const places = Array.from({ length: before + size + after }, (_, i) => {
      const at = i - before;
      if (at < 0) return -at - 1 + offset;
      return at < size ? at : 2 * size - 1 - at - offset;
    });
    return graph.node("Gather", [image, graph.integers(places)], { axis });
  }, graph.value(x));
};

/** Images of another size, bilinear with half-pixel centres. */
export const resized: Emit = (graph, node) => {
  const images = inputOf(node, "images"),
    size = attributeOf<readonly [number, number]>(node, "size");
  const half = attributeOf<boolean>(node, "halfPixelCenters");
  if (!half) throw new TypeError("it resizes without half-pixel centres");
  // The number of images and of channels stays: only the factors of the sides are given.
  const factors = [1, 1, ...size.map((side, i) => side / (images.shape[i + 1] as number))];
  const scales = graph.constant([4], Float32Array.from(factors));
  return onImages(graph, "Resize", images, ["", scales], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });
};
