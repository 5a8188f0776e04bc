/** Parts of graphs as every format needs them. */

import { type Extent, type GraphNode, type GraphValue, isPerImage } from "../compute/mod.ts";

/** The input of a node by its name. */
export function inputOf({ inputs, kernel }: GraphNode, name: string): GraphValue {
  const found = inputs[name];
  if (found) return found;
  throw new TypeError(`${kernel} has no input "${name}"`);
}

/** A shape for `Reshape`: -1 for the axis that depends on the batch. */
export function reshapeTo(shape: readonly Extent[]): number[] {
  const sizes = shape.map((size) => isPerImage(size) ? -1 : size);
  if (sizes.filter((size) => size < 0).length > 1) {
    throw new TypeError("two axes of a shape depend on the number of images");
  }
  return sizes;
}

/** Rows per image of a shape: 0 where they do not depend on the batch. */
export function rowsPerImage([rows]: readonly Extent[]): number {
  return isPerImage(rows) ? rows.perImage : 0;
}

/** Where a slice begins, one number per axis. */
export function beginOf({ attributes }: GraphNode, { shape }: GraphValue): Extent[] {
  const given = [attributes["begin"] as Extent | readonly Extent[]].flat();
  return shape.map((_, i) => given[i] ?? 0);
}

/** The axes of a reduction, from 0 on. */
export function axesOf({ attributes }: GraphNode, { shape }: GraphValue): number[] {
  const given = attributes["axis"] ?? attributes["reductionIndices"];
  if (given === undefined || given === null) return shape.map((_, i) => i);
  return ([given].flat() as number[]).map((axis) => (axis + shape.length) % shape.length);
}

/** A number or a pair, as a pair: of rows and columns. */
export function pairOf(value: unknown): [number, number] {
  return Array.isArray(value) ? [value[0], value[1]] : [value as number, value as number];
}

/** An attribute of a node, by the first of its names that it has. */
export function attributeOf<T>({ attributes }: GraphNode, ...names: readonly string[]): T {
  return names.map((name) => attributes[name]).find((value) => value !== undefined) as T;
}
