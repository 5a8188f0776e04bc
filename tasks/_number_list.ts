/** A list of numbers that grows, in a typed array. */

/** Numbers in the order of their arrival. */
export class NumberList<T extends Float64Array | Uint8Array> {
  readonly #make: new (length: number) => T;
  #values: T;
  #length = 0;

  /** Makes an empty list whose numbers are kept as an array of this type keeps them. */
  constructor(make: new (length: number) => T) {
    this.#make = make;
    this.#values = new make(1 << 10);
  }

  /** Appends a number. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new this.#make(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers. */
  toArray(): T {
    return this.#values.subarray(0, this.#length) as T;
  }
}
