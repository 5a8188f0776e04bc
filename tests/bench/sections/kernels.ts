/** Every kernel by shape, where the benchmark of the kernels is there. */

import type { Context } from "../context.ts";
import { runProcess } from "../process.ts";
import type { Row } from "../row.ts";

/**
 * Left out while there is no `tests/bench/kernels.ts`; one that exports no section is run as the
 * program that it is, and what it prints goes to stderr.
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
