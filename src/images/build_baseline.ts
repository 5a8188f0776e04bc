/**
 * Compiles the JPEG kernel of ours, in `assembly`, and writes it to the module that ships it.
 *
 * The tests compile it again and compare. In the project's folder:
 *
 *     deno run --allow-read --allow-env --allow-write=src/images src/images/build_baseline.ts
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { packModule } from "./build_codecs.ts";

const SOURCES = new URL("./assembly/", import.meta.url);
const TARGET = new URL("./_jpeg_baseline_wasm.generated.ts", import.meta.url);
const OPTIONS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/** The text of the module for the sources as they are. */
export async function generateBaseline(): Promise<string> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["baseline_jpeg.ts", ...OPTIONS, "--outFile", "out.wasm"],
    {
      readFile: (name: string) => {
        try {
          // The compiler adds an extension to imports, Deno wants them to have one.
          return Deno.readTextFileSync(new URL(name.replace(/\.ts\.ts$/, ".ts"), SOURCES));
        } catch {
          return null;
        }
      },
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "out.wasm" && typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`Cannot compile the kernel: ${error.message}\n${stderr.toString()}`);
  if (!binary) throw new Error("Cannot compile the kernel as the compiler wrote no bytes");
  const about = "Made by build_baseline.ts from ./assembly; do not edit.";
  return packModule(binary, about);
}

if (import.meta.main) await Deno.writeTextFile(TARGET, await generateBaseline());
