/**
 * The command line: flags, help, the writers of stdout and stderr, exit codes.
 *
 * @module
 */

export { programName } from "./_system.ts";
export type { DocumentedCommand } from "./_documented.ts";
export { alignColumns } from "./columns.ts";
export {
  type Command,
  type CommandContext,
  type CommandFiles,
  defineCommand,
  ExitCode,
  type LineWriter,
  type Reporter,
} from "./command.ts";
export { completions, type Shell, SHELLS } from "./completions.ts";
export { csvRow } from "./csv.ts";
export { escape } from "../escape.ts";
export { COMMON_FLAGS, FLAG_GROUPS, type FlagName, FLAGS, type FlagValues } from "./flags.ts";
export { commandHelp, programHelp } from "./help.ts";
export type { Host } from "./host.ts";
export { BrokenPipe, BufferedLineWriter } from "./line_writer.ts";
export { manPage } from "./man_page.ts";
export { type JsonObject, readNdjson } from "./ndjson.ts";
export { parseFlags } from "./parse_flags.ts";
export { Rate } from "./rate.ts";
export { type ReporterOptions, StderrReporter } from "./reporter.ts";
export type { SourceFiles } from "./_file_roles.ts";
export { type CommandEntry, exitCodeOf, runProgram } from "./run_command.ts";
export {
  labelField,
  numberField,
  readScoreRecords,
  type ScoreRecord,
  wrongField,
} from "./score_record.ts";
export { usageError } from "./usage_error.ts";
export { VERSION } from "./version.ts";
