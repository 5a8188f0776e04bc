/** One result per operand; an operand that fails does not stop the others. */

import { type CommandContext, ExitCode, exitCodeOf } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";

/**
 * Processes every operand, in order; reports errors, continues, and returns the worst exit code.
 *
 * @throws Errors of `use` that are not the fault of an operand.
 */
export async function eachOperand(
  { arguments: operands, stdout, stderr }: CommandContext,
  use: (operand: string) => Promise<void>,
): Promise<ExitCode> {
  let worst: ExitCode = ExitCode.done;
  for (const operand of operands) {
    try {
      await use(operand);
    } catch (error) {
      if (!(error instanceof StrayError) || error.code === "write") throw error;
      await stdout.flush(); // keeps results and messages in order on a terminal
      stderr.error(error.message, error.hint);
      const code = exitCodeOf(error);
      if (code > worst) worst = code;
    }
  }
  return worst;
}
