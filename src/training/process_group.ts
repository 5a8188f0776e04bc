/**
 * Threads that train one model together, in lockstep.
 *
 * Every member runs the same program on its share of each batch and calls the same methods in the same
 * order. Reduced values are bit-identical on all members, and so are the decisions based on them.
 *
 * A step has 7 (`dense`) to 39 (`cae`) barriers. On busy cores a barrier waits for the time slices of other
 * programs, yet a group is not slower than one thread: beside four busy loops on two cores `aae` learnt from
 * 114, 119 and 182 images per second on 1, 2 and 4 threads. On one core, where nothing else runs, four
 * threads take 1.4 to 1.9 times as long as one, as each repeats the work that does not depend on images.
 */

/** A member's view of its group. */
export interface ProcessGroup {
  /** Number of this member, from 0. */
  readonly rank: number;
  /** Number of members. */
  readonly size: number;
  /** One buffer per member, visible to all; none for a single member. */
  readonly memberBuffers: readonly Float32Array[];
  /** One more buffer, for results of the whole group. */
  readonly sharedBuffer: Float32Array;
  /**
   * Sums values over the members, in place, in the order of ranks.
   *
   * @param values Equally many on every member.
   * @throws {BrokenGroupError} If a member has failed.
   */
  allReduce(values: Float32Array | Float64Array): void;
  /**
   * Gathers numbers from all members.
   *
   * @param write Writes the numbers of this member into its buffer.
   * @returns The buffers of all members, to be read before the next call.
   * @throws {BrokenGroupError} If a member has failed.
   */
  allGather(write: (own: Float32Array) => void): readonly Float32Array[];
  /**
   * Waits until every member has called it.
   *
   * @throws {BrokenGroupError} If a member has failed.
   */
  barrier(): void;
  /**
   * Hands an integer of member 0 to all, without a barrier of its own.
   *
   * @param value The integer; that of all other members is ignored.
   * @returns Reads member 0's value. Every member must meet the others between the two, and read before the
   * next call.
   */
  post(value: number): () => number;
}

/** A group of one, with nothing to sum and nobody to wait for. */
export const SINGLE_PROCESS: ProcessGroup = {
  rank: 0,
  size: 1,
  memberBuffers: [],
  sharedBuffer: new Float32Array(0),
  allReduce() {},
  allGather: () => [],
  barrier() {},
  post: (value) => () => value,
};

/** Ends this member because another one has failed. */
export class BrokenGroupError extends Error {
  /** The class, as programs see it. */
  override readonly name = "BrokenGroupError";
}

/** The memory that the members of a group share; it can be sent to a Worker. */
export interface GroupMemory {
  /** Number of members. */
  readonly size: number;
  /** Words of the barrier. */
  readonly control: SharedArrayBuffer;
  /** The member buffers, then the shared one. */
  readonly parameters: readonly SharedArrayBuffer[];
  /** Buffers for values on their way: one per member, then as many again for every other call. */
  readonly messages: readonly SharedArrayBuffer[];
}

/** Sizes of a group's buffers. Memory is taken only when it is written. */
export interface GroupCapacity {
  /** Numbers per member buffer, and in the shared one. */
  readonly parameters: number;
  /** Maximum number of values that a member gives to `allGather`. @default {0} */
  readonly activations?: number | undefined;
}

/** Indices of the control words; there are two for posts. */
const ARRIVED = 0, GENERATION = 1, BROKEN = 2, SLEEPING = 3, POSTED = 4, CONTROL_WORDS = 6;
/** Minimum number of bytes that `allReduce` sums between two barriers: all members' fit in a cache. */
const MESSAGE_BYTES = 1 << 18;
/**
 * Fewest and most polls of a barrier before the thread sleeps, about 5 and 200 µs. A sleeping thread takes
 * some 60 µs to wake up, which is as long as many a wait; polls are no loss as long as a core is free for
 * every thread. Where threads outnumber free cores, polls keep the others from running: waits take a time
 * slice there, and a member polls less after each of them.
 */
const FEWEST_POLLS = 500, MOST_POLLS = 20_000;
/** Longest sleep that so many polls would have spared, in ms. */
const SHORT_SLEEP_MS = 0.2;

/**
 * Allocates the memory of a group.
 *
 * @param size Members, at least 2.
 * @param capacity Sizes of the buffers.
 * @returns The memory, for a {@linkcode SharedMemoryGroup} on each member.
 */
