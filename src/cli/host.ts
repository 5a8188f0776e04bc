/** The host of a program: its streams, its terminal, its caller's folder and its signals. */

import { terminalQuestions } from "./_ask.ts";
import { listenForSignals, type SignalListener } from "./_interrupt.ts";
import {
  callerDirectory,
  stdoutColumns,
  type TerminalFacts,
  terminalFacts,
  writeStderr,
} from "./_system.ts";
import type { StderrReporter } from "./reporter.ts";

/** The host of a program: the process, or a test in its place. */
export interface Host {
  /** Its standard output. */
  readonly stdout: WritableStream<Uint8Array>;
  /** Its standard input; only commands that read it take it. */
  readonly stdin: ReadableStream<Uint8Array>;
  /** Writes text to its standard error. */
  readonly writeStderr: (text: string) => void;
  /** Facts of stderr. */
  terminalFacts(): TerminalFacts;
  /** Columns of the terminal that stdout is; undefined if it is none. */
  stdoutColumns(): number | undefined;
  /** The caller's folder. */
  callerDirectory(): string;
  /**
   * Listens for signals.
   *
   * @param onFirst Called at the first request to stop.
   * @param onCheckpoint Called at a request for a checkpoint.
   */
  listenForSignals(onFirst: () => void, onCheckpoint: () => void): SignalListener;
  /**
   * Asks for lines on a terminal.
   *
   * @param stderr Takes the questions.
   * @param signal Ends the wait for an answer.
   * @returns A function from a question to its answer; none if there is no terminal.
   */
  terminalQuestions(
    stderr: StderrReporter,
    signal: AbortSignal,
  ): ((question: string) => Promise<string | undefined>) | undefined;
}

/** The process. */
export const PROCESS: Host = {
  get stdout() {
    return Deno.stdout.writable;
  },
  get stdin() {
    return Deno.stdin.readable;
  },
  writeStderr,
  terminalFacts,
  stdoutColumns,
  callerDirectory,
  listenForSignals,
  terminalQuestions,
};
