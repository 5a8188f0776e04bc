/** Memory that threads share: large pieces of work take their part of it, or wait for it. */

import { getHeapStatistics } from "node:v8";
import { StrayError } from "./errors.ts";

const UNIT = 1 << 20;
/** Time between two looks at a budget that is taken, ms. */
const LOOK_MS = 20;

/** Work of fewer bytes takes no part of the budget. */
export const SMALL_BYTES = 64 * UNIT;

/** A budget as messages between threads carry it: MiB for work, MiB of them that are free, MiB in all. */
export type MemoryBudget = Int32Array<SharedArrayBuffer>;

/**
 * Makes a budget.
 *
 * @param bytes Its size. @default {a quarter of the memory of the machine or its cgroup, at most 4 GiB}
 * @returns The budget, for any number of threads.
 *
 * @example
 * ```ts
 * import { budgetBytes, makeBudget } from "./memory_budget.ts";
 *
 * if (budgetBytes(makeBudget(2 ** 30)) !== 2 ** 30) throw new Error("unexpected size");
 * ```
 */
export function makeBudget(bytes?: number): MemoryBudget {
  // V8 takes a quarter for its heap, up to 4 GiB; asking for the memory itself takes a permission.
  const all = Math.max(1, Math.floor((bytes ?? getHeapStatistics().heap_size_limit) / UNIT));
  const budget = new Int32Array(new SharedArrayBuffer(12));
  return budget.fill(Math.min(all, 2 ** 31 - 1));
}

/** Megabytes for messages, a whole number. */
export function megabytes(bytes: number): number {
  return Math.ceil(bytes / UNIT);
}

/** The size of a budget without what is kept, bytes. */
export function budgetBytes(budget: MemoryBudget): number {
  return budget[0]! * UNIT;
}

/**
 * Frees a large array at once: the garbage collector may let gigabytes of them pile up.
 *
 * @param array The array, which nothing uses any more, nor any other part of its buffer.
 */
export function release({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= UNIT) buffer.transfer(0);
}

/**
 * Keeps a part of a budget for longer than work takes, as for an array in memory: less is left for work. At
 * least a quarter is.
 *
 * @param budget The budget; without one, anything can be kept.
 * @param bytes The memory.
 * @returns A function that gives it back; undefined if too little would be left.
 */
export function keepMemory(
  budget: MemoryBudget | undefined,
  bytes: number,
): (() => void) | undefined {
  if (budget === undefined) return () => {};
  const part = Math.ceil(bytes / UNIT), total = budget[2]!;
  for (;;) {
    const size = Atomics.load(budget, 0);
    if (size - part < total / 4) return undefined;
    if (Atomics.compareExchange(budget, 0, size, size - part) === size) break;
  }
  Atomics.sub(budget, 1, part); // may be less than 0 until work that is under way ends
  return () => {
    Atomics.add(budget, 0, part);
    Atomics.add(budget, 1, part);
  };
}

/**
 * Does work once its part of a budget is free, and gives the part back.
 *
 * @param budget The budget; without one, the work is done at once.
 * @param bytes The most memory that the work takes; `all` is all that there is.
 * @param action The work in messages: `decode "a.png"`.
 * @param work The work; it must not take another part of the budget.
 * @returns Its result.
 * @throws {StrayError} `too_large` If the budget is smaller than the work.
 */
export async function withMemory<Result>(
  budget: MemoryBudget | undefined,
  bytes: number | "all",
  action: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (budget === undefined) return await work();
  let part: number;
  for (;;) {
    const free = Atomics.load(budget, 1);
    part = bytes === "all" ? Atomics.load(budget, 0) : Math.ceil(bytes / UNIT);
    refuseLarger(budget, part, action);
    if (free >= part && Atomics.compareExchange(budget, 1, free, free - part) === free) break;
    if (free < part) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  try {
    return await work();
  } finally {
    Atomics.add(budget, 1, part);
  }
}

function refuseLarger(budget: MemoryBudget, part: number, action: string): void {
  const size = Atomics.load(budget, 0), isWhole = size === budget[2];
  if (part <= size) return;
  throw new StrayError(
    "too_large",
    `Cannot ${action} as it must fit in ${size} MB of memory: it takes about ${part} MB`,
    {
      hint: `allow more with --max-memory${isWhole ? ` ${part}M` : ""} if the machine has as much`,
    },
  );
}
