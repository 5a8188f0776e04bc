/** A WebAssembly assembler for the few instructions that the tile kernels take. */

/** A value type of a local variable or a parameter. */
export type ValueType = "i32" | "v128";

const TYPES = { i32: 0x7f, v128: 0x7b } as const;
/** The type of a block without result, and the end of a block or function. */
const NO_RESULT = 0x40, END = 0x0b;

/** Bytes in the making. */
class ByteWriter {
  #bytes = new Uint8Array(1 << 10);
  #length = 0;

  /** The bytes so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds a byte. */
  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Adds bytes as they are. */
  all(bytes: ArrayLike<number>): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Adds an integer as unsigned LEB128. */
  unsigned(value: number): this {
    for (; value > 0x7f; value >>>= 7) this.byte(value & 0x7f | 0x80);
    return this.byte(value);
  }

  /** Adds a 32-bit integer as signed LEB128. */
  signed(value: number): this {
    for (; value < -0x40 || value >= 0x40; value >>= 7) this.byte(value & 0x7f | 0x80);
    return this.byte(value & 0x7f);
  }

  /** Adds a vector of the binary format: its length, then its elements. */
  vector<Element>(
    elements: readonly Element[],
    write: (element: Element, writer: this) => void,
  ): this {
    this.unsigned(elements.length);
    for (const element of elements) write(element, this);
    return this;
  }

  /** Adds the length of bytes, then the bytes. */
  sized(bytes: ArrayLike<number>): this {
    return this.unsigned(bytes.length).all(bytes);
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    bytes.set(this.bytes);
    this.#bytes = bytes;
  }
}

/** A function in the making: parameters are `i32`, and there is no result. */
export class FunctionBuilder {
  /** Name under which the function is exported; private without it. */
  readonly name: string | undefined;
  /** Number of parameters. */
  readonly parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #code = new ByteWriter();

  /**
   * @param name Name under which it is exported. @default {private}
   * @param parameters Number of parameters.
   */
  constructor(parameters: number, name?: string) {
    this.parameters = parameters;
    this.name = name;
  }

  /** Declares a local variable; returns its index. */
  local(type: ValueType): number {
    return this.parameters + this.#locals.push(type) - 1;
  }

  /** Pushes a local variable. */
  get(index: number): this {
    this.#code.byte(0x20).unsigned(index);
    return this;
  }

  /** Pops into a local variable. */
  set(index: number): this {
    this.#code.byte(0x21).unsigned(index);
    return this;
  }

  /** Pushes a constant. */
  constant(value: number): this {
    this.#code.byte(0x41).signed(value);
    return this;
  }

  /** Pops an address and pushes the integer there. */
  loadInteger(offset: number): this {
    this.#code.byte(0x28).byte(2).unsigned(offset);
    return this;
  }

  /** Pops an address and pushes 16 bytes. */
  load(offset: number): this {
    return this.#vectorAccess(0x00, 4, offset);
  }

  /** Pops an address and pushes the float there, four times. */
  loadSplat(offset: number): this {
    return this.#vectorAccess(0x09, 2, offset);
  }

  /** Pushes one of the four floats in a local variable, four times. */
  splatLane(index: number, lane: number): this {
    this.get(index).get(index).#code.byte(0xfd).unsigned(0x0d);
    for (let i = 0; i < 16; i++) this.#code.byte(4 * lane + i % 4);
    return this;
  }

  /** Pops 16 bytes and an address, and stores them. */
  store(offset: number): this {
    return this.#vectorAccess(0x0b, 4, offset);
  }

  /** Pops c, b, a and pushes a * b + c, of four floats. */
  multiplyAdd(): this {
    this.#code.byte(0xfd).unsigned(0x105);
    return this;
  }

  /** Pops two integers and pushes their sum. */
  add(): this {
    return this.#operation(0x6a);
  }

  /** Pops two integers and pushes their difference. */
  subtract(): this {
    return this.#operation(0x6b);
  }

  /** Pops b and a, and pushes whether a < b. */
  lessThan(): this {
    return this.#operation(0x48);
  }

  /** Pops two integers and pushes whether they are equal. */
  equal(): this {
    return this.#operation(0x46);
  }

  /** Calls a function of the module. */
  call(index: number): this {
    this.#code.byte(0x10).unsigned(index);
    return this;
  }

  /** Pops a condition: runs one of two bodies. */
  ifElse(then: () => void, otherwise: () => void): this {
    this.#code.byte(0x04).byte(NO_RESULT);
    then();
    this.#operation(0x05);
    otherwise();
    return this.#operation(END);
  }

  /**
   * Repeats a body until a condition holds.
   *
   * @param done Pushes the condition.
   * @param body The body.
   */
  repeatUntil(done: () => void, body: () => void): this {
    this.#code.byte(0x02).byte(NO_RESULT).byte(0x03).byte(NO_RESULT);
    done();
    this.#code.byte(0x0d).unsigned(1);
    body();
    this.#code.byte(0x0c).unsigned(0).byte(END).byte(END);
    return this;
  }

  /** The function's entry in the code section, without its size. */
  get body(): Uint8Array {
    const locals = new ByteWriter()
      .vector(this.#locals, (type, w) => w.unsigned(1).byte(TYPES[type]));
    return locals.all(this.#code.bytes).byte(END).bytes;
  }

  #operation(code: number): this {
    this.#code.byte(code);
    return this;
  }

  /** An access to memory: `alignment` is the power of two that the address should have. */
  #vectorAccess(code: number, alignment: number, offset: number): this {
    this.#code.byte(0xfd).byte(code).byte(alignment).unsigned(offset);
    return this;
  }
}

/**
 * Assembles a module that imports a memory as `env.memory`.
 *
 * @param functions Its functions, in the order of their indices.
 * @param pages Least size of the memory in pages of 64 KiB: accesses at constant addresses below need no
 * check.
 * @returns The module's bytes.
 */
export function assemble(
  functions: readonly FunctionBuilder[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const name = (w: ByteWriter, value: string) => w.sized(text.encode(value));
  const numbers = functions.map((_, i) => i);
  const exported = numbers.filter((i) => functions[i]!.name !== undefined);
  // A type for every number of parameters.
  const types = Array.from(
    { length: 1 + Math.max(...functions.map(({ parameters }) => parameters)) },
    (_, count) => new Uint8Array(count).fill(TYPES.i32),
  );
  const out = new ByteWriter().all([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const section = (id: number, write: (w: ByteWriter) => void) => {
    const content = new ByteWriter();
    write(content);
    out.byte(id).sized(content.bytes);
  };
  section(1, (w) => w.vector(types, (type) => w.byte(0x60).sized(type).byte(0)));
  section(2, (w) => name(name(w.unsigned(1), "env"), "memory").byte(2).byte(0).unsigned(pages));
  section(3, (w) => w.vector(functions, ({ parameters }) => w.unsigned(parameters)));
  section(7, (w) => w.vector(exported, (i) => name(w, functions[i]!.name!).byte(0).unsigned(i)));
  section(10, (w) => w.vector(functions, ({ body }) => w.sized(body)));
  return out.bytes;
}
