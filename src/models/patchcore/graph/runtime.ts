/**
 * The part of onnxruntime-web that is used, and its loading.
 *
 * The package has 140 MB. It is fetched when it is first used: its name is no literal of the import, and only
 * `tasks/deno.lock` has its hash, as `deno task` fetches all of `deno.lock`. It runs in this thread alone, with
 * permission to read its WebAssembly.
 */

import { BUNDLED } from "../../../bundled.ts";
import { StrayError } from "../../../errors.ts";

const NAME = "onnxruntime-web", PACKAGE = `npm:${NAME}@1.30.0`;
/** Its interface for WebAssembly alone: the usual one for Node.js replaces the global `Worker`. */
const INTERFACE = `${PACKAGE}/wasm`;
const BINARY = `${PACKAGE}/ort-wasm-simd-threaded.wasm`;

/** Name and type of an input or output. */
export interface RuntimeValue {
  readonly name: string;
  readonly isTensor: boolean;
  /** Type of its elements, such as `float32`. */
  readonly type?: string;
  /** Sizes; free ones have a name. */
  readonly shape?: readonly (number | string)[];
}

/** A tensor in the memory of the library. */
export interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** An opened graph. */
export interface RuntimeSession {
  readonly inputMetadata: readonly RuntimeValue[];
  readonly outputMetadata: readonly RuntimeValue[];
  run(
    inputs: Readonly<Record<string, RuntimeTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** The library. */
export interface Runtime {
  readonly env: { readonly wasm: { wasmBinary?: Uint8Array; numThreads?: number } };
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: { readonly logSeverityLevel: number; readonly executionProviders: string[] },
    ): Promise<RuntimeSession>;
  };
  readonly Tensor: new (
    type: "float32",
    data: Float32Array,
    dims: readonly number[],
  ) => RuntimeTensor;
}

/**
 * Loads the library.
 *
 * @throws {StrayError} `backend` If the package is not there: in one file, or without a network at its first use.
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    if (BUNDLED) throw new TypeError("one file does not hold it");
    const runtime = await importInterface(), { wasm } = runtime.env;
    wasm.numThreads = 1;
    wasm.wasmBinary ??= await Deno.readFile(new URL(import.meta.resolve(BINARY)));
    return runtime;
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new StrayError(
      "backend",
      `Cannot compute an ONNX graph as the npm package ${NAME} must be there: ${reason}`,
      {
        hint:
          "run stray from its source tree by deno task, with a network once: it fetches the package",
        cause,
      },
    );
  }
}

/**
 * Imports the interface without `location`: it resolves URLs against the origin, if there is a location, and that of
 * a Worker from a file is no URL.
 */
async function importInterface(): Promise<Runtime> {
  const own = Object.getOwnPropertyDescriptor(globalThis, "location");
  try {
    if (own) {
      Object.defineProperty(globalThis, "location", { value: undefined, configurable: true });
    }
    return await import(INTERFACE) as Runtime;
  } finally {
    if (own) Object.defineProperty(globalThis, "location", own);
  }
}
