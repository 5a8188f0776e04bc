/** Divides the tests into jobs: the processes of `deno task test`. */

/** A process of `deno test`. */
export interface TestJob {
  /** Its folder or file. */
  readonly name: string;
  /** Arguments of `deno test`. */
  readonly args: readonly string[];
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Slow test files: each is a job of its own and starts before the others, so that the processes end
 * together. `deno task test:fast` omits them.
 */
export const SLOW: readonly string[] = [
  "tests/models/learning_test.ts",
  "tests/models/strange_digit_test.ts",
  "tests/training/fit_test.ts",
  "tests/safety/unchanged_test.ts",
  "tests/detection/model_types_test.ts",
  "tests/detection/model_types_backends_test.ts",
  "tests/detection/model_types_training_test.ts",
  "tests/maps/maps_test.ts",
  "tests/faults/crash_test.ts",
  "tests/bundle/bundle_test.ts",
  "tests/commands/empty_cache_test.ts",
  "tests/commands/simulate_test.ts",
  "tests/commands/demo_test.ts",
  "tests/commands/simulate_stop_test.ts",
  "tests/commands/bad_input_test.ts",
  "tests/commands/report_test.ts",
  "tests/commands/stream_test.ts",
  "tests/commands/sample_test.ts",
  "tests/bench/bench_test.ts",
  "tests/benchmark/novelty_test.ts",
  "tests/readme_test.ts",
  "tests/compute/wasm_kernels_test.ts",
  "tests/commands/report_size_test.ts",
  "tests/commands/plot_test.ts",
  "tests/commands/watch_folder_test.ts",
  "tests/commands/embed_test.ts",
  "tests/commands/neighbours_test.ts",
  "tests/commands/watch_test.ts",
  "tests/commands/train_score_test.ts",
  "tests/commands/workers_test.ts",
  "tests/detection/score_workers_test.ts",
  "tests/commands/interrupt_test.ts",
  "tests/commands/sweep_test.ts",
  "tests/faults/signals_test.ts",
  "tests/faults/sealed_fuzz_test.ts",
  "tests/faults/entries_test.ts",
  "tests/faults/stream_fuzz_test.ts",
  "tests/commands/reconstruct_test.ts",
  "tests/compute/kernels_conv2d_test.ts",
  "tests/detection/train_detector_test.ts",
  "tests/training/workers_test.ts",
  "tests/training/hyperparameters_training_test.ts",
  "tests/models/model_types_learning_test.ts",
  "tests/models/tape_test.ts",
  "tests/models/parity_test.ts",
  "tests/detection/published_settings_test.ts",
  "tests/images/decode_pool_test.ts",
  "tests/compute/operations_test.ts",
  "tests/commands/model_types_test.ts",
  "tests/commands/heatmaps_test.ts",
  "tests/commands/vectors_test.ts",
  "tests/compute/webgpu_convolution_test.ts",
  "tests/compute/webgpu_operations_test.ts",
  "tests/compute/webgpu_programs_test.ts",
  "tests/compute/webgpu_training_test.ts",
];

/** In the text of a file that opens a WebGPU device, or runs a program that does. */
const OPENS_WEBGPU = /requestAdapter|webgpuTest|_open_backend|openBackend\("webgpu"\)/;

/**
 * Makes the jobs in the order of their start.
 *
 * The examples in documentation, which take a minute, come first. Files that use WebGPU share one device, so
 * they are one job, the next. Then follow slow files, and the other files by folder.
 *
 * @param words Only files and examples whose path contains one of these; all if there is none.
 * @param fast Whether slow files and examples are omitted.
 * @returns The jobs.
 */
export function testJobs(words: readonly string[] = [], fast = false): TestJob[] {
  const wanted = (path: string) => words.length === 0 || words.some((word) => path.includes(word));
  const files = listFiles("tests", /_test\.ts$/)
    .filter((path) => wanted(path) && !(fast && SLOW.includes(path)));
  const nameOf = (path: string) => {
    if (OPENS_WEBGPU.test(Deno.readTextFileSync(new URL(path, ROOT)))) return "WebGPU";
    return SLOW.includes(path) ? path : path.slice(0, path.lastIndexOf("/"));
  };
  const rank = (name: string) => name === "WebGPU" ? -1 : (SLOW.indexOf(name) + 1 || Infinity);
  const jobs = [...Map.groupBy(files, nameOf)]
    .map(([name, args]) => ({ name, args }))
    .sort((a, b) => rank(a.name) - rank(b.name) || 0);
  if (fast) return jobs;
  const examples = words.length === 0 ? ["--ignore=tests"] : filesWithExamples().filter(wanted);
  if (examples.length === 0) return jobs;
  return [{ name: "examples", args: ["--doc", ...examples] }, ...jobs];
}

/** Only these, as `deno test` also runs the files that it is given: a Worker's would fail. */
function filesWithExamples(): string[] {
  return [...listFiles("src", /\.ts$/), "mod.ts", "README.md"]
    .filter((path) => Deno.readTextFileSync(new URL(path, ROOT)).includes("```ts"));
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
