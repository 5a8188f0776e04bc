/** A network in ONNX format. */

import { StrayError } from "../../../errors.ts";
import { loadRuntime, type Runtime, type RuntimeSession, type RuntimeValue } from "./runtime.ts";

/** Most bytes of a graph. */
export const MAX_GRAPH_BYTES = 512 * 2 ** 20;
/** The library reports fatal errors alone; all others are thrown. */
const FATAL = 4;

/** The values of an output. */
export interface GraphOutput {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A graph with one input, on the CPU. */
export class OnnxGraph {
  /** Its inputs. */
  readonly inputs: readonly RuntimeValue[];
  /** Its outputs. */
  readonly outputs: readonly RuntimeValue[];
  readonly #runtime: Runtime;
  readonly #session: RuntimeSession;

  private constructor(runtime: Runtime, session: RuntimeSession) {
    this.#runtime = runtime;
    this.#session = session;
    this.inputs = session.inputMetadata;
    this.outputs = session.outputMetadata;
  }

  /**
   * Opens a graph; the caller disposes of it.
   *
   * @param bytes The file.
   * @throws {TypeError} If it is none, damaged, or has what the library does not compute.
   * @throws {StrayError} `backend` If the library cannot be had.
   */
  static async open(bytes: Uint8Array): Promise<OnnxGraph> {
    if (bytes.length > MAX_GRAPH_BYTES) {
      throw new TypeError(
        `its ONNX graph must have at most ${MAX_GRAPH_BYTES} bytes: ` +
          `current number is ${bytes.length}`,
      );
    }
    const runtime = await loadRuntime();
    const options = { logSeverityLevel: FATAL, executionProviders: ["wasm"] };
    try {
      // A copy, as the library takes no shared memory.
      const session = await runtime.InferenceSession.create(bytes.slice(), options);
      return new OnnxGraph(runtime, session);
    } catch (cause) {
      throw new TypeError(`onnxruntime must be able to open its graph: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }

  /**
   * Computes outputs of one image.
   *
   * @param values Samples, channel by channel.
   * @param dims `[1, channels, height, width]`.
   * @param names The outputs.
   * @returns The outputs, in order.
   * @throws {StrayError} `shape` If the library cannot compute them, mostly by the size of the image.
   */
  async run(
    values: Float32Array,
    dims: readonly [1, number, number, number],
    names: readonly string[],
  ): Promise<GraphOutput[]> {
    const { name } = this.inputs[0]!;
    try {
      const input = new this.#runtime.Tensor("float32", values, dims);
      const found = await this.#session.run({ [name]: input }, names);
      return names.map((output) => {
        const { data, dims } = found[output]!;
        if (data instanceof Float32Array) return { data, dims };
        throw new TypeError(`output "${output}" must be float32`);
      });
    } catch (cause) {
      throw new StrayError(
        "shape",
        `Cannot compute features of an image as the ONNX graph must take its size, ` +
          `${dims[3]} x ${dims[2]}: ${reasonOf(cause)}`,
        { hint: "give the size for which the graph was exported: --size WxH", cause },
      );
    }
  }

  /** Frees its memory. */
  dispose(): void {
    void this.#session.release();
  }
}

/** Longest reason that is quoted. */
const MAX_REASON = 300;

/** The reason of an error of the library, on one line. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_REASON);
}
