/**
 * Bundles of the program and of modules of the build.
 *
 * The import map of the program's bundle replaces a few modules, so that the file needs neither packages
 * nor the permission to read them.
 */

import { createHash } from "node:crypto";
import { fileURLToPath, pathToFileURL } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import { packTightly } from "./tight.ts";
import { bundleForBrowsers, PAGE_SCRIPT } from "./browser.ts";
import { ROOT, runBundle } from "./run_bundle.ts";

/** Name of the bundled program. */
export const PROGRAM = "stray.js";

const PACKAGES: Readonly<Record<string, string>> = configuration.imports;
const UNPACK = `import { unpackTightly as unpack } from ${
  JSON.stringify(new URL("./tight.ts", import.meta.url).href)
};\n`;

/** Replacements of modules: their names in deno.json or in the project, to the texts of others. */
type Replacements = Readonly<Record<string, string>>;

/** Packages of modules, without state that others share, for few commands each. */
const PACKED = ["@observablehq/plot", "h5wasm", "linkedom"];
/** Modules of WebAssembly in base64. */
const KERNELS = ["src/compute/kernels/", "src/lensing/fit/kernels/"].map((folder) =>
  `./${folder}kernels.generated.ts`
);
/** Modules of long texts, which the script of exported pages has too. */
const SHARED = [
  ...KERNELS,
  "./src/compute/wasm/tfjs_wasm.generated.ts",
  ...["gif", "jpeg", "webp"].map((name) => `./src/images/_${name}_wasm.generated.ts`),
];

/** An expression of bytes; its module must begin with {@linkcode UNPACK}. */
function packed(bytes: Uint8Array): string {
  return `unpack("${packTightly(bytes)}")`;
}

/** A package whose code is packed until it is imported: a fourth to a sixth as large. */
async function packedPackage(name: string, folder: string): Promise<string> {
  const path = `${folder}/${name.replaceAll(/\W/g, "_")}`;
  await Deno.writeTextFile(
    `${path}.ts`,
    `export * from "${name}";\nimport * as all from "${name}";
    export default (all as { default?: unknown }).default;\n`,
  );
  // For browsers, as a module at no path can require none.
  await runBundle(`${path}.ts`, `${path}.js`, PACKAGES, ["--platform", "browser"]);
  const names = Object.keys(await import(pathToFileURL(`${path}.js`).href))
    .filter((each) => each !== "default");
  return `${UNPACK}
    const blob = new Blob([${
    packed(await Deno.readFile(`${path}.js`))
  }], { type: "text/javascript" });
    const module = await import(URL.createObjectURL(blob));
    export const { ${names.join(", ")} } = module;
    export default module.default;`;
}

/** A module of WebAssembly, packed. */
async function packedKernels(module: string): Promise<string> {
  const texts = Object.entries<string>(await import(new URL(module, ROOT).href));
  return UNPACK +
    texts.map(([name, text]) =>
      `export const ${name} = ${packed(Uint8Array.fromBase64(text))}.toBase64();`
    ).join("\n");
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
  return `${UNPACK}
    export const resvgFiles = () => Promise.resolve({
      wasm: ${packed(wasm)},
      fonts: [${packed(regular)}, ${packed(bold)}],
    });`;
}

/** The script of exported pages; long texts that the program has too are taken from there. */
async function pageScript(folder: string): Promise<string> {
  const file = `${folder}/${PAGE_SCRIPT}`;
  await bundleForBrowsers(PAGE_SCRIPT, file);
  let script = await Deno.readTextFile(file);
  const imports: string[] = [], shared: string[] = [];
  for (const module of SHARED) {
    const url = new URL(module, ROOT).href;
    for (const [name, text] of Object.entries<string>(await import(url))) {
      if (!script.includes(text)) continue;
      const place = shared.length;
      script = script.replaceAll(text, `\0${place}\0`);
      imports.push(`import { ${name} as text${place} } from ${JSON.stringify(url)};`);
      shared.push(`text${place}`);
    }
  }
  return `${UNPACK}${imports.join("\n")}
    const shared = [${shared.join(", ")}];
    export const pageScript = () => Promise.resolve(
      new TextDecoder().decode(${packed(new TextEncoder().encode(script))})
        .replaceAll(/\\0(\\d+)\\0/g, (_, place) => shared[place]));`;
}

/** All replacements. */
async function replacements(folder: string): Promise<Replacements> {
  const all = async (names: readonly string[], replace: (name: string) => Promise<string>) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await replace(name)] as const)),
    );
  return {
    "./src/bundled.ts": "export const BUNDLED = true;",
    "./src/figures/_resvg_files.ts": await resvg(),
    "./src/export/page_script.ts": await pageScript(folder),
    // Gradients alone, without the layers, data sets and WebGL of the umbrella package.
    "./src/compute/_tfjs_gradients.ts":
      'import "@tensorflow/tfjs-core/dist/register_all_gradients.js";',
    ...await all(KERNELS, packedKernels),
    ...await all(PACKED, (name) => packedPackage(name, folder)),
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
    // tfjs would fetch by node-fetch, which it loads at the first call: nothing of ours is fetched so.
    await runBundle(fileURLToPath(new URL("tasks/main.ts", ROOT)), fileURLToPath(output), imports, [
      ...["--external", "node-fetch"],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  await Deno.writeTextFile(new URL(`${PROGRAM}.sha256`, dist), await hashLine(output));
}
