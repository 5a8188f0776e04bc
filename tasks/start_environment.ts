/** The environment in which Deno starts. */

/**
 * Large pages for the allocator of glibc, on Linux. A start touches 30 MB of fresh memory; on a virtual
 * machine where a first touch of a page is slow, `deno run stray.js score` ends after .87 of the time, and
 * trainings are as fast or faster. Other systems ignore the variable.
 */
const GLIBC_TUNABLES = "glibc.malloc.hugetlb=1";

/**
 * Adds settings that make the start faster, unless the user has their own.
 *
 * @param given The environment so far.
 * @returns The environment for Deno.
 */
export function startEnvironment<T extends Readonly<Record<string, string | undefined>>>(
  given: T,
): T & { readonly GLIBC_TUNABLES: string } {
  return { ...given, GLIBC_TUNABLES: given["GLIBC_TUNABLES"] ?? GLIBC_TUNABLES };
}
