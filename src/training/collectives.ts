/** Exchanges of matrices with one row per image between the members of a group. */

import { type Collectives, heapTensor, heapView, type Tensor, tf } from "../compute/mod.ts";
import { panelBounds, shareBounds } from "./batches.ts";
import type { ProcessGroup } from "./process_group.ts";

/** Collective operations of a group. */
export class GroupCollectives implements Collectives {
  readonly #group: ProcessGroup;
  /** Images of the batch. */
  #batch = 0;
  /** The columns of this step, by the data that they were made of. */
  readonly #columnsOf = new Map<object, Tensor>();

  /** @param group View of this member. */
  constructor(group: ProcessGroup) {
    this.#group = group;
  }

  /**
   * Begins a step.
   *
   * @param batch Images of its batch, on all members.
   */
  begin(batch: number): void {
    this.#batch = batch;
    this.#columnsOf.clear();
  }

  allGather(own: Tensor): Tensor {
    const columns = own.shape[1]!;
    const all = heapTensor([this.#batch, columns]), values = heapView(all);
    this.#gather(own).forEach((buffer, rank) => {
      const { from, to } = this.#share(this.#batch, rank);
      values.set(buffer.subarray(0, (to - from) * columns), from * columns);
    });
    return all;
  }

  rowsToColumns(own: Tensor): Tensor {
    const known = this.#columnsOf.get(own.dataId);
    if (known && !known.isDisposed) return tf.clone(known);
    const columns = own.size / own.shape[0]!;
    const { from, to } = this.#columns(columns);
    const all = heapTensor([this.#batch, to - from]), values = heapView(all);
    this.#gather(own).forEach((buffer, rank) => {
      const rows = this.#share(this.#batch, rank);
      for (let row = rows.from; row < rows.to; row++) {
        const start = (row - rows.from) * columns;
        values.set(buffer.subarray(start + from, start + to), row * (to - from));
      }
    });
    this.#columnsOf.set(own.dataId, all);
    return all;
  }

  columnsToRows(own: Tensor, columns: number): Tensor {
    const rows = this.#share(this.#batch);
    const all = heapTensor([rows.to - rows.from, columns]), values = heapView(all);
    this.#gather(own).forEach((buffer, rank) => {
      const { from, to } = this.#columns(columns, rank), width = to - from;
      for (let row = rows.from; row < rows.to; row++) {
        const part = buffer.subarray(row * width, (row + 1) * width);
        values.set(part, (row - rows.from) * columns + from);
      }
    });
    return all;
  }

  reduceScatter(own: Tensor): Tensor {
    const columns = own.shape[1]!;
    const { from, to } = this.#share(this.#batch);
    const sums = heapTensor([to - from, columns]), values = heapView(sums);
    const parts = this.#gather(own).map((all) => all.subarray(from * columns, to * columns));
    values.set(parts[0]!);
    for (const part of parts.slice(1)) {
      for (let i = 0; i < values.length; i++) values[i] = values[i]! + part[i]!;
    }
    return sums;
  }

  #gather(own: Tensor): readonly Float32Array[] {
    return this.#group.allGather((buffer) => buffer.set(heapView(own)));
  }

  /** A member's share of the rows, which are images. */
  #share(count: number, rank: number = this.#group.rank): { from: number; to: number } {
    return shareBounds(count, { rank, size: this.#group.size });
  }

  /** A member's share of the columns. */
  #columns(count: number, rank: number = this.#group.rank): { from: number; to: number } {
    return panelBounds(count, { rank, size: this.#group.size });
  }
}
