/** Runs `deno bundle`. */

/** The project's folder. */
export const ROOT: URL = new URL("../../", import.meta.url);

/**
 * Runs `deno bundle`.
 *
 * @param entry Path of the first module.
 * @param output Path of the file to write.
 * @param imports The import map.
 * @param options Further options. @default {none}
 * @throws {Error} If a module cannot be bundled.
 */
export async function runBundle(
  entry: string,
  output: string,
  imports: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<void> {
  const map = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["bundle", ...options], // one that takes several values must not come last
        ...["--quiet", "--minify", "--import-map", map, "--output", output, entry],
      ],
      cwd: ROOT,
    }).output();
    if (!success) throw new Error(`Cannot bundle ${entry}: ${new TextDecoder().decode(stderr)}`);
  } finally {
    await Deno.remove(map);
  }
}
