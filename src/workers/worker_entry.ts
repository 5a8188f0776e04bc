/** Modules that Workers start, in the source tree and in a bundle. */

import { BUNDLED } from "../bundled.ts";

/** The work of a Worker. */
export type WorkerRole = "decode" | "score" | "simulate" | "train" | "vips";

/** The start of a Worker. */
export interface WorkerEntry {
  /** URL of its module. */
  readonly module: string;
  /** Its role, for a module that serves several; part of the Worker's name. */
  readonly role?: WorkerRole;
}

/**
 * The entry of stray's own Workers: one module for all roles, as a bundle is one module.
 *
 * @param role The role of the Worker.
 * @returns The entry.
 */
export function workerEntry(role: WorkerRole): WorkerEntry {
  const module = BUNDLED ? import.meta.url : new URL("../worker_main.ts", import.meta.url).href;
  return { module, role };
}

/**
 * The name of a Worker.
 *
 * @param entry Its entry.
 * @returns `stray`, and its role if any.
 */
export function workerName({ role }: WorkerEntry): string {
  return role ? `stray ${role}` : "stray";
}

/**
 * The role of this thread.
 *
 * @returns The role; undefined outside stray's own Workers.
 */
export function ownRole(): string | undefined {
  const { name } = globalThis as { name?: unknown };
  return typeof name === "string" ? /^stray (\w+)$/.exec(name)?.[1] : undefined;
}
