/** SIGINT and SIGTERM: the first requests a stop, the second ends the process. */

import { ExitCode } from "./command.ts";

/** The reason of an aborted `signal`. */
export class Interrupted extends Error {
  /** The class, as programs see it. */
  override readonly name = "Interrupted";
}

/**
 * Listens for SIGINT and SIGTERM.
 *
 * @param onFirst Called at the first, after `signal` was aborted.
 * @returns The signal, and a function that stops listening.
 */
export function listenForInterrupt(onFirst: () => void): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const listen = () => {
    if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
    controller.abort(new Interrupted("interrupted"));
    onFirst();
  };
  // Windows has no SIGTERM.
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, listen);
  return {
    signal: controller.signal,
    stop: () => names.forEach((name) => Deno.removeSignalListener(name, listen)),
  };
}
