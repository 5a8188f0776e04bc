/** The one writer of stderr: messages for people, and a line of progress. */

import type { Reporter } from "./command.ts";
import { escape } from "./escape.ts";

/** Where a {@linkcode StderrReporter} writes, and how. */
export interface ReporterOptions {
  /** Takes text. */
  readonly write: (text: string) => void;
  /** Only errors are written. @default {false} */
  readonly quiet?: boolean;
  /** A terminal overwrites the line of progress. @default {false} */
  readonly terminal?: boolean;
  /** Names of messages are coloured. @default {false} */
  readonly colour?: boolean;
  /** Columns of the terminal, asked anew for every line. @default {() => 80} */
  readonly columns?: () => number;
  /** A clock. @default {Date.now} */
  readonly nowMs?: () => number;
}

/** Elsewhere than on a terminal, progress is written no more often. */
const PLAIN_INTERVAL_MS = 5000;
/** On a terminal, progress is written no more often. */
const TERMINAL_INTERVAL_MS = 50;
const COLOURS = { error: "\x1b[1;31m", warning: "\x1b[33m", hint: "\x1b[36m" } as const;

/**
 * Writes messages, one a line; control characters in them are escaped.
 *
 * @example
 * ```ts
 * import { StderrReporter } from "./reporter.ts";
 *
 * let text = "";
 * const stderr = new StderrReporter({ write: (piece) => text += piece });
 * stderr.error("Cannot read it", "look elsewhere");
 * if (text !== "error: Cannot read it\nhint: look elsewhere\n") throw new Error("unexpected text");
 * ```
 */
export class StderrReporter implements Reporter {
  readonly #options: Required<ReporterOptions>;
  /** The line of progress not yet written, or on a terminal the one to be seen. */
  #progress: string | undefined;
  #shown = false;
  #lastMs: number;

  /**
   * Makes a reporter.
   *
   * @param options Where to, and how.
   */
  constructor(options: ReporterOptions) {
    this.#options = {
      quiet: false,
      terminal: false,
      colour: false,
      columns: () => 80,
      nowMs: Date.now,
      ...options,
    };
    // Elsewhere than on a terminal, short work shows its last line alone.
    this.#lastMs = this.#options.terminal ? -Infinity : this.#options.nowMs();
  }

  /** A line that `--quiet` silences. */
  info(line: string): void {
    if (!this.#options.quiet) this.#print(escape(line));
  }

  /** `warning: …`, silenced by `--quiet`. */
  warn(line: string): void {
    if (!this.#options.quiet) this.#print(this.#named("warning", line));
  }

  /** `error: …` and `hint: …`, never silenced. */
  error(message: string, hint?: string): void {
    const lines = [this.#named("error", message)];
    if (hint !== undefined) lines.push(this.#named("hint", hint));
    this.#print(lines.join("\n"));
  }

  /** An error that is a fault of the program: never silenced, with what finds the fault. */
  fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    const [first = "", ...rest] = stack.split("\n").map(escape);
    this.#print([this.#named("error", `internal: ${first}`), ...rest].join("\n"));
  }

  /** Shows how far the work is; undefined takes the line away. */
  progress(line: string | undefined): void {
    const { quiet, terminal, nowMs } = this.#options;
    if (quiet) return;
    if (line === undefined) {
      this.#progress = undefined;
      this.#clear();
      return;
    }
    this.#progress = escape(line);
    const now = nowMs();
    if (now - this.#lastMs < (terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
    this.#lastMs = now;
    if (terminal) return this.#show();
    this.#write(`${this.#progress}\n`);
    this.#progress = undefined;
  }

  /** Ends the progress; elsewhere than on a terminal, its last line is still written. */
  close(): void {
    const { terminal } = this.#options;
    if (!terminal && this.#progress !== undefined) this.#write(`${this.#progress}\n`);
    this.progress(undefined);
  }

  #print(text: string): void {
    this.#clear();
    this.#write(`${text}\n`);
    if (this.#options.terminal && this.#progress !== undefined) this.#show();
  }

  #show(): void {
    this.#write(`\r${cut(this.#progress ?? "", this.#options.columns() - 1)}\x1b[K`);
    this.#shown = true;
  }

  #clear(): void {
    if (this.#shown) this.#write("\r\x1b[K");
    this.#shown = false;
  }

  #named(name: keyof typeof COLOURS, text: string): string {
    const head = this.#options.colour ? `${COLOURS[name]}${name}:\x1b[0m` : `${name}:`;
    return `${head} ${escape(text)}`;
  }

  #write(text: string): void {
    this.#options.write(text);
  }
}

/** The beginning of a line that fits; characters from U+1100 on may be two columns wide. */
function cut(line: string, columns: number): string {
  let used = 0, end = 0;
  for (const character of line) {
    used += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
    if (used > columns) break;
    end += character.length;
  }
  return line.slice(0, end);
}
