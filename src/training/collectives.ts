/** How the members of a group exchange matrices with one row an image. */

import { type Collectives, heapTensor, heapView, type Tensor } from "../compute/mod.ts";
import { shareStart } from "./batches.ts";
import type { ProcessGroup } from "./process_group.ts";

/** Exchanges through the lanes of a group. */
export class GroupCollectives implements Collectives {
  /** Images of the batch. */
  batch = 0;
  readonly #group: ProcessGroup;

  /** @param group The member. */
  constructor(group: ProcessGroup) {
    this.#group = group;
  }

  gather(own: Tensor): Tensor {
    const columns = own.shape[1]!;
    const lanes = this.#show(own);
    const all = heapTensor([this.batch, columns]), values = heapView(all);
    lanes.forEach((lane, member) => {
      const { from, to } = this.#part(this.batch, member);
      values.set(lane.subarray(0, (to - from) * columns), from * columns);
    });
    return all;
  }

  toColumns(own: Tensor): Tensor {
    const columns = own.shape[1]!;
    const { from, to } = this.#part(columns);
    const lanes = this.#show(own);
    const all = heapTensor([this.batch, to - from]), values = heapView(all);
    lanes.forEach((lane, member) => {
      const rows = this.#part(this.batch, member);
      for (let row = rows.from; row < rows.to; row++) {
        const start = (row - rows.from) * columns;
        values.set(lane.subarray(start + from, start + to), row * (to - from));
      }
    });
    return all;
  }

  toRows(own: Tensor, columns: number): Tensor {
    const rows = this.#part(this.batch);
    const lanes = this.#show(own);
    const all = heapTensor([rows.to - rows.from, columns]), values = heapView(all);
    lanes.forEach((lane, member) => {
      const { from, to } = this.#part(columns, member), width = to - from;
      for (let row = rows.from; row < rows.to; row++) {
        const part = lane.subarray(row * width, (row + 1) * width);
        values.set(part, (row - rows.from) * columns + from);
      }
    });
    return all;
  }

  sum(own: Tensor): Tensor {
    const columns = own.shape[1]!;
    const { from, to } = this.#part(this.batch);
    const [first, ...others] = this.#show(own);
    const sums = heapTensor([to - from, columns]), values = heapView(sums);
    values.set(first!.subarray(from * columns, to * columns));
    for (const lane of others) {
      const summands = lane.subarray(from * columns, to * columns);
      for (let i = 0; i < values.length; i++) values[i] = values[i]! + summands[i]!;
    }
    return sums;
  }

  #show(own: Tensor): readonly Float32Array[] {
    return this.#group.exchange((lane) => lane.set(heapView(own)));
  }

  /** A member's share of rows or of columns. */
  #part(count: number, member: number = this.#group.rank): { from: number; to: number } {
    const { size } = this.#group;
    return { from: shareStart(count, member, size), to: shareStart(count, member + 1, size) };
  }
}
