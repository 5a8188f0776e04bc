/** `data` as a program for one data set of a server on loopback. */

import type { DataSet } from "../../src/fetch/mod.ts";
import { dataFile } from "./_server.ts";

const HERE = new URL(".", import.meta.url);

/**
 * Writes a program that is `data` for one data set, named `small`.
 *
 * @param folder Folder of the program.
 * @param files The files of the data set.
 * @param servers Addresses of its servers.
 * @returns Path of the program; it runs under the configuration of the project.
 */
export async function dataProgram(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
  servers: readonly string[],
): Promise<string> {
  const set: DataSet = {
    title: "some files",
    licence: "none",
    homepage: "http://127.0.0.1/",
    servers,
    files: Object.entries(files).map(([name, bytes]) => dataFile(name, bytes)),
  };
  const path = `${folder}/program.ts`;
  await Deno.writeTextFile(
    path,
    `import { runProgram } from ${JSON.stringify(new URL("../../src/cli/mod.ts", HERE).href)};
     import { dataCommand } from ${JSON.stringify(new URL("../../tasks/data.ts", HERE).href)};
     const command = dataCommand({ small: ${JSON.stringify(set)} });
     const load = () => Promise.resolve(command);
     Deno.exit(await runProgram(Deno.args, [{ ...command, load }]));`,
  );
  return path;
}
