/** The global scope of a Worker, typed: the compiler's libraries have only that of a window. */

/**
 * The global scope of this Worker.
 *
 * @typeParam Incoming Messages from the thread that started the Worker.
 * @typeParam Outgoing Messages to that thread.
 */
export function workerScope<Incoming, Outgoing>(): {
  onmessage: ((event: MessageEvent<Incoming>) => void) | null;
  postMessage(message: Outgoing, transfer?: Transferable[]): void;
} {
  return globalThis as never;
}
