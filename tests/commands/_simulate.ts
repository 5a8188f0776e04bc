/** Runs `simulate` with small images. */

import assert from "node:assert/strict";
import type { Finished } from "../cli/_program.ts";
import { runTask } from "./_task.ts";

/** Flags of small images. */
export const SMALL: readonly string[] = ["--size=16x16", "--seed=3"];

/** Runs `simulate`; the exit code must be 0. */
export async function simulate(...args: string[]): Promise<Finished> {
  const result = await runTask("simulate", args);
  assert.equal(result.code, 0, result.stderr);
  return result;
}
