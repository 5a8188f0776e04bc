/** Reading whole small files: in place while that is quick, beside other work once it is not. */

/** A read in place that takes longer than this, in ms, is slow: a network, a sleeping disk. */
const SLOW_MS = 2;
/** How many reads go to the system's threads after a slow one. */
const ASYNC_READS = 256;

/**
 * Reads whole files.
 *
 * Handing a read to another thread takes about ten times as long as reading a cached file of 1 KB
 * in place (30 and 3 µs on a busy 2-core machine); it is worth it only where the file is slow to
 * come, and then several are waited for at once.
 */
export class FileBytes {
  #asyncReads = 0;

  /** Reads a file; throws what Deno throws. */
  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
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
