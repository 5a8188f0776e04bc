/** Records a computation as a graph of tfjs kernels, for other formats. */

import * as tf from "@tensorflow/tfjs-core";
import { openBackend } from "./backends.ts";
import {
  BATCHES,
  type Call,
  type ComputationGraph,
  mergeRecordings,
  type Recorded,
  type Recording,
} from "./graph.ts";
import { registerOperations } from "./ops/mod.ts";

/** The name of the backend that records: that of WebAssembly, kernel by kernel. */
const RECORDER = "recorder";

/** One recording. */
class Recorder {
  readonly calls: Call[] = [];
  readonly #known = new Map<tf.DataId, Map<string, Recorded>>();
  #count = 0;

  /** Adds a tensor. Tensors of the same data and shape are the same, as `Identity` and `Reshape` share data. */
  add({ dataId, shape, dtype }: tf.TensorInfo, data?: Recorded["data"]): Recorded {
    const value = { id: this.#count++, shape: [...shape], type: dtype, ...data && { data } };
    const all = this.#known.get(dataId) ?? new Map();
    this.#known.set(dataId, all.set(`${dtype} ${shape}`, value));
    return value;
  }

  /** A tensor that is known, a constant or not. */
  find({ dataId, shape, dtype }: tf.TensorInfo): Recorded | undefined {
    return this.#known.get(dataId)?.get(`${dtype} ${shape}`);
  }

  /** Whether data depend on the input. */
  dependsOnInput(dataId: tf.DataId): boolean {
    return [...this.#known.get(dataId)?.values() ?? []].some(({ data }) => data === undefined);
  }
}

/** Records the kernels that a backend runs, and refuses to tell numbers that depend on the input. */
class KernelRecorder {
  recording: Recorder | undefined;
  readonly #backend: tf.KernelBackend;
  #depth = 0;

  constructor(backend: tf.KernelBackend) {
    this.#backend = backend;
  }

  /** The backend as tfjs is to see it: the same memory, with reading guarded. */
  guarded(): tf.KernelBackend {
    return new Proxy(this.#backend, {
      get: (backend, key) => {
        if (key === "readSync") return (dataId: tf.DataId) => this.#read(dataId);
        const value = Reflect.get(backend, key);
        return typeof value === "function" ? value.bind(backend) : value;
      },
    });
  }

  #read(dataId: tf.DataId) {
    if (this.#depth === 0 && this.recording?.dependsOnInput(dataId)) {
      throw new TypeError("it looks at the numbers of an image, which a graph cannot");
    }
    return this.#backend.readSync(dataId);
  }

  /** Runs a kernel, and records it if it depends on the input. */
  run(kernel: string, compute: tf.KernelFunc, call: Parameters<tf.KernelFunc>[0]) {
    this.#depth++;
    try {
      const result = compute({ ...call, backend: this.#backend });
      const { recording } = this;
      const inputs = Object.entries(call.inputs).flatMap(([name, input]) =>
        input ? [[name, input] as const] : []
      );
      if (!recording || !inputs.some(([, { dataId }]) => recording.dependsOnInput(dataId))) {
        return result;
      }
      const outputs = Array.isArray(result) ? result : [result];
      // The same data in the same shape: Identity.
      if (outputs.length === 1 && recording.find(outputs[0]!)) return result;
      recording.calls.push({
        kernel,
        inputs: Object.fromEntries(inputs.map(([name, input]) => [
          name,
          recording.find(input) ??
            recording.add(input, valuesOf(this.#backend.readSync(input.dataId), input.dtype)),
        ])),
        attributes: { ...call.attrs },
        outputs: outputs.map((output) => recording.add(output)),
      });
      return result;
    } finally {
      this.#depth--;
    }
  }
}

/** Elements by their type: some kernels make plain lists. */
function valuesOf(values: ArrayLike<unknown>, type: string): Float32Array | Int32Array {
  const numbers = values as ArrayLike<number>;
  if (type !== "float32") return Int32Array.from(numbers);
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}

/** The recorder of the backend that records. */
const RECORDERS = new WeakMap<tf.KernelBackend, KernelRecorder>();

/** Registers the backend that records, and a recording kernel per kernel of WebAssembly, which is current. */
function registerRecorder(): void {
  if (tf.engine().registryFactory[RECORDER]) return;
  const recorder = new KernelRecorder(tf.backend()), backend = recorder.guarded();
  RECORDERS.set(backend, recorder);
  tf.registerBackend(RECORDER, () => backend, 0);
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend("wasm")) {
    // Ours are recorded as the operations of tfjs that they are composed of elsewhere.
    if (kernelName.startsWith("Stray")) continue;
    tf.registerKernel({
      kernelName,
      backendName: RECORDER,
      kernelFunc: (call) => recorder.run(kernelName, kernelFunc, call),
    });
  }
  registerOperations(RECORDER);
}

/** A computation that can be recorded. */
export interface Computation {
  /** Computes results by name from images, `[batch, …inputShape]`. */
  compute(x: tf.Tensor): Readonly<Record<string, tf.Tensor>>;
  /** Frees its tensors. */
  dispose(): void;
}

/**
 * Records a computation.
 *
 * @param inputShape `[height, width, channels]` of an image.
 * @param open Opens the computation on the current backend.
 * @returns Its graph, for batches of any size.
 * @throws {TypeError} If it is not one sequence of operations for all images, or mixes images of a batch.
 */
export async function recordGraph(
  inputShape: readonly number[],
  open: () => Promise<Computation>,
): Promise<ComputationGraph> {
  const before = tf.getBackend();
  await openBackend("wasm");
  registerRecorder();
  await tf.setBackend(RECORDER);
  try {
    const computation = await open();
    try {
      const [two, three] = BATCHES.map((batch) => record([batch, ...inputShape], computation));
      return mergeRecordings(two!, three!);
    } finally {
      computation.dispose();
    }
  } finally {
    if (before) await tf.setBackend(before);
  }
}

function record(shape: number[], { compute }: Computation): Recording {
  const recorder = RECORDERS.get(tf.backend())!;
  let made: Recording | undefined;
  tf.tidy(() => {
    const x = tf.fill(shape, 0.5);
    const recording = recorder.recording = new Recorder(), input = recording.add(x);
    try {
      const outputs = Object.entries(compute(x)).map(([name, tensor]) => {
        const found = recording.find(tensor);
        if (!found || found.data) throw new TypeError(`its "${name}" does not depend on the image`);
        return [name, found] as const;
      });
      made = { input, calls: recording.calls, outputs: Object.fromEntries(outputs) };
    } finally {
      recorder.recording = undefined;
    }
  });
  return made!;
}
