/** Workers beside this thread, with which it trains as a group. */

import { type ErrorCode, StrayError } from "../errors.ts";
import {
  BrokenGroupError,
  type GroupCapacity,
  type GroupMemory,
  groupMemory,
  type ProcessGroup,
  SharedMemoryGroup,
  SINGLE_PROCESS,
} from "./process_group.ts";

/** What a Worker is told once: its place in the group, and its work. */
interface Order<Job> {
  readonly memory: GroupMemory;
  readonly rank: number;
  readonly job: Job;
}

/** What a Worker says: that it can begin, or what went wrong. */
type Report = { readonly kind: "ready" } | { readonly kind: "failed"; readonly error: SentError };

/** An error on its way between threads. */
interface SentError {
  readonly message: string;
  readonly code?: ErrorCode | undefined;
  readonly hint?: string | undefined;
  readonly stack?: string | undefined;
}

/** The part of a Worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: Report): void;
}

/** One Worker, and what it has said. */
interface Member {
  readonly worker: Worker;
  /** Fails if the Worker cannot be started. */
  readonly ready: Promise<void>;
  /** The error it ended with; pending for ever if there is none. */
  readonly failure: Promise<Error>;
}

/** Threads that work as one group: this one as member 0, and Workers. */
export class WorkerGroup {
  readonly #module: URL;
  readonly #members: Member[] = [];

  /** @param module What a Worker runs: a module that calls {@linkcode serve}. */
  constructor(module: URL) {
    this.#module = module;
  }

  /** The number of threads: this one and the Workers. */
  get size(): number {
    return this.#members.length + 1;
  }

  /**
   * Starts Workers, or ends some. They prepare themselves while this thread goes on.
   *
   * @param workers How many there are to be.
   */
  resize(workers: number): void {
    while (this.#members.length < workers) this.#members.push(startMember(this.#module));
    for (const { worker } of this.#members.splice(workers)) worker.terminate();
  }

  /**
   * Waits until the Workers can begin. Where one cannot be started, there are none.
   *
   * @returns Why there are none, in words; undefined if all is well.
   */
  async ready(): Promise<string | undefined> {
    try {
      await Promise.all(this.#members.map(({ ready }) => ready));
      return undefined;
    } catch (error) {
      this.stop();
      return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
    }
  }

  /**
   * Works as a group. The Workers must be ready.
   *
   * @param room Of what the members share.
   * @param job What the Workers are to do; a message.
   * @param lead What this thread does.
   * @returns What `lead` returned.
   * @throws {Error} What `lead` or a Worker has thrown.
   */
  async run<Result>(
    room: GroupCapacity,
    job: unknown,
    lead: (group: ProcessGroup) => Promise<Result>,
  ): Promise<Result> {
    if (this.size === 1) return await lead(SINGLE_PROCESS);
    const memory = groupMemory(this.size, room);
    const group = new SharedMemoryGroup(memory, 0);
    this.#members.forEach(({ worker }, i) => {
      worker.postMessage({ memory, rank: i + 1, job } satisfies Order<unknown>);
    });
    try {
      return await lead(group);
    } catch (error) {
      if (!(error instanceof BrokenGroupError)) throw error;
      throw await Promise.race(this.#members.map(({ failure }) => failure));
    } finally {
      group.fail();
    }
  }

  /** Ends the Workers, whatever they do. */
  stop(): void {
    this.resize(0);
  }
}

function startMember(module: URL): Member {
  const worker = new Worker(module.href, { type: "module" });
  const failure = Promise.withResolvers<Error>(), ready = Promise.withResolvers<void>();
  // Whoever waits for it is told; that nobody does yet is no fault.
  ready.promise.catch(() => {});
  const fail = (error: Error) => {
    ready.reject(error);
    failure.resolve(error);
  };
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.kind === "ready") ready.resolve();
    else fail(receive(data.error));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new Error(event.message));
  };
  return { worker, ready: ready.promise, failure: failure.promise };
}

/**
 * Makes this Worker a member of a {@linkcode WorkerGroup}.
 *
 * @param prepare Runs at once, before there is work.
 * @param work Runs once, as the other members do.
 */
export function serve<Job>(
  prepare: () => Promise<void>,
  work: (job: Job, group: ProcessGroup) => Promise<void>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data }: MessageEvent<Order<Job>>) => {
    const group = new SharedMemoryGroup(data.memory, data.rank);
    try {
      await work(data.job, group);
    } catch (error) {
      // Those that another member's fault has stopped have nothing to say.
      if (error instanceof BrokenGroupError) return;
      scope.postMessage({ kind: "failed", error: send(error) });
      group.fail();
    }
  };
  prepare().then(
    () => scope.postMessage({ kind: "ready" }),
    (error) => scope.postMessage({ kind: "failed", error: send(error) }),
  );
}

function send(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  return error instanceof StrayError
    ? { message, stack, code: error.code, hint: error.hint }
    : { message, stack };
}

function receive({ message, code, hint, stack }: SentError): Error {
  const error = code ? new StrayError(code, message, { hint }) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
