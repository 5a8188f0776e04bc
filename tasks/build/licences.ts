/** Licences of the npm packages in the bundle. */

import { pathToFileURL } from "node:url";
import { ROOT } from "./run_bundle.ts";

/** Packages of the lock file that the bundle does not hold: tools, types and what is left out. */
const ABSENT = /^(@types\/|@esbuild\/|long@|wasm-vips)/;

/** The folders of Deno's cache with unpacked packages, one per registry. */
async function packageFolders(): Promise<URL[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return [...Deno.readDirSync(npmCache)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => pathToFileURL(`${npmCache}/${name}/`));
}

/**
 * Collects the licences of all packages that the bundle may hold.
 *
 * @returns One text: names and versions, each with its licence.
 */
export async function licences(): Promise<string> {
  const caches = await packageFolders();
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  const parts: string[] = [];
  for (const key of Object.keys(lock.npm)) {
    if (ABSENT.test(key)) continue;
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key)!;
    const folder = caches.map((cache) => new URL(`${name}/${version}/`, cache))
      .find((each) => isFile(new URL("package.json", each)));
    if (!folder) continue; // never downloaded, so that no bundle can hold it
    const { license } = JSON.parse(await Deno.readTextFile(new URL("package.json", folder)));
    const files = [...Deno.readDirSync(folder)].map((entry) => entry.name);
    const file = files.find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file ? await Deno.readTextFile(new URL(file, folder)) : "";
    parts.push(`${name} ${version}, ${license ?? "see below"}\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${"-".repeat(78)}\n\n`);
}

function isFile(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}
