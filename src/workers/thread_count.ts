/** The number of threads for work that does not depend on it. */

/**
 * The number of threads to use: more than the cores would only take memory.
 *
 * @param asked Number that the user asked for. @default {all cores}
 * @returns At most the number of cores.
 */
export function threadCount(asked: number | undefined): number {
  const cores = navigator.hardwareConcurrency;
  return Math.min(asked ?? cores, cores);
}
