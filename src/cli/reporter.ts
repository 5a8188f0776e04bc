/** The only writer of stderr: messages and a progress line. */

import { escape } from "../escape.ts";

/** Options of {@linkcode StderrReporter}. */
export interface ReporterOptions {
  /** Writes text. */
  readonly write: (text: string) => void;
  /** Whether only errors are written. @default {false} */
  readonly quiet?: boolean;
  /** Whether the progress line is overwritten, as on a terminal. @default {false} */
  readonly terminal?: boolean;
  /** Whether `error:`, `warning:` and `hint:` are coloured. @default {false} */
  readonly colour?: boolean;
  /** Columns of the terminal, called for every line. @default {() => 80} */
  readonly columns?: () => number;
  /** A clock, in ms. @default {Date.now} */
  readonly nowMs?: () => number;
}

/** Shortest time between progress lines where there is no terminal. */
const PLAIN_INTERVAL_MS = 5000;
/** Shortest time between progress lines on a terminal. */
const TERMINAL_INTERVAL_MS = 50;
const COLOURS = { error: "\x1b[1;31m", warning: "\x1b[33m", hint: "\x1b[36m" } as const;

/**
 * Writes one message per line; control characters are escaped.
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
export class StderrReporter {
  readonly #options: Required<ReporterOptions>;
  /** The progress line that is not yet written; on a terminal, the one that is visible. */
  #progress: string | undefined;
  #shown = false;
  #lastMs: number;

  /**
   * Creates a reporter.
   *
   * @param options Sink and format.
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
    // Without a terminal, short work prints only its last line.
    this.#lastMs = this.#options.terminal ? -Infinity : this.#options.nowMs();
  }

  /** A line that `--quiet` suppresses. */
  info(line: string): void {
    if (!this.#options.quiet) this.#print(escape(line));
  }

  /** `warning: …` and `hint: …`, suppressed by `--quiet`. */
  warn(message: string, hint?: string): void {
    if (!this.#options.quiet) this.#print(this.#withHint("warning", message, hint));
  }

  /** A question, never suppressed; the answer follows on its line. */
  ask(question: string): void {
    this.#clear();
    this.#write(`${escape(question)} `);
  }

  /** `error: …` and `hint: …`, never suppressed. */
  error(message: string, hint?: string): void {
    this.#print(this.#withHint("error", message, hint));
  }

  /** A fault of the program, with its stack; never suppressed. */
  fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    const [first = "", ...rest] = stack.split("\n").map(escape);
    this.#print([this.#named("error", `internal: ${first}`), ...rest].join("\n"));
  }

  /**
   * Reports progress: on a terminal one line that the next one overwrites; elsewhere one line at most
   * every five seconds, and the last one when the command ends.
   *
   * @param line The text; undefined removes the line.
   */
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

  /** Ends the progress; without a terminal, its last line is still written. */
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

  #withHint(name: "error" | "warning", message: string, hint?: string): string {
    const lines = [this.#named(name, message)];
    if (hint !== undefined) lines.push(this.#named("hint", hint));
    return lines.join("\n");
  }

  #named(name: keyof typeof COLOURS, text: string): string {
    const head = this.#options.colour ? `${COLOURS[name]}${name}:\x1b[0m` : `${name}:`;
    return `${head} ${escape(text)}`;
  }

  #write(text: string): void {
    this.#options.write(text);
  }
}

/** Truncates a line; characters from U+1100 on may be two columns wide. */
function cut(line: string, columns: number): string {
  let used = 0, end = 0;
  for (const character of line) {
    used += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
    if (used > columns) break;
    end += character.length;
  }
  return line.slice(0, end);
}
