/** Labelled scores as columns, in some 25 bytes per record. */

/** One record. */
export interface LabelledScore {
  readonly score: number;
  /** NaN without one. */
  readonly threshold: number;
  /** Undefined where labels are not needed. */
  readonly label: string | undefined;
  /** Whether the record is an anomaly. */
  readonly positive: boolean;
}

/** Columns of some records; do not change them. */
export interface ScoreColumns {
  readonly scores: Float64Array;
  readonly thresholds: Float64Array;
  /** 1 for an anomaly, 0 for a normal image. */
  readonly positive: Uint8Array;
}

/** A table that grows. */
export class ScoreTable {
  #scores = new Float64Array(1024);
  #thresholds = new Float64Array(1024);
  #positive = new Uint8Array(1024);
  /** Places in the list of labels. */
  #labels = new Uint32Array(1024);
  readonly #places = new Map<string | undefined, number>();
  #count = 0;
  #positives = 0;

  /** Number of records. */
  get count(): number {
    return this.#count;
  }

  /** Number of anomalies. */
  get positives(): number {
    return this.#positives;
  }

  /** Appends a record. */
  add({ score, threshold, label, positive }: LabelledScore): void {
    if (this.#count === this.#scores.length) this.#grow();
    const place = this.#places.get(label) ?? this.#places.size;
    if (place === this.#places.size) this.#places.set(label, place);
    this.#scores[this.#count] = score;
    this.#thresholds[this.#count] = threshold;
    this.#positive[this.#count] = positive ? 1 : 0;
    this.#labels[this.#count++] = place;
    if (positive) this.#positives++;
  }

  /** Whether a record has a label. */
  hasLabel(label: string): boolean {
    return this.#places.has(label);
  }

  /** The different labels of all records, or of anomalies. */
  labels(of: "all" | "positive" = "all"): string[] {
    const positive = new Set<number>();
    for (let i = 0; i < this.#count; i++) if (this.#positive[i]) positive.add(this.#labels[i]!);
    return [...this.#places].flatMap(([label, place]) =>
      label !== undefined && (of === "all" || positive.has(place)) ? [label] : []
    );
  }

  /** All records, or the anomalies of one label with all normal images. */
  columns(label?: string): ScoreColumns {
    const place = label === undefined ? undefined : this.#places.get(label) ?? -1;
    const positive = this.#positive.subarray(0, this.#count);
    const select = (column: Float64Array) => {
      const all = column.subarray(0, this.#count);
      return place === undefined ? all : all.filter((_, i) => isChosen(i));
    };
    const isChosen = (i: number) => positive[i] === 0 || this.#labels[i] === place;
    return {
      scores: select(this.#scores),
      thresholds: select(this.#thresholds),
      positive: place === undefined ? positive : positive.filter((_, i) => isChosen(i)),
    };
  }

  #grow(): void {
    const length = 2 * this.#count;
    this.#scores = new Float64Array(this.#scores.buffer.transfer(8 * length));
    this.#thresholds = new Float64Array(this.#thresholds.buffer.transfer(8 * length));
    this.#positive = new Uint8Array(this.#positive.buffer.transfer(length));
    this.#labels = new Uint32Array(this.#labels.buffer.transfer(4 * length));
  }
}
