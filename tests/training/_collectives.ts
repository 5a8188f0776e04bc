/** Exchanges of matrices of many shapes, as each member of a group does them. */

import { heapView, type Tensor, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";
import { shareBounds } from "../../src/training/batches.ts";
import { GroupCollectives } from "../../src/training/collectives.ts";
import type { ProcessGroup } from "../../src/training/mod.ts";

/** A sequence of exchanges; a message. */
export interface Exchanges {
  readonly rounds: number;
}

/** Most rows and columns. */
export const MOST = 12;

/** Exchanges random matrices that all members know, and checks the results to the bit. */
export function exchangeAll({ rounds }: Exchanges, group: ProcessGroup): void {
  const { rank, size } = group;
  const random = new Random(7), collectives = new GroupCollectives(group);
  const before = tf.memory().numTensors;
  for (let round = 0; round < rounds; round++) {
    const rows = size + random.integer(MOST - size), columns = size + random.integer(MOST - size);
    collectives.begin(rows);
    const { from: top, to: bottom } = shareBounds(rows, group);
    const { from: left, to: right } = shareBounds(columns, group);
    const matrix = () =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, random.normal, random));
    const each = Array.from({ length: size }, matrix), whole = each[0]!;
    const own = whole.slice(top, bottom), part = whole.map((row) => row.slice(left, right));
    const sum = each.map((one) => one.slice(top, bottom).map((row) => Float32Array.from(row)))
      .reduce((sums, next) => sums.map((row, i) => row.map((x, j) => x + next[i]![j]!)));
    const sums = sum.map((row) => [...row]);
    check(`allGather ${round}`, (x) => collectives.allGather(x), own, whole);
    check(`rowsToColumns ${round}`, (x) => collectives.rowsToColumns(x), own, part);
    check(
      `rowsToColumns of the same numbers ${round}`,
      (x) => {
        collectives.rowsToColumns(x);
        return collectives.rowsToColumns(tf.reshape(x, [x.shape[0]!, 1, x.shape[1]!]));
      },
      own,
      part,
    );
    check(`columnsToRows ${round}`, (x) => collectives.columnsToRows(x, columns), part, own);
    check(`reduceScatter ${round}`, (x) => collectives.reduceScatter(x), each[rank]!, sums);
  }
  if (tf.memory().numTensors !== before) throw new Error(`member ${rank} leaves tensors`);

  function check(
    name: string,
    exchange: (own: Tensor) => Tensor,
    given: number[][],
    wanted: number[][],
  ): void {
    tf.tidy(() => {
      const got = exchange(tf.tensor2d(given));
      const shape = [wanted.length, wanted[0]!.length];
      if (got.shape.join() !== shape.join()) throw new Error(`${name}: shape ${got.shape}`);
      const values = heapView(got);
      wanted.flat().forEach((value, i) => {
        if (values[i] === Math.fround(value)) return;
        throw new Error(`member ${rank}, ${name}, ${i}: ${values[i]} is not ${value}`);
      });
    });
  }
}
