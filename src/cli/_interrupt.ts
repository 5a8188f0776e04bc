/**
 * Signals: SIGINT, SIGTERM and SIGHUP request a stop, a second one ends the process; SIGUSR1, by which
 * batch systems announce the end, requests a checkpoint. Left alone it would open V8's inspector.
 */

import { fstatSync } from "node:fs";
import { ExitCode } from "./command.ts";

/** Copies of a signal come within this time, ms: a task runner forwards what its whole group gets. */
const COPIES_MS = 1000;

/** The reason of an aborted `signal`. */
export class Interrupted extends Error {
  /** The class, as programs see it. */
  override readonly name = "Interrupted";
}

/** Signals of the process, until `stop`. */
export interface SignalListener {
  /** Aborted by the first request to stop. */
  readonly signal: AbortSignal;
  /** Whether a checkpoint was requested since the last call. */
  takeCheckpointRequest(): boolean;
  /** Stops listening. */
  stop(): void;
}

/**
 * Listens for signals.
 *
 * @param onFirst Called at the first request to stop, after `signal` was aborted.
 * @param onCheckpoint Called at a request for a checkpoint.
 */
export function listenForSignals(onFirst: () => void, onCheckpoint: () => void): SignalListener {
  const controller = new AbortController();
  let firstMs = 0, requested = false;
  let firstName: Deno.Signal;
  const end = (name: Deno.Signal) => () => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      firstName = name;
      controller.abort(new Interrupted("interrupted"));
      return onFirst();
    }
    // Only a terminal sends SIGINT twice, once per key.
    const isKey = name === "SIGINT" && firstName === "SIGINT";
    const isCopy = !isKey && performance.now() - firstMs < COPIES_MS;
    if (name !== "SIGHUP" && !isCopy) Deno.exit(ExitCode.interrupted);
  };
  const listeners = new Map<Deno.Signal, () => void>([["SIGINT", end("SIGINT")]]);
  if (Deno.build.os !== "windows") {
    listeners.set("SIGTERM", end("SIGTERM"));
    // Without a listener of its own, the signal would end the process, as Deno listens to all.
    listeners.set("SIGHUP", ignoresHangups() ? () => {} : end("SIGHUP"));
    listeners.set("SIGUSR1", () => {
      requested = true;
      onCheckpoint();
    });
  }
  for (const [name, listen] of listeners) Deno.addSignalListener(name, listen);
  return {
    signal: controller.signal,
    takeCheckpointRequest: () => {
      const taken = requested;
      requested = false;
      return taken;
    },
    stop: () => listeners.forEach((listen, name) => Deno.removeSignalListener(name, listen)),
  };
}

/**
 * Whether `nohup` started the process: it goes on when its terminal is closed. Deno does not tell which
 * signals are ignored, but `nohup` leaves a stdin that cannot be read.
 */
function ignoresHangups(): boolean {
  try {
    if (Deno.stdin.isTerminal() || !fstatSync(0).isCharacterDevice()) return false;
  } catch {
    return false; // there is no stdin
  }
  try {
    Deno.stdin.readSync(new Uint8Array(1));
    return false;
  } catch {
    return true;
  }
}
