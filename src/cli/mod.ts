/**
 * The command line: flags, help, the writers of stdout and stderr, exit codes.
 *
 * @module
 */

export {
  type Command,
  type CommandContext,
  defineCommand,
  ExitCode,
  type LineWriter,
  type Reporter,
} from "./command.ts";
export { escape } from "./escape.ts";
export { type FlagEntry, type FlagKind, type SizeValue } from "./flag_entry.ts";
export { COMMON_FLAGS, type FlagName, FLAGS, type FlagValues } from "./flags.ts";
export { programName } from "./_system.ts";
export { commandHelp, type CommandSummary, programHelp } from "./help.ts";
export { BrokenPipe, BufferedLineWriter, type LineWriterOptions } from "./line_writer.ts";
export { type NdjsonLine, readNdjson } from "./ndjson.ts";
export { type ParsedArguments, parseFlags } from "./parse_flags.ts";
export { Rate } from "./rate.ts";
export { type ReporterOptions, StderrReporter } from "./reporter.ts";
export { type CommandEntry, exitCodeOf, runProgram } from "./run_command.ts";
export { numberField, readScoreRecords, type ScoreRecord, wrongField } from "./score_record.ts";
export { suggest } from "../suggest.ts";
export { VERSION } from "./version.ts";
