/** Ctrl-C and its kin: the first asks to stop, the second stops. */

import { ExitCode } from "./command.ts";

/** Why `signal` was aborted. */
export class Interrupted extends Error {
  /** The class, as programs see it. */
  override readonly name = "Interrupted";
}

/**
 * Listens for SIGINT and SIGTERM.
 *
 * @param onFirst Called at the first, after `signal` was aborted.
 * @returns The signal, and what ends the listening.
 */
export function listenForInterrupt(onFirst: () => void): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const listen = () => {
    if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
    controller.abort(new Interrupted("interrupted"));
    onFirst();
  };
  // Windows knows no SIGTERM.
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, listen);
  return {
    signal: controller.signal,
    stop: () => names.forEach((name) => Deno.removeSignalListener(name, listen)),
  };
}
