/** The images of one dataset in an HDF5 file. */

import type { Image } from "../images/mod.ts";
import { type MemoryBudget, SMALL_BYTES, withMemory } from "../memory_budget.ts";
import { type ArrayLimits, checkArray } from "./_check_array.ts";
import { type ElementType, elementType, LITTLE } from "./_element.ts";
import { cannotRead } from "./_errors.ts";
import { firstLine, type Hdf5Dataset, Hdf5File, type Hdf5Type } from "./_hdf5.ts";
import type { ImageSeries } from "./_image_series.ts";
import { labelKeyOf, MAX_LABEL_BYTES } from "./_labels.ts";
import type { Layout } from "./_layout.ts";
import { imageFrom } from "./_take_samples.ts";

/** Customary names of labels beside the images; `ans` is Galaxy10's. */
const LABEL_NAMES = ["labels", "label", "ans", "y", "targets", "target"];
/** Bytes per read: a call of the library takes longer than a small image. */
const BLOCK_BYTES = 1 << 20;

/** Open images of a dataset. */
export class Hdf5Images implements ImageSeries {
  readonly #file: Hdf5File;
  readonly #name: string;
  readonly #images: Hdf5Dataset;
  readonly #type: ElementType;
  readonly #layout: Layout;
  readonly #labels: ArrayLike<unknown> | undefined;
  readonly #memory: MemoryBudget | undefined;
  /** Bytes of the images from `first` on. */
  #block: { readonly first: number; readonly bytes: Uint8Array } = {
    first: 0,
    bytes: new Uint8Array(0),
  };

  private constructor(file: Hdf5File, name: string, images: Hdf5Dataset, limits: ArrayLimits) {
    const { shape, type } = images;
    const header = {
      typeName: type.type === 3 ? "string" : `class ${type.type} of ${type.size} bytes`,
      type: elementOf(type),
      shape,
      fortran: false,
      dataAt: 0,
    };
    this.#file = file;
    this.#name = `${name}#${images.path}`;
    this.#images = images;
    ({ type: this.#type, layout: this.#layout } = checkArray(header, this.#name, limits));
    this.#labels = findLabels(file, images, this.#layout.count);
    this.#memory = limits.memory;
  }

  /**
   * Opens the dataset that a selector names: `PATH`, `PATH#INDEX`, `INDEX` or nothing.
   *
   * Without a path the file must hold one dataset of at least three axes.
   */
  static async open(
    path: string,
    name: string,
    selector: string | undefined,
    limits: ArrayLimits,
  ): Promise<{ readonly images: Hdf5Images; readonly index: number | undefined }> {
    const file = await Hdf5File.open(path, name);
    try {
      const { dataset, index } = choose(file.datasets, name, selector);
      return { images: new Hdf5Images(file, name, dataset, limits), index };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get count(): number {
    return this.#layout.count;
  }

  nameOf(index: number): string {
    return this.#layout.single ? this.#name : `${this.#name}#${index}`;
  }

  labelOf(index: number): string | undefined {
    return this.#labels === undefined ? undefined : String(this.#labels[index]);
  }

  checkIndex(index: number): void {
    if (index < this.count) return;
    const reason = `the index must be less than ${this.count}: current value is ${index}`;
    throw cannotRead("value", `${this.#name}#${index}`, reason);
  }

  async read(index: number): Promise<Image | undefined> {
    this.checkIndex(index);
    const { height, width, channels } = this.#layout, samples = height * width * channels;
    // The library's copy, the block, the image's own bytes and its samples.
    const bytes = (3 * this.#type.size + 4) * samples;
    const action = `read ${JSON.stringify(this.nameOf(index))}`;
    const work = () => Promise.resolve().then(() => this.#read(index));
    return await withMemory(bytes > SMALL_BYTES ? this.#memory : undefined, bytes, action, work);
  }

  missing(): undefined {
    return undefined; // the library reports damage when it reads
  }

  findDamage(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve(this.#file.close());
  }

  #read(index: number): Image {
    const { height, width, channels, single } = this.#layout;
    const size = height * width * channels * this.#type.size;
    const { first, bytes } = this.#block;
    const whole = single ? this.#images.shape[0] as number : undefined;
    const isHeld = index >= first && (index - first + 1) * size <= bytes.length;
    if (!isHeld) {
      const many = Math.max(1, Math.floor(BLOCK_BYTES / size));
      const block = whole === undefined
        ? this.#slice(index, Math.min(index + many, this.count))
        : this.#slice(0, whole);
      this.#block = { first: index, bytes: block };
    }
    const start = (index - this.#block.first) * size;
    const own = this.#block.bytes.slice(start, start + size);
    if (own.length < size) {
      throw cannotRead("decode", this.nameOf(index), "its HDF5 data are truncated");
    }
    return imageFrom(own, 0, this.#type, this.#layout, this.nameOf(index));
  }

  #slice(from: number, to: number): Uint8Array {
    let values;
    try {
      values = this.#images.slice(from, to);
    } catch (error) {
      const reason = `its HDF5 data are damaged: ${firstLine(error)}`;
      throw cannotRead("decode", this.nameOf(from), reason);
    }
    if (values && "buffer" in values) {
      return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    }
    const hint = "rewrite it with gzip compression, such as with h5repack -f GZIP=4";
    throw cannotRead("decode", this.nameOf(from), "HDF5 could not read its values", hint);
  }
}

function choose(
  datasets: readonly Hdf5Dataset[],
  name: string,
  selector: string | undefined,
): { readonly dataset: Hdf5Dataset; readonly index: number | undefined } {
  const find = (path: string | undefined) =>
    datasets.find((dataset) => dataset.path === path?.replace(/^\//, ""));
  const exact = find(selector);
  if (exact) return { dataset: exact, index: undefined };
  const [, path, index] = /^(?:(.*)#)?(\d+)$/s.exec(selector ?? "") ?? [];
  const named = find(path);
  if (named) return { dataset: named, index: Number(index) };
  const [only, ...others] = datasets.filter(({ shape }) => shape.length >= 3);
  if (only && others.length === 0 && (selector === undefined || path === undefined && index)) {
    return { dataset: only, index: index === undefined ? undefined : Number(index) };
  }
  if (datasets.length === 0) throw cannotRead("empty", name, "it must hold at least one dataset");
  const list = datasets.slice(0, 20).map(({ path, shape }) => `${path} (${shape.join(", ")})`);
  const current = selector === undefined ? "missing" : JSON.stringify(selector);
  throw cannotRead(
    "value",
    name,
    `its dataset must be one of ${list.join(", ")}: current value is ${current}`,
    `name one dataset, such as ${name}#${(only ?? datasets[0]!).path}`,
  );
}

/** Labels in the same group: one value per image, under a customary name. */
function findLabels(
  { datasets }: Hdf5File,
  { path }: Hdf5Dataset,
  count: number,
): ArrayLike<unknown> | undefined {
  const [, group = "", key = ""] = /^(.*\/)?([^/]*)$/s.exec(path) ?? [];
  for (const name of [labelKeyOf(key), ...LABEL_NAMES]) {
    const labels = datasets.find((dataset) => dataset.path === group + name);
    const [length, second = 1] = labels?.shape ?? [];
    if (length !== count || second !== 1 || labels!.path === path) continue;
    if (count * labels!.type.size > MAX_LABEL_BYTES) continue;
    const values = labels!.slice(0, count);
    if (values) return values;
  }
  return undefined;
}

/** Samples as the library returns them: of this machine's byte order. */
function elementOf({ type, size, signed }: Hdf5Type): ElementType | undefined {
  if (type === 8) return elementType("b", size, LITTLE);
  if (type === 1) return size >= 4 ? elementType("f", size, LITTLE) : undefined;
  return type === 0 ? elementType(signed ? "i" : "u", size, LITTLE) : undefined;
}
