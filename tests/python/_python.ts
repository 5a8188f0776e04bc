/** Runs Debian's Python, which has the packages that apt installs. */

const PYTHON = "/usr/bin/python3";

/** Whether Python has some packages. */
function hasPackages(names: readonly string[]): boolean {
  try {
    const code = names.map((name) => `import importlib.util as u; assert u.find_spec("${name}")`);
    return new Deno.Command(PYTHON, { args: ["-c", code.join("\n")], stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Registers a test that skips, with its reason in its name, where Python lacks a package. */
export function pythonTest(
  name: string,
  packages: readonly string[],
  fn: () => Promise<void>,
): void {
  const ignore = !hasPackages(packages);
  const reason = ` (skipped: ${PYTHON} has no ${packages.join(", ")})`;
  Deno.test({ name: ignore ? name + reason : name, ignore, fn });
}

/** Runs a program to its end, which must be 0; its stdout. */
export async function runPython(code: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: ["-c", code, ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
