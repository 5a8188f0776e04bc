/**
 * Threads that train one model together, in lockstep.
 *
 * Every member runs the same program on its share of each batch and calls the same methods in the same
 * order. What members add up is the same to the bit on all of them, so that decisions made from it are
 * the same too.
 */

/** A member's view of its group. */
export interface ProcessGroup {
  /** Which member this is, from 0. */
  readonly rank: number;
  /** How many members there are. */
  readonly size: number;
  /** Memory that all members see, one board a member; none if there is only one. */
  readonly boards: readonly Float32Array[];
  /** One more board, for what belongs to all. */
  readonly common: Float32Array;
  /**
   * Adds up over the members, in place.
   *
   * @param values As many on every member.
   * @throws {BrokenGroupError} If a member has failed.
   */
  allReduce(values: Float32Array | Float64Array): void;
  /**
   * Shows the other members numbers of this one.
   *
   * @param write Writes them into this member's lane.
   * @returns The lanes of all members, to be read before the next exchange.
   * @throws {BrokenGroupError} If a member has failed.
   */
  exchange(write: (lane: Float32Array) => void): readonly Float32Array[];
  /**
   * Waits until every member is here.
   *
   * @throws {BrokenGroupError} If a member has failed.
   */
  barrier(): void;
}

/** A group of one: nothing to add, nobody to wait for. */
export const SINGLE_PROCESS: ProcessGroup = {
  rank: 0,
  size: 1,
  boards: [],
  common: new Float32Array(0),
  allReduce() {},
  exchange: () => [],
  barrier() {},
};

/** Another member has failed, and says why by itself. */
export class BrokenGroupError extends Error {
  /** The class, as programs see it. */
  override readonly name = "BrokenGroupError";
}

/** What the members of a group share. It can be sent to a Worker. */
export interface GroupMemory {
  /** How many members there are. */
  readonly size: number;
  /** The barrier. */
  readonly control: SharedArrayBuffer;
  /** Where `sum` adds up: two slots a member. */
  readonly slots: SharedArrayBuffer;
  /** `size + 1` boards. */
  readonly boards: readonly SharedArrayBuffer[];
  /** Where `exchange` writes: two lanes a member. */
  readonly lanes: readonly SharedArrayBuffer[];
}

/** How much room members have for what they share. Memory is taken only once it is written. */
export interface GroupCapacity {
  /** Numbers on each board. */
  readonly board: number;
  /** Numbers in each lane. @default {0} */
  readonly lane?: number | undefined;
}

/** Places in the control words. */
const ARRIVED = 0, GENERATION = 1, BROKEN = 2;
/** Bytes that are added up at a time. */
const SLOT_BYTES = 1 << 15;
/** Looks at the barrier before sleeping: some microseconds, little enough where threads outnumber cores. */
const SPINS = 500;

/**
 * Makes the memory of a group.
 *
 * @param size Members, at least 2.
 * @param room Of boards and lanes.
 * @returns The memory, for a {@linkcode SharedMemoryGroup} on each member.
 */
export function groupMemory(size: number, { board, lane = 0 }: GroupCapacity): GroupMemory {
  const floats = (count: number) => new SharedArrayBuffer(count * 4);
  return {
    size,
    control: new SharedArrayBuffer(3 * 4),
    slots: new SharedArrayBuffer(2 * size * SLOT_BYTES),
    boards: Array.from({ length: size + 1 }, () => floats(board)),
    lanes: Array.from({ length: 2 * size }, () => floats(lane)),
  };
}

/** A member's view of a group that lives in shared memory. */
export class SharedMemoryGroup implements ProcessGroup {
  readonly rank: number;
  readonly size: number;
  readonly boards: readonly Float32Array[];
  readonly common: Float32Array;
  readonly #control: Int32Array;
  /** By turn and member. Members may be one turn apart, never two. */
  readonly #floats: readonly Float32Array[][];
  readonly #doubles: readonly Float64Array[][];
  readonly #lanes: readonly Float32Array[][];
  #turn = 0;

  /**
   * @param memory That of the group.
   * @param rank Which member this is.
   */
  constructor(memory: GroupMemory, rank: number) {
    this.rank = rank;
    this.size = memory.size;
    const boards = memory.boards.map((board) => new Float32Array(board));
    this.boards = boards.slice(0, this.size);
    this.common = boards[this.size]!;
    this.#control = new Int32Array(memory.control);
    const members = Array.from({ length: this.size }, (_, member) => member);
    const start = (turn: number, member: number) => (turn * this.size + member) * SLOT_BYTES;
    this.#floats = [0, 1].map((turn) =>
      members.map((m) => new Float32Array(memory.slots, start(turn, m), SLOT_BYTES / 4))
    );
    this.#doubles = [0, 1].map((turn) =>
      members.map((m) => new Float64Array(memory.slots, start(turn, m), SLOT_BYTES / 8))
    );
    const lanes = memory.lanes.map((lane) => new Float32Array(lane));
    this.#lanes = [lanes.slice(0, this.size), lanes.slice(this.size)];
  }

  allReduce(values: Float32Array | Float64Array): void {
    const all = values instanceof Float64Array ? this.#doubles : this.#floats;
    const most = SLOT_BYTES / values.BYTES_PER_ELEMENT;
    for (let start = 0; start < values.length; start += most) {
      const slots = all[this.#turn]!;
      const part = values.subarray(start, start + most);
      slots[this.rank]!.set(part);
      this.barrier();
      part.set(slots[0]!.subarray(0, part.length));
      for (let member = 1; member < this.size; member++) {
        const other = slots[member]!;
        for (let i = 0; i < part.length; i++) part[i] = part[i]! + other[i]!;
      }
      this.#turn = 1 - this.#turn;
    }
  }

  exchange(write: (lane: Float32Array) => void): readonly Float32Array[] {
    const lanes = this.#lanes[this.#turn]!;
    write(lanes[this.rank]!);
    this.barrier();
    this.#turn = 1 - this.#turn;
    return lanes;
  }

  /** A barrier of generations: the last to arrive begins the next one. */
  barrier(): void {
    const control = this.#control;
    const generation = Atomics.load(control, GENERATION);
    this.#check();
    if (Atomics.add(control, ARRIVED, 1) === this.size - 1) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
    } else {
      for (let i = 0; i < SPINS && Atomics.load(control, GENERATION) === generation; i++);
      while (Atomics.load(control, GENERATION) === generation) {
        Atomics.wait(control, GENERATION, generation);
      }
    }
    this.#check();
  }

  /** Ends the group: whoever waits, or will, gets a {@linkcode BrokenGroupError}. */
  fail(): void {
    Atomics.store(this.#control, BROKEN, 1);
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }

  #check(): void {
    if (Atomics.load(this.#control, BROKEN) === 0) return;
    throw new BrokenGroupError("Cannot go on as another thread has failed");
  }
}
