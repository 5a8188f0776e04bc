/** One result an operand: what is wrong with one does not keep the others from their turn. */

import { type CommandContext, ExitCode, exitCodeOf } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";

/**
 * Does the same for every operand, in order; says what failed, and goes on.
 *
 * @param context What the command is given.
 * @param use What is done.
 * @returns The worst exit code.
 * @throws What `use` throws, if it is no fault of an operand.
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
      await stdout.flush(); // messages stand where they belong on a terminal
      stderr.error(error.message, error.hint);
      const code = exitCodeOf(error);
      if (code > worst) worst = code;
    }
  }
  return worst;
}
