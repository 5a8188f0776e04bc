/** An array's bytes to one image. */

import { type Image, replaceNonFinite, type Samples } from "../images/mod.ts";
import type { ElementType } from "./_element.ts";
import { isDense, type Layout } from "./_layout.ts";

/**
 * The image at an offset; may keep a view of `bytes`.
 *
 * @param name Its name, for notes.
 * @throws {StrayError} `value` If no sample is finite.
 */
export function imageFrom(
  bytes: Uint8Array,
  offset: number,
  type: ElementType,
  layout: Layout,
  name: string,
): Image {
  const { height, width, channels, vectors } = layout;
  const shape = { height, width, channels, ...vectors && { vector: true } };
  const data = takeSamples(bytes, offset, type, layout);
  if (data instanceof Uint8Array) return { ...shape, data, white: 255 };
  if (data instanceof Uint16Array) return { ...shape, data, white: 65535 };
  return { ...shape, data, white: 1, ...replaceNonFinite(data, JSON.stringify(name)) };
}

/** Collects the samples of the image at an offset; may return a view of `bytes`. */
function takeSamples(
  bytes: Uint8Array,
  offset: number,
  type: ElementType,
  layout: Layout,
): Samples {
  const { height, width, channels, strides } = layout;
  const size = height * width * channels;
  if (type.native && isDense(layout) && offset === 0 && bytes.length === size * type.size) {
    if (type.kept === "uint8") return bytes;
    if (type.kept === "uint16") return new Uint16Array(bytes.buffer, bytes.byteOffset, size);
    return new Float32Array(bytes.buffer, bytes.byteOffset, size);
  }
  const out = type.kept === "uint16"
    ? new Uint16Array(size)
    : type.kept === "float32"
    ? new Float32Array(size)
    : new Uint8Array(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bool = type.kept === "bool";
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * strides.row + x * strides.column;
      for (let c = 0; c < channels; c++, to++) {
        const value = type.read(view, offset + (pixel + c * strides.channel) * type.size);
        out[to] = bool ? (value === 0 ? 0 : 255) : value;
      }
    }
  }
  return out;
}
