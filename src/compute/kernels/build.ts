/**
 * Compiles the AssemblyScript kernels to WebAssembly, as base64 in a module.
 *
 * `deno task build:kernels` writes `kernels.generated.ts`; a test compiles again and compares bytes. The
 * compiler is deterministic.
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";

const SOURCES = new URL("./assembly/", import.meta.url);
const GENERATED = new URL("./kernels.generated.ts", import.meta.url);
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd"];

/** Compiles the kernels with extra compiler options. */
async function compile(extra: readonly string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["index.ts", ...OPTIONS, ...extra, "--outFile", "kernels.wasm"],
    {
      readFile: (name: string) => {
        try {
          return Deno.readTextFileSync(new URL(name, SOURCES));
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
  return binary;
}

/** The text of `kernels.generated.ts` for the current sources. */
export async function generateKernels(): Promise<string> {
  const relaxed = await compile(["--enable", "relaxed-simd"]);
  const plain = await compile([]);
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

if (import.meta.main) await Deno.writeTextFile(GENERATED, await generateKernels());
