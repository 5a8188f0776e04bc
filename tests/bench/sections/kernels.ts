/** Times of every kernel by shape. */

import type { Context } from "../context.ts";
import { runProcess } from "../process.ts";
import type { Row } from "../row.ts";

/**
 * Skipped if `tests/bench/kernels.ts` does not exist. If it exports no section, it runs as a program,
 * and its output goes to stderr.
 */
export async function* kernels(context: Context): AsyncGenerator<Row> {
  const { options, tell } = context;
  const file = new URL("../kernels.ts", import.meta.url);
  if (!await Deno.stat(file).then(() => true, () => false)) {
    return tell("kernels: left out, as there is no tests/bench/kernels.ts");
  }
  const found: { kernels?: (context: Context) => AsyncGenerator<Row> } = await import(file.href);
  if (found.kernels) return yield* found.kernels(context);
  const args = ["run", "--quiet", "--allow-all", file.href, ...(options.quick ? ["--quick"] : [])];
  tell((await runProcess({ program: Deno.execPath(), args })).stdout.trimEnd());
}
