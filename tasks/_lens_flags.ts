/** The flags of lenses, which only `lens-fit` takes. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { TrainOptions } from "../src/detection/mod.ts";

type Context = CommandContext<"model" | "recipe" | "instrument" | "set" | "free" | "psf" | "data">;

/** The lenses of a recipe, where one is given or the model fits lenses. */
export async function lensesOf(context: Context): Promise<TrainOptions["lenses"]> {
  const { flags } = context, { model } = flags;
  const asked = (["recipe", "instrument", "free", "psf"] as const)
    .find((name) => flags[name] !== undefined) ?? (flags.set.length > 0 ? "set" : undefined);
  if (asked === undefined && model !== "lens-fit") return undefined;
  if (model !== undefined && model !== "lens-fit") {
    throw usageError(
      `Cannot use --${asked} as only --model lens-fit takes it`,
      "omit it, or use --model lens-fit",
    );
  }
  return await (await import("./_lens_choice.ts")).lensChoice(context);
}
