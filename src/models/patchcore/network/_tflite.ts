/** A reader of .tflite files, FlatBuffers by TensorFlow's schema.fbs; only what `build.ts` needs. */

/** A tensor with its bytes; none where it is computed. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** An operator: indices of the tensors that it reads and writes. */
export interface Operator {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A table: fields by their number in the schema. */
class Table {
  readonly #view: DataView;
  readonly #start: number;

  constructor(view: DataView, start: number) {
    this.#view = view;
    this.#start = start;
  }

  /** A number, 0 where it is left out. */
  uint32(field: number): number {
    const place = this.#place(field);
    return place === undefined ? 0 : this.#view.getUint32(place, true);
  }

  tables(field: number): Table[] {
    return this.#items(field, 4).map((place) => new Table(this.#view, this.#follow(place)));
  }

  int32s(field: number): number[] {
    return this.#items(field, 4).map((place) => this.#view.getInt32(place, true));
  }

  bytes(field: number): Uint8Array {
    const places = this.#items(field, 1);
    return new Uint8Array(
      this.#view.buffer,
      this.#view.byteOffset + (places[0] ?? 0),
      places.length,
    );
  }

  /** Places of the items of a vector. */
  #items(field: number, size: number): number[] {
    const place = this.#place(field);
    if (place === undefined) return [];
    const vector = this.#follow(place), length = this.#view.getUint32(vector, true);
    return Array.from({ length }, (_, i) => vector + 4 + i * size);
  }

  #place(field: number): number | undefined {
    const fields = this.#start - this.#view.getInt32(this.#start, true), at = 4 + 2 * field;
    const offset = at < this.#view.getUint16(fields, true)
      ? this.#view.getUint16(fields + at, true)
      : 0;
    return offset === 0 ? undefined : this.#start + offset;
  }

  #follow(place: number): number {
    return place + this.#view.getUint32(place, true);
  }
}

/** Reads the first graph of a file. */
export function readTflite(
  file: Uint8Array,
): { readonly tensors: readonly Tensor[]; readonly operators: readonly Operator[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const model = new Table(view, view.getUint32(0, true));
  const buffers = model.tables(4), [graph] = model.tables(2);
  return {
    tensors: graph!.tables(0).map((tensor) => ({
      shape: tensor.int32s(0),
      data: buffers[tensor.uint32(2)]!.bytes(0),
    })),
    operators: graph!.tables(3).map((operator) => ({
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
    })),
  };
}