export function groupMemory(
  size: number,
  { parameters, activations = 0 }: GroupCapacity,
): GroupMemory {
  const buffers = (count: number, bytes: number) =>
    Array.from({ length: count }, () => new SharedArrayBuffer(bytes));
  return {
    size,
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    parameters: buffers(size + 1, 4 * parameters),
    messages: buffers(2 * size, Math.max(MESSAGE_BYTES, 8 * Math.ceil(activations / 2))),
  };
}

/** A member's view of a group in shared memory. */
export class SharedMemoryGroup implements ProcessGroup {
  readonly rank: number;
  readonly size: number;
  readonly memberBuffers: readonly Float32Array[];
  readonly sharedBuffer: Float32Array;
  readonly #control: Int32Array;
  /** The message buffers, as either kind of number. */
  readonly #floats: readonly Float32Array[];
  readonly #doubles: readonly Float64Array[];
  /** First message buffer of the next call: members may be one call apart, never two. */
  #first = 0;
  /** Polls of the next barrier. */
  #polls = FEWEST_POLLS;
  /** Number of posts, of which members may be one apart. */
  #posts = 0;

  /**
   * @param memory Memory of the group.
   * @param rank Number of this member.
   */
  constructor(memory: GroupMemory, rank: number) {
    this.rank = rank;
    this.size = memory.size;
    const parameters = memory.parameters.map((buffer) => new Float32Array(buffer));
    this.memberBuffers = parameters.slice(0, this.size);
    this.sharedBuffer = parameters[this.size]!;
    this.#control = new Int32Array(memory.control);
    this.#floats = memory.messages.map((buffer) => new Float32Array(buffer));
    this.#doubles = memory.messages.map((buffer) => new Float64Array(buffer));
  }

  allReduce(values: Float32Array | Float64Array): void {
    const buffers: readonly (typeof values)[] = values instanceof Float64Array
      ? this.#doubles
      : this.#floats;
    const most = buffers[0]!.length;
    for (let start = 0; start < values.length; start += most) {
      const part = values.subarray(start, start + most);
      const [first, ...others] = this.#gather(buffers, (own) => own.set(part));
      part.set(first!.subarray(0, part.length));
      for (const other of others) {
        for (let i = 0; i < part.length; i++) part[i] = part[i]! + other[i]!;
      }
    }
  }

  allGather(write: (own: Float32Array) => void): readonly Float32Array[] {
    return this.#gather(this.#floats, write);
  }

  #gather<Buffer>(buffers: readonly Buffer[], write: (own: Buffer) => void): readonly Buffer[] {
    const all = buffers.slice(this.#first, this.#first + this.size);
    write(all[this.rank]!);
    this.barrier();
    this.#first = this.size - this.#first;
    return all;
  }

  /** Counts arrivals: the last member starts the next generation, for which the others wait. */
  barrier(): void {
    const control = this.#control;
    const generation = Atomics.load(control, GENERATION);
    this.#check();
    if (Atomics.add(control, ARRIVED, 1) === this.size - 1) {
      Atomics.store(control, ARRIVED, 0);
      this.#startGeneration();
    } else {
      for (let i = 0; i < this.#polls && Atomics.load(control, GENERATION) === generation; i++);
      if (Atomics.load(control, GENERATION) === generation) this.#sleep(generation);
    }
    this.#check();
  }

  /** Sleeps until the generation has passed; polls more before the next sleep if this one was short. */
  #sleep(generation: number): void {
    const start = performance.now();
    Atomics.add(this.#control, SLEEPING, 1);
    while (Atomics.load(this.#control, GENERATION) === generation) {
      Atomics.wait(this.#control, GENERATION, generation);
    }
    Atomics.sub(this.#control, SLEEPING, 1);
    const isShort = performance.now() - start < SHORT_SLEEP_MS;
    this.#polls = isShort
      ? Math.min(MOST_POLLS, this.#polls * 2)
      : Math.max(FEWEST_POLLS, this.#polls / 2);
  }

  post(value: number): () => number {
    const word = POSTED + this.#posts++ % 2;
    if (this.rank === 0) Atomics.store(this.#control, word, value);
    return () => Atomics.load(this.#control, word);
  }

  /** Ends the group: all waiting and later calls of the members throw {@linkcode BrokenGroupError}. */
  fail(): void {
    Atomics.store(this.#control, BROKEN, 1);
    this.#startGeneration();
  }

  /** Whoever goes to sleep after the second line finds a new generation. */
  #startGeneration(): void {
    Atomics.add(this.#control, GENERATION, 1);
    if (Atomics.load(this.#control, SLEEPING) > 0) Atomics.notify(this.#control, GENERATION);
  }

  #check(): void {
    if (Atomics.load(this.#control, BROKEN) === 0) return;
    throw new BrokenGroupError("Cannot go on as another thread has failed");
  }
}
