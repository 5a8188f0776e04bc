/** The formats of exports, by name; a new format is one file and one line here. */

import type { ComputationGraph } from "../compute/mod.ts";
import type { Detector } from "../detection/mod.ts";
import { StrayError } from "../errors.ts";
import { type Agreement, checkExport, type Evaluate } from "./check_export.ts";

/** Facts about an exported detector. */
export interface ExportFacts {
  /** The version of stray. */
  readonly version: string;
  /** Strings for the file's metadata, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An export that is not written yet. */
export interface EncodedExport {
  /** The files by name within a folder; one without a name where the export is one file. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Evaluates the files, to compare. */
  readonly evaluate: Evaluate;
}

/** Encodes a graph. */
export type Encode = (
  graph: ComputationGraph,
  facts: ExportFacts,
) => EncodedExport | Promise<EncodedExport>;

/** A format. */
interface Format {
  /** Whether an export is a folder of files. */
  readonly folder: boolean;
  /** Imports the code that encodes. */
  load(): Promise<Encode>;
}

const FORMATS = {
  onnx: { folder: false, load: async () => (await import("./onnx.ts")).exportOnnx },
  tfjs: { folder: true, load: async () => (await import("./tfjs.ts")).exportTfjs },
} as const satisfies Readonly<Record<string, Format>>;

/** The name of a format. */
export type ExportFormat = keyof typeof FORMATS;

/** The names of the formats. */
export const EXPORT_FORMATS = Object.keys(FORMATS) as readonly ExportFormat[];

/** Whether an export in a format is a folder of files. */
export function isFolder(format: ExportFormat): boolean {
  return FORMATS[format].folder;
}

/** An export that agrees with its detector. */
export interface CheckedExport extends Pick<EncodedExport, "files"> {
  /** How well it agrees. */
  readonly agreement: Agreement;
}

/**
 * Exports a detector, and compares the export with it.
 *
 * @param format The format.
 * @param graph The detector as `recordDetector` records it.
 * @param detector The detector.
 * @param facts Facts for the metadata.
 * @returns The files.
 * @throws {StrayError} `usage` If the format lacks an operation of the model; `internal` if the export differs.
 */
export async function exportDetector(
  format: ExportFormat,
  graph: ComputationGraph,
  detector: Detector,
  facts: ExportFacts,
): Promise<CheckedExport> {
  const encode: Encode = await FORMATS[format].load();
  try {
    const { files, evaluate } = await encode(graph, facts);
    return { files, agreement: await checkExport(detector, evaluate) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new StrayError(
      "usage",
      `Cannot export "${detector.model.spec.name}" to ${format} as ${cause.message}`,
      { hint: "export another model or --score", cause },
    );
  }
}
