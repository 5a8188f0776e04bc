/** The global scope of a Worker, typed: the project's libraries declare that of a window. */

/**
 * The global scope of a Worker.
 *
 * @typeParam Incoming Messages from the thread that started the Worker.
 * @typeParam Outgoing Messages to that thread.
 */
export interface WorkerScope<Incoming, Outgoing> {
  /** Receives each message. */
  onmessage: ((event: MessageEvent<Incoming>) => void) | null;
  /** Sends a message; the buffers in `transfer` move instead of being copied. */
  postMessage(message: Outgoing, transfer?: Transferable[]): void;
}

/**
 * The global scope of this Worker.
 *
 * @returns `globalThis`, typed.
 */
export function workerScope<Incoming, Outgoing>(): WorkerScope<Incoming, Outgoing> {
  return globalThis as unknown as WorkerScope<Incoming, Outgoing>;
}
