/** A list of numbers that grows, 8 bytes each. */

/** Numbers in the order of their arrival. */
export class NumberList {
  #values = new Float64Array(1 << 10);
  #length = 0;

  /** Appends a number. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers. */
  toArray(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
