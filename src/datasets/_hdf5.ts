/** HDF5 files, by the HDF group's library in WebAssembly (npm package h5wasm). */

import { cannotRead } from "./_errors.ts";

/** Numbers or strings of a dataset. */
export type Hdf5Values =
  | Exclude<ArrayBufferView, DataView> & ArrayLike<number | bigint>
  | readonly (string | number | bigint)[];

/** The type of a dataset's elements. */
export interface Hdf5Type {
  /** HDF5's class: 0 integer, 1 float, 3 string, 8 enumeration. */
  readonly type: number;
  /** Bytes per element. */
  readonly size: number;
  readonly signed: boolean;
}

/** An open dataset. */
export interface Hdf5Dataset {
  /** Path in the file, without the first slash. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly type: Hdf5Type;
  /** The elements `from` to `to` of the first axis, whole. */
  slice(from: number, to: number): Hdf5Values | null;
}

/** An object in a file, as far as it is used here. */
interface Hdf5Object {
  readonly type?: string;
  readonly shape?: readonly number[] | null;
  readonly metadata?: Hdf5Type;
  slice?(ranges: [number, number][]): Hdf5Values | null;
  keys?(): string[];
  get?(key: string): Hdf5Object | null;
}

/** Files in the memory of the library (Emscripten's FS), as far as they are used here. */
interface EmscriptenFiles {
  createFile(folder: string, name: string, properties: object, read: boolean, write: boolean): {
    stream_ops: object;
  };
  unlink(path: string): void;
}

/** Datasets beyond these are not listed, so that a damaged file cannot nest for ever. */
const MAX_DEPTH = 32;

/** An open file; the library reads only the parts that it needs. */
export class Hdf5File {
  readonly datasets: readonly Hdf5Dataset[];
  readonly #close: () => void;

  private constructor(datasets: readonly Hdf5Dataset[], close: () => void) {
    this.datasets = datasets;
    this.#close = close;
  }

  /**
   * Opens a file and lists its datasets.
   *
   * @throws {StrayError} If it is damaged (`decode`).
   */
  static async open(path: string, name: string): Promise<Hdf5File> {
    // Its web build needs no permission; the build for Node.js reads the environment.
    const { default: h5wasm } = await import("h5wasm");
    const library = await h5wasm.ready;
    library.activate_throwing_error_handler(); // else it prints its errors
    const FS = library.FS as unknown as EmscriptenFiles;
    const file = Deno.openSync(path);
    const { size } = file.statSync();
    const place = crypto.randomUUID();
    const node = FS.createFile("/", place, {}, true, false);
    Object.defineProperty(node, "usedBytes", { get: () => size });
    node.stream_ops = {
      ...node.stream_ops,
      read: (_: unknown, memory: Int8Array, offset: number, length: number, position: number) => {
        file.seekSync(position, Deno.SeekMode.Start);
        const target = new Uint8Array(memory.buffer, memory.byteOffset + offset, length);
        let done = 0;
        while (done < length) {
          const count = file.readSync(target.subarray(done));
          if (count === null) break;
          done += count;
        }
        return done;
      },
    };
    let opened: InstanceType<typeof h5wasm.File> | undefined;
    const close = () => {
      opened?.close();
      FS.unlink(`/${place}`);
      file.close();
    };
    try {
      opened = new h5wasm.File(`/${place}`, "r");
      const datasets = [...listDatasets(opened as unknown as Hdf5Object, "", 0)];
      return new Hdf5File(datasets, close);
    } catch (error) {
      close();
      throw cannotRead("decode", name, `its HDF5 data are damaged: ${firstLine(error)}`);
    }
  }

  /** Closes the file. */
  close(): void {
    this.#close();
  }
}

function* listDatasets(group: Hdf5Object, prefix: string, depth: number): Generator<Hdf5Dataset> {
  for (const key of group.keys?.() ?? []) {
    const path = prefix + key;
    const item = group.get?.(key);
    const { shape, metadata } = item ?? {};
    if (item?.type === "Dataset" && shape && metadata) {
      const tail = shape.slice(1).map((length): [number, number] => [0, length]);
      const slice = (from: number, to: number) => item.slice!([[from, to], ...tail]);
      yield { path, shape, type: metadata, slice };
    } else if (item?.type === "Group" && depth < MAX_DEPTH) {
      yield* listDatasets(item, `${path}/`, depth + 1);
    }
  }
}

/** The first line of an error of the library. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] as string;
}
