/** The entry of a flag, and the type of its value. */

/** Type of a flag's value. */
export type FlagKind =
  | "boolean" // present or not
  | "string"
  | "strings" // a string; may be repeated
  | "list" // strings separated by commas
  | "integer"
  | "number"
  | "size"; // WIDTHxHEIGHT, or a number for both

/** One flag. */
export interface FlagEntry {
  /** Type of its value. */
  readonly kind: FlagKind;
  /** Name of the value in the help; absent for a boolean. */
  readonly placeholder?: string;
  /** One line, no full stop. */
  readonly help: string;
  /** The only values allowed, but for files. */
  readonly choices?: readonly string[];
  /** The ending of files that are allowed besides the choices. */
  readonly ending?: string;
  /** Minimum of a number. */
  readonly min?: number;
  /** Maximum of a number. */
  readonly max?: number;
  /** Whether `min` and `max` themselves are excluded. */
  readonly open?: boolean;
  /** Value of a flag behind which no number stands: only such a flag may go without one. */
  readonly implied?: string;
  /** One-letter form. */
  readonly short?: string;
  /**
   * Its value names a file or folder that is read; that is written; or that fills while sources are
   * read, so that it may not lie among them.
   */
  readonly path?: PathRole;
}

/** The role of a file or folder that a flag names. */
export type PathRole = "reads" | "writes" | "fills";

/** The range of a number. */
type Range = Pick<FlagEntry, "min" | "max" | "open">;

/** A flag without a value. */
export const boolean = (help: string) => ({ kind: "boolean", help }) as const;

/** A string. */
export const string = (placeholder: string, help: string) =>
  ({ kind: "string", placeholder, help }) as const;

/** The name of a file or folder. */
export const path = (placeholder: string, role: PathRole, help: string) =>
  ({ kind: "string", placeholder, help, path: role }) as const;

/** Sources of images, one per value. */
export const sources = (help: string) => ({ ...strings("SRC", help), path: "reads" }) as const;

/** A string that may be given several times. */
export const strings = (placeholder: string, help: string) =>
  ({ kind: "strings", placeholder, help: `${help}; may be repeated` }) as const;

/** One of some strings. */
export const choice = <const C extends readonly string[]>(
  placeholder: string,
  choices: C,
  help: string,
) => ({ kind: "string", placeholder, choices, help }) as const;

/** One of some strings, or the name of a file that is read. */
export const choiceOrFile = <const C extends readonly string[], const E extends string>(
  placeholder: string,
  choices: C,
  ending: E,
  help: string,
) => ({ kind: "string", placeholder, choices, ending, path: "reads", help }) as const;

/** Strings separated by commas. */
export const list = (help: string) => ({ kind: "list", placeholder: "A,B", help }) as const;

/** A whole number. */
export const integer = (help: string, range: Range) =>
  ({ kind: "integer", placeholder: "N", help, ...range }) as const;

/** A number. */
export const number = (help: string, range: Range) =>
  ({ kind: "number", placeholder: "X", help, ...range }) as const;

/** Columns and rows, as `--size` gives them. */
export interface SizeValue {
  readonly width: number;
  readonly height: number;
  /** Whether one number was given, for both. */
  readonly isSide?: boolean;
}

interface KindValues {
  boolean: boolean;
  string: string | undefined;
  strings: readonly string[];
  list: readonly string[] | undefined;
  integer: number | undefined;
  number: number | undefined;
  size: SizeValue | undefined;
}

/** Names of files that a flag takes besides its choices. */
type FileOf<E> = E extends { readonly ending: infer Ending extends string } ? `${string}${Ending}`
  : never;

/** The value of a flag; undefined, false or empty if it is not given. */
export type FlagValue<E extends { readonly kind: FlagKind }> = E extends
  { readonly choices: readonly (infer Choice)[] } ? Choice | FileOf<E> | undefined
  : KindValues[E["kind"]];
