/** Exchanges of matrices of many shapes, as each member of a group does them. */

import { heapView, type Tensor, tf } from "../../src/compute/mod.ts";
import { Random } from "../../src/random.ts";
import { shareStart } from "../../src/training/batches.ts";
import type { ProcessGroup } from "../../src/training/mod.ts";
import { GroupCollectives } from "../../src/training/collectives.ts";

/** What is to be exchanged. */
export interface Spreads {
  readonly rounds: number;
}

/** Most rows and columns. */
export const MOST = 12;

/** Exchanges random matrices, known to all, and checks what comes to the bit. */
export function exchangeAll({ rounds }: Spreads, group: ProcessGroup): void {
  const { rank, size } = group;
  const random = new Random(7), spread = new GroupCollectives(group);
  const before = tf.memory().numTensors;
  for (let round = 0; round < rounds; round++) {
    const rows = size + random.integer(MOST - size), columns = size + random.integer(MOST - size);
    spread.batch = rows;
    const cut = (
      count: number,
    ) => [shareStart(count, rank, size), shareStart(count, rank + 1, size)];
    const [top, bottom] = cut(rows) as [number, number];
    const [left, right] = cut(columns) as [number, number];
    const [whole, ...others] = Array.from(
      { length: size },
      () =>
        Array.from({ length: rows }, () => Array.from({ length: columns }, random.normal, random)),
    ) as number[][][];
    const own = whole!.slice(top, bottom), part = whole!.map((row) => row.slice(left, right));
    const sum = [whole!, ...others].map((matrix) => matrix.slice(top, bottom).map(floats))
      .reduce((sums, next) => sums.map((row, i) => row.map((x, j) => x + next[i]![j]!)));
    check(`gather ${round}`, spread.gather, own, whole!);
    check(`toColumns ${round}`, spread.toColumns, own, part);
    check(`toRows ${round}`, (x) => spread.toRows(x, columns), part, own);
    check(`sum ${round}`, spread.sum, [whole!, ...others][rank]!, sum.map((row) => [...row]));
  }
  if (tf.memory().numTensors !== before) throw new Error(`member ${rank} leaves tensors`);

  function check(
    name: string,
    exchange: (own: Tensor) => Tensor,
    given: number[][],
    wanted: number[][],
  ): void {
    tf.tidy(() => {
      const got = exchange.call(spread, tf.tensor2d(given));
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

function floats(row: number[]): Float32Array {
  return Float32Array.from(row);
}
