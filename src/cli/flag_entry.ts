/** What a flag is, and what it gives. */

/** What a flag takes. */
export type FlagKind =
  | "boolean" // present or not
  | "string"
  | "strings" // a string; may be repeated
  | "list" // strings separated by commas
  | "integer"
  | "number"
  | "size"; // WIDTHxHEIGHT

/** One flag. */
export interface FlagEntry {
  /** What it takes. */
  readonly kind: FlagKind;
  /** What its value is called in the help; none for a boolean. */
  readonly placeholder?: string;
  /** One line, no full stop. */
  readonly help: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** The least value of a number. */
  readonly min?: number;
  /** The greatest value of a number. */
  readonly max?: number;
  /** Whether `min` and `max` themselves are refused. */
  readonly open?: boolean;
  /** One letter that means the same. */
  readonly short?: string;
}

/** Columns and rows, as `--size` gives them. */
export interface SizeValue {
  readonly width: number;
  readonly height: number;
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

/** The value of a flag; undefined (or false, or empty) if not given. */
export type FlagValue<E extends { readonly kind: FlagKind }> = E extends
  { readonly choices: readonly (infer Choice)[] } ? Choice | undefined : KindValues[E["kind"]];
