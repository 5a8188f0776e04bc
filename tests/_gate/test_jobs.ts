/** Divides the tests into jobs: the processes of `deno task test`. */

/** A process of `deno test`. */
export interface TestJob {
  /** Its folder or file, for people. */
  readonly name: string;
  /** Arguments of `deno test`. */
  readonly args: readonly string[];
}

const ROOT = new URL("../../", import.meta.url);

/** Folders whose files take long: each file is a job, so that two processes end together. */
const SPLIT = ["commands", "detection", "bench", "safety"];

/** Files that the fast run leaves out. */
const SLOW: readonly string[] = [];

/**
 * Makes the jobs.
 *
 * Tests on WebGPU share one device, so all files that use it are one job, the first. Jobs follow in the
 * order of their expected time.
 *
 * @param words Only files and examples whose path contains one of these; all if there is none.
 * @param fast Whether slow files are left out.
 * @returns The jobs.
 */
export function testJobs(words: readonly string[], fast: boolean): TestJob[] {
  const wanted = (path: string) => words.length === 0 || words.some((word) => path.includes(word));
  const files = listFiles("tests", /_test\.ts$/).filter(wanted)
    .filter((path) => !fast || !SLOW.includes(path));
  const onDevice = files.filter((path) =>
    /webgpu/.test(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  const jobs: TestJob[] = [];
  if (onDevice.length > 0) jobs.push({ name: "WebGPU, on one device", args: onDevice });
  const others = Map.groupBy(
    files.filter((path) => !onDevice.includes(path)),
    (path) => {
      const folder = path.split("/").slice(0, -1).join("/");
      return SPLIT.includes(folder.replace("tests/", "")) ? path : folder;
    },
  );
  for (const [name, args] of others) jobs.push({ name, args });
  const examples = [
    ...listFiles("src", /\.ts$/),
    ...listFiles("tasks", /\.ts$/),
    "mod.ts",
    "README.md",
  ]
    .filter(wanted);
  if (examples.length > 0) jobs.push({ name: "examples", args: ["--doc", ...examples] });
  return jobs;
}

function listFiles(folder: string, name: RegExp): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) return listFiles(path, name);
      return name.test(entry.name) ? [path] : [];
    });
}
