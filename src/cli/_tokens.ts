/**
 * Command line -> tokens. The only importer of a flag parser: `node:util` today, as it is built into
 * Deno; `@std/cli` can take its place here and nowhere else.
 */

import { parseArgs } from "node:util";
import { FLAGS } from "./flags.ts";

/** A flag as it was written, or an operand. */
export type Token =
  | {
    readonly kind: "flag";
    /** Without dashes; maybe of no flag that there is. */
    readonly name: string;
    /** As written: `--out`, `-q`. */
    readonly written: string;
    /** What follows `=`, or else the next argument; undefined if there is none. */
    readonly value: string | undefined;
    /** Whether the value follows `=`. */
    readonly inline: boolean;
  }
  | { readonly kind: "operand"; readonly value: string };

/**
 * Splits a command line by the table of flags, judging nothing.
 *
 * @param args The arguments.
 * @returns Flags and operands, in order; what follows `--` is operands.
 */
export function tokenize(args: readonly string[]): Token[] {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [name, {
      type: flag.kind === "boolean" ? "boolean" as const : "string" as const,
      ...("short" in flag ? { short: flag.short } : {}),
    }]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  return tokens.flatMap((token): Token[] => {
    if (token.kind === "option-terminator") return [];
    if (token.kind === "positional") return [{ kind: "operand", value: token.value }];
    const { name, rawName, value } = token;
    return [{ kind: "flag", name, written: rawName, value, inline: token.inlineValue ?? false }];
  });
}
