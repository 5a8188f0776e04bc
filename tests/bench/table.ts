/** Formats rows as a table. */

import { lowerIsBetter, type Row } from "./row.ts";
import type { Summary } from "./statistics.ts";

const COLUMNS = [
  ["what", 28],
  ["work per run", 25],
  ["unit", 8],
  ["stray", 22],
  ["peer", 22],
  ["stray/peer", 18],
] as const;

/** The line above the rows. */
export function tableHead(): string {
  return line(COLUMNS.map(([name]) => name));
}

/**
 * The lines of a row: the numbers, and below them the check.
 *
 * @param row The row.
 * @param coreGflops Speed of products on one core, to compare with; null if unknown.
 */
export function tableRow(row: Row, coreGflops: number | null): string {
  const cells = [
    `${row.section}/${row.name}`,
    workOf(row),
    row.unit,
    spread(row.stray),
    row.peer ? spread(row.peer) : "-",
    row.ratio ? spread(row.ratio) : "-",
  ];
  const notes = [
    speedOf(row, coreGflops),
    row.peer?.name,
    row.peerSkipped && `no peer: ${row.peerSkipped}`,
  ]
    .concat(row.check).filter((note) => note);
  return `${line(cells)}\n    ${notes.join("; ")}`;
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(COLUMNS[i]![1])).join(" ").trimEnd();
}

/** `median (min-max)`. */
function spread({ median, min, max }: Summary): string {
  return `${short(median)} (${short(min)}-${short(max)})`;
}

/** Three digits or more, without insignificant decimals. */
export function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(3).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

function workOf({ work }: Row): string {
  const parts: string[] = [];
  if (work.images !== undefined) parts.push(`${work.images} images`);
  if (work.steps !== undefined) parts.push(`${work.steps} steps`);
  if (work.gflop !== undefined) parts.push(`${short(work.gflop)} GFLOP`);
  // The columns hold two parts.
  return parts.slice(-2).join(", ") || "-";
}

/** Arithmetic per second of stray, and how many cores' products that would be. */
function speedOf(
  { work, unit, stray }: Row,
  coreGflops: number | null,
): string | undefined {
  const { gflop, images, steps } = work;
  if (gflop === undefined || unit === "GFLOP/s") return undefined;
  const perSecond = lowerIsBetter(unit)
    ? (steps ?? 1) === 1 ? undefined : gflop / steps! / stray.median * 1000
    : gflop / images! * stray.median;
  if (perSecond === undefined) return undefined;
  const cores = coreGflops === null
    ? ""
    : ` (the products of ${(perSecond / coreGflops).toFixed(2)} cores)`;
  return `stray ${short(perSecond)} GFLOP/s${cores}`;
}
