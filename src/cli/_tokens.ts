/**
 * Splits a command line into tokens. The only importer of a flag parser: `node:util`, which is built
 * into Deno; `@std/cli` can replace it here.
 */

import { parseArgs } from "node:util";
import type { FlagEntry } from "./flag_entry.ts";
import { type FlagName, FLAGS } from "./flags.ts";

type FlagTable = Readonly<Record<string, FlagEntry>>;

/** A flag as written. */
export interface FlagToken {
  readonly kind: "flag";
  /** Name without dashes; it may be unknown. */
  readonly name: string;
  /** As written: `--out`, `-q`. */
  readonly written: string;
  /** The text after `=`, else the next argument; undefined if there is none. */
  readonly value: string | undefined;
  /** Whether the value follows `=`. */
  readonly inline: boolean;
}

/** A flag as written, or an operand. */
export type Token = FlagToken | { readonly kind: "operand"; readonly value: string };

/**
 * Splits a command line by the table of flags, without checking it.
 *
 * @param args The arguments.
 * @param bare Flags without a value, beside those of the table. @default {none}
 * @returns Flags and operands, in order; arguments after `--` are operands.
 */
export function tokenize(args: readonly string[], bare: readonly FlagName[] = []): Token[] {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [name, {
      type: flag.kind === "boolean" || "implied" in flag || bare.some((own) => own === name)
        ? "boolean" as const
        : "string" as const,
      ...("short" in flag ? { short: flag.short as string } : {}),
    }]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const letters = new Set(Object.values(options).map(({ short }) => short));
  let unknown = -1, taken = -1;
  return tokens.flatMap((token, i): Token[] => {
    if (token.kind === "option-terminator") return [];
    if (token.kind === "positional") {
      return token.index === taken ? [] : [{ kind: "operand", value: token.value }];
    }
    const { name, rawName, index } = token;
    let { value } = token;
    const implied = Object.hasOwn(FLAGS, name) ? (FLAGS as FlagTable)[name]?.implied : undefined;
    if (implied !== undefined && value === undefined) {
      const next = tokens[i + 1];
      const isNumber = next?.kind === "positional" && next.index === index + 1 &&
        /^\d+$/.test(next.value);
      value = isNumber ? next.value : implied;
      if (isNumber) taken = next.index;
    }
    const written = args[index] as string;
    // `-h.png` is no group of short flags, but a file whose name begins with a dash.
    if (!rawName.startsWith("--") && [...written.slice(1)].some((letter) => !letters.has(letter))) {
      if (unknown === index) return [];
      unknown = index;
      return [{ kind: "flag", name: written.slice(1), written, value: undefined, inline: false }];
    }
    return [{ kind: "flag", name, written: rawName, value, inline: token.inlineValue ?? false }];
  });
}
