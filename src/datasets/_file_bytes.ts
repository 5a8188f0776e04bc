/** Reading whole small files: in place while that is quick, beside other work once it is not. */

/** A read in place that takes longer than this, in ms, is slow: a network, a sleeping disk. */
const SLOW_MS = 2;
/** How many reads go to the system's threads after a slow one. */
const ASYNC_READS = 256;
/** A longer file is looked at before all of it is read. */
const LONGEST = 1 << 26;

/**
 * Reads whole files.
 *
 * Handing a read to another thread takes about ten times as long as reading a cached file of 1 KB
 * in place (30 and 3 µs on a busy 2-core machine); it is worth it only where the file is slow to
 * come, and then several are waited for at once.
 */
export class FileBytes {
  #asyncReads = 0;

  /**
   * Reads a file; throws what Deno throws.
   *
   * @returns The bytes, or `undefined` if it is long, or a pipe or device, which may come slowly or
   *   never and must not be waited for in place.
   */
  async read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { isFile, isDirectory, size } = Deno.statSync(path);
    if (!isFile && !isDirectory || size > LONGEST) return undefined;
    if (this.#asyncReads > 0) {
      this.#asyncReads--;
      return await Deno.readFile(path);
    }
    const start = performance.now();
    const bytes = Deno.readFileSync(path);
    if (performance.now() - start > SLOW_MS) this.#asyncReads = ASYNC_READS;
    return bytes;
  }
}
