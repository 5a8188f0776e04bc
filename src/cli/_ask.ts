/** Questions to a user at a terminal. */

import type { StderrReporter } from "./reporter.ts";

/**
 * Asks for lines on the terminal that stdin and stderr are.
 *
 * @param stderr Takes the questions.
 * @param signal Ends the wait for an answer.
 * @returns A function from a question to its answer, undefined at the end of input; none if there is no
 * terminal.
 */
export function terminalQuestions(
  stderr: StderrReporter,
  signal: AbortSignal,
): ((question: string) => Promise<string | undefined>) | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return undefined;
  let rest = "";
  const readLine = async (): Promise<string | undefined> => {
    const decoder = new TextDecoder(), buffer = new Uint8Array(4096);
    while (!rest.includes("\n")) {
      const count = await Deno.stdin.read(buffer);
      if (count === null) return undefined;
      rest += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
    const [line = "", ...more] = rest.split("\n");
    rest = more.join("\n");
    return line.trim();
  };
  return async (question) => {
    signal.throwIfAborted();
    stderr.ask(question);
    const stop = Promise.withResolvers<undefined>(), end = () => stop.resolve(undefined);
    signal.addEventListener("abort", end, { once: true });
    try {
      return await Promise.race([readLine(), stop.promise]);
    } finally {
      signal.removeEventListener("abort", end);
    }
  };
}
