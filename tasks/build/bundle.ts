/**
 * Bundles of the program and of modules of the build.
 *
 * The import map of the program's bundle replaces a few modules, so that the file needs neither packages
 * nor the permission to read them.
 */

import { createHash } from "node:crypto";
import { fileURLToPath, pathToFileURL } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import { packBytes } from "../../src/packed_bytes.ts";
import { bundleForBrowsers, PAGE_SCRIPT } from "./browser.ts";
import { ROOT, runBundle } from "./run_bundle.ts";

/** Name of the bundled program. */
export const PROGRAM = "stray.js";

const PACKAGES: Readonly<Record<string, string>> = configuration.imports;
const UNPACK = JSON.stringify(new URL("src/packed_bytes.ts", ROOT).href);

/** Replacements of modules: their names in deno.json or in the project, to the texts of others. */
type Replacements = Readonly<Record<string, string>>;

/** An expression of bytes; its module must import `unpackBytes`. */
function packed(bytes: Uint8Array): string {
  return `unpackBytes("${packBytes(bytes)}")`;
}

/** HDF5's library, whose WebAssembly is escaped text: packed, it is a fourth as large. */
async function hdf5(folder: string): Promise<string> {
  const entry = `${folder}/hdf5.ts`, output = `${folder}/hdf5.js`;
  await Deno.writeTextFile(entry, 'export { default } from "h5wasm";\n');
  await runBundle(entry, output, PACKAGES);
  const code = packed(await Deno.readFile(output));
  return `import { unpackBytes } from ${UNPACK};
    const blob = new Blob([${code}], { type: "text/javascript" });
    export default (await import(URL.createObjectURL(blob))).default;`;
}

/** The files of resvg and its fonts. */
async function resvg(): Promise<string> {
  const [{ default: wasm }, { default: regular }, { default: bold }] = await Promise.all([
    import("@resvg/resvg-wasm/index_bg.wasm", { with: { type: "bytes" } }),
    import("@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2", {
      with: { type: "bytes" },
    }),
    import("@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2", {
      with: { type: "bytes" },
    }),
  ]);
  return `import { unpackBytes } from ${UNPACK};
    export const resvgFiles = () => Promise.resolve({
      wasm: ${packed(wasm)},
      fonts: [${packed(regular)}, ${packed(bold)}],
    });`;
}

/** The script of exported pages. */
async function pageScript(folder: string): Promise<string> {
  const file = `${folder}/${PAGE_SCRIPT}`;
  await bundleForBrowsers(PAGE_SCRIPT, file);
  return `import { unpackBytes } from ${UNPACK};
    export const pageScript = () => Promise.resolve(
      new TextDecoder().decode(${packed(await Deno.readFile(file))}));`;
}

/** All replacements. */
async function replacements(folder: string): Promise<Replacements> {
  return {
    "./src/bundled.ts": "export const BUNDLED = true;",
    "./src/figures/_resvg_files.ts": await resvg(),
    "./src/export/page_script.ts": await pageScript(folder),
    // Gradients alone, without the layers, data sets and WebGL of the umbrella package.
    "@tensorflow/tfjs": 'import "@tensorflow/tfjs-core/dist/register_all_gradients.js";',
    "h5wasm": await hdf5(folder),
  };
}

/**
 * Bundles a module of the build itself.
 *
 * @param entry The module.
 * @returns The text of the bundle.
 */
export async function bundleModule(entry: URL): Promise<string> {
  const output = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await runBundle(fileURLToPath(entry), output, PACKAGES);
    return await Deno.readTextFile(output);
  } finally {
    await Deno.remove(output);
  }
}

/** SHA-256 of a file, in a line as `sha256sum` writes it. */
export async function hashLine(file: URL): Promise<string> {
  const name = fileURLToPath(file).replace(/^.*[/\\]/, "");
  return `${createHash("sha256").update(await Deno.readFile(file)).digest("hex")}  ${name}\n`;
}

/**
 * Bundles the program, and writes its hash beside it, as `stray.js.sha256`.
 *
 * @param dist The folder to write to.
 * @throws {Error} If a module cannot be bundled.
 */
export async function bundleProgram(dist: URL): Promise<void> {
  const output = new URL(PROGRAM, dist);
  const folder = await Deno.makeTempDir();
  try {
    const imports: Record<string, string> = { ...PACKAGES };
    const texts = Object.entries(await replacements(folder));
    for (const [i, [name, text]] of texts.entries()) {
      const file = `${folder}/replacement_${i}.ts`;
      await Deno.writeTextFile(file, text);
      const key = name.startsWith("./") ? new URL(name, ROOT).href : name;
      imports[key] = pathToFileURL(file).href;
    }
    await runBundle(fileURLToPath(new URL("tasks/main.ts", ROOT)), fileURLToPath(output), imports);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  await Deno.writeTextFile(new URL(`${PROGRAM}.sha256`, dist), await hashLine(output));
}
