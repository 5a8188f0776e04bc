/** The lines of `score`: records as NDJSON or as rows of CSV, whole or some of their fields. */

import { csvRow, type JsonObject, usageError } from "../src/cli/mod.ts";
import { otherFields } from "./_record_fields.ts";
import { SCORE_FIELDS } from "./_score_json.ts";

/** How records are written. */
export interface ScoreLinesOptions {
  /** @default {"ndjson"} */
  readonly format?: string | undefined;
  /** The only fields, besides `path` and `error`. @default {all} */
  readonly fields?: readonly string[] | undefined;
  /** Whether records may have fields of the input, as stdin's do. */
  readonly passesFields: boolean;
  /** Names of the fields that this run may add: `heatmap`, `mask`, `mass_map`. */
  readonly files: readonly string[];
  /** Names of the numbers that the model finds of an image, where they are written. @default {none} */
  readonly parameters?: readonly string[] | undefined;
}

/** Columns of every table, in order; those of a run follow. */
const COLUMNS = [
  ...["path", "score", "p", "threshold", "anomaly", "calibration", "label", "normal", "model"],
  ...["error_code", "error", "error_hint"],
];
/** Fields that stay whatever `--fields` says. */
const KEPT = ["path", "error"];

/** Writes records. */
export class ScoreLines {
  /** The line before the records: names of columns, or nothing. */
  readonly head: string;
  readonly #fields: ReadonlySet<string> | undefined;
  readonly #columns: readonly string[] | undefined;

  /**
   * Checks the names of fields.
   *
   * @throws {StrayError} `usage` If a field is unknown.
   */
  constructor({ format, fields, passesFields, files, parameters = [] }: ScoreLinesOptions) {
    const chosen = fields?.length === 1 && fields[0] === "parameters" ? undefined : fields;
    const unknown = passesFields ? undefined : chosen?.find((name) => !SCORE_FIELDS.includes(name));
    if (unknown !== undefined) {
      throw usageError(
        `Cannot use --fields as "${unknown}" must be a field of a record`,
        `they are ${SCORE_FIELDS.join(", ")}`,
      );
    }
    this.#fields = chosen && new Set([...chosen, ...KEPT]);
    if (format !== "csv") {
      this.head = "";
      return;
    }
    const own = this.#fields;
    this.#columns = [
      ...COLUMNS.filter((name) => !own || own.has(name.replace(/_(code|hint)$/, ""))),
      ...files.filter((name) => !own || own.has(name)),
      ...parameters.length > 0 ? ["converged"] : [],
      ...parameters.map((name) => `parameters.${name}`),
      ...passesFields ? ["fields"] : [],
    ];
    this.head = csvRow(this.#columns);
  }

  /** The fields of a record that are written. */
  #keep(record: JsonObject): JsonObject {
    const fields = this.#fields;
    if (!fields) return record;
    return Object.fromEntries(Object.entries(record).filter(([name]) => fields.has(name)));
  }

  /** The line of a record, with its end. */
  line(record: JsonObject): string {
    const kept = this.#keep(record);
    return this.#columns
      ? csvRow(this.#columns.map((name) => valueOf(kept, name)))
      : `${JSON.stringify(kept)}\n`;
  }
}

function valueOf(record: JsonObject, column: string): string {
  const { error, parameters } = record as { readonly [K in "error" | "parameters"]?: JsonObject };
  if (column === "fields") {
    const others = otherFields(record, SCORE_FIELDS);
    return Object.keys(others).length > 0 ? JSON.stringify(others) : "";
  }
  const value = column.startsWith("error")
    ? error?.[column.slice("error_".length) || "message"]
    : column.startsWith("parameters.")
    ? parameters?.[column.slice("parameters.".length)]
    : record[column];
  return value === undefined || value === null ? "" : String(value);
}
