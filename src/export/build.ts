/** Generates reader and writer of ONNX files from `onnx.proto`: `deno task build:onnx`; a test compares. */

import { compileRaw } from "pbf/compile";
import schema from "resolve-protobuf-schema";

const SCHEMA = new URL("./onnx.proto", import.meta.url);
/** The module that it writes. */
export const ONNX_MODULE: URL = new URL("./_onnx.generated.ts", import.meta.url);

const HEADER = `// Made from onnx.proto by \`deno task build:onnx\`. Do not edit.
// deno-lint-ignore-file no-explicit-any eqeqeq
import type { PbfReader, PbfWriter } from "pbf";

`;

/** The text of the module. */
export function generateOnnxModule(): string {
  const code = compileRaw(schema.sync(SCHEMA.pathname));
  return HEADER + code.replaceAll("(obj, pbf)", "(obj: any, pbf: PbfWriter): void")
    .replaceAll("(pbf, end)", "(pbf: PbfReader, end?: number): any")
    .replaceAll("const obj =", "const obj: any =");
}

if (import.meta.main) await Deno.writeTextFile(ONNX_MODULE, generateOnnxModule());
