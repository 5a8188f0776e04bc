/**
 * Compiles the AssemblyScript kernels to WebAssembly, as base64 in modules.
 *
 * `deno task build:kernels` writes `kernels.generated.ts` beside each folder `assembly`; a test compiles again and
 * compares bytes. The compiler is deterministic.
 *
 * @module
 */

import asc from "npm:assemblyscript@0.28.20/asc";
import { Buffer } from "node:buffer";
import { moveOffsets } from "./move_offsets.ts";

/** Kernels that are compiled to one WebAssembly module. */
export interface KernelModule {
  /** Folder that holds `assembly/index.ts` and receives `kernels.generated.ts`. */
  readonly folder: URL;
  /** Compiler options of its own. */
  readonly options: readonly string[];
  /** Rewrites the compiled module. @default {none} */
  readonly rewrite?: (binary: Uint8Array) => Uint8Array;
}

/** All modules of kernels. */
export const KERNEL_MODULES: readonly KernelModule[] = [
  { folder: new URL("./", import.meta.url), options: [] },
  // Blocks at constant addresses in the first page.
  {
    folder: new URL("../../lensing/fit/kernels/", import.meta.url),
    options: ["--initialMemory", "1"],
    rewrite: moveOffsets,
  },
];

const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd"];

/** The module that ships the kernels of a folder. */
export function generatedFile(folder: URL): URL {
  return new URL("kernels.generated.ts", folder);
}

/** Compiles kernels with extra compiler options. */
async function compile(
  { folder, options, rewrite }: KernelModule,
  extra: readonly string[],
): Promise<Uint8Array> {
  const sources = new URL("assembly/", folder);
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["index.ts", ...OPTIONS, ...options, ...extra, "--outFile", "kernels.wasm"],
    {
      readFile: (name: string) => {
        try {
          return Deno.readTextFileSync(new URL(name, sources));
        } catch {
          return null;
        }
      },
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "kernels.wasm" && typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`Cannot compile the kernels: ${error.message}\n${stderr.toString()}`);
  if (!binary) throw new Error("Cannot compile the kernels as the compiler wrote no bytes");
  return rewrite ? rewrite(binary) : binary;
}

/** The text of `kernels.generated.ts` for the current sources of a module. */
export async function generateKernels(module: KernelModule): Promise<string> {
  const relaxed = await compile(module, ["--enable", "relaxed-simd"]);
  const plain = await compile(module, []);
  return [
    "// Made by `deno task build:kernels` from ./assembly. Do not edit.",
    "",
    "/** The kernels, with fused multiply-add (relaxed SIMD). */",
    `export const RELAXED_SIMD_KERNELS = "${Buffer.from(relaxed).toString("base64")}";`,
    "",
    "/** The same for engines without relaxed SIMD. */",
    `export const SIMD_KERNELS = "${Buffer.from(plain).toString("base64")}";`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  for (const module of KERNEL_MODULES) {
    await Deno.writeTextFile(generatedFile(module.folder), await generateKernels(module));
  }
}
