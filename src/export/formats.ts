/** The formats of exports, by name; a new format is one file and one line here. */

import type { ComputationGraph } from "../compute/mod.ts";
import type { Detector } from "../detection/mod.ts";
import { StrayError } from "../errors.ts";
import { join } from "../path.ts";
import { type Agreement, checkExport, type Evaluate } from "./check_export.ts";

/** Facts about an exported detector. */
export interface ExportFacts {
  /** The version of stray. */
  readonly version: string;
  /** Strings for the file's metadata, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The model that is exported. */
export interface ExportSource {
  /** The detector: the model with a score and a false positive rate. */
  readonly detector: Detector;
  /** The model file. */
  readonly model: Uint8Array;
  /** Facts for the metadata. */
  readonly facts: ExportFacts;
  /**
   * The detector as a graph.
   *
   * @throws {StrayError} `usage` If it is none.
   */
  graph(): Promise<ComputationGraph>;
}

/** An export that is not written yet. */
export interface EncodedExport {
  /** The files by name within a folder; one without a name where the export is one file. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Evaluates the files, to compare; absent where they hold the model file itself. */
  readonly evaluate?: Evaluate;
}

/** Encodes a model. */
export type Encode = (source: ExportSource) => Promise<EncodedExport>;

/** A format. */
interface Format {
  /** The names of its files, where an export is a folder. */
  readonly files?: readonly string[];
  /** Imports the code that encodes. */
  load(): Promise<Encode>;
}

const FORMATS = {
  onnx: { load: async () => (await import("./onnx.ts")).exportOnnx },
  html: { load: async () => (await import("./html.ts")).exportHtml },
  tfjs: {
    files: ["weights.bin", "model.json"],
    load: async () => (await import("./tfjs.ts")).exportTfjs,
  },
} as const satisfies Readonly<Record<string, Format>>;

/** The name of a format. */
export type ExportFormat = keyof typeof FORMATS;

/** The names of the formats. */
export const EXPORT_FORMATS = Object.keys(FORMATS) as readonly ExportFormat[];

/** The names of the files of an export that is a folder; none for other formats. */
export function filesIn(format: ExportFormat): readonly string[] {
  const { files }: Format = FORMATS[format];
  return files ?? [];
}

/** Whether a folder has a `model.json` that an earlier export wrote. */
export async function isOwnExport(folder: string): Promise<boolean> {
  try {
    const { generatedBy } = JSON.parse(await Deno.readTextFile(join(folder, "model.json")));
    return `${generatedBy}`.startsWith("stray ");
  } catch {
    return false; // there is none, or another program's
  }
}

/** An export that agrees with its detector. */
export interface CheckedExport extends Pick<EncodedExport, "files"> {
  /** How well it agrees; undefined where it holds the model file itself. */
  readonly agreement: Agreement | undefined;
}

/**
 * Exports a model, and compares the export with it.
 *
 * @param format The format.
 * @param source The model.
 * @returns The files.
 * @throws {StrayError} `usage` If the model is no graph, or the format lacks one of its operations; `internal` if
 * the export differs; `not_found` if the format needs a file that is not built.
 */
export async function exportDetector(
  format: ExportFormat,
  source: ExportSource,
): Promise<CheckedExport> {
  const encode: Encode = await FORMATS[format].load();
  try {
    const { files, evaluate } = await encode(source);
    const agreement = evaluate && await checkExport(source.detector, evaluate);
    return { files, agreement };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const { name } = source.detector.model.spec;
    throw new StrayError("usage", `Cannot export "${name}" to ${format} as ${cause.message}`, {
      hint: "export another model or --score",
      cause,
    });
  }
}
