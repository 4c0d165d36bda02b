/** What is counted for one combination of label values. */
export interface Entry<Series> {
  /** In the order of the table's labels; empty where a label does not apply. */
  readonly values: readonly string[];
  readonly series: Series;
}

/** Stands for all values, or all combinations, beyond the bound. */
export const OTHER = 'other';

const ID_RANGE = 1024; // five labels of ten bits stay below 2^53: a key is one exact number
const MAX_VALUES = 1000;
const MAX_SERIES = 5000;

/**
 * The series of a metric, by up to five label values.
 *
 * Bounded, whatever callers send: at most 1,000 values of a label and 5,000 combinations are told apart, all
 * further ones are counted as `other`. A look-up allocates nothing: values become small numbers, and the
 * numbers one key.
 */
export class SeriesTable<Series> {
  readonly #labelCount: number;
  readonly #create: () => Series;
  readonly #ids: ReadonlyArray<Map<string, number>>;
  readonly #entries = new Map<number, Entry<Series>>();
  #overflow: Entry<Series> | undefined;

  constructor(labelCount: 1 | 2 | 3 | 4 | 5, create: () => Series) {
    this.#labelCount = labelCount;
    this.#create = create;
    this.#ids = Array.from(
      { length: 5 },
      () => new Map([['', 0] as const, [OTHER, 1] as const]),
    );
  }

  find(a: string, b = '', c = '', d = '', e = ''): Entry<Series> {
    let key = this.#idOf(0, a);
    key = key * ID_RANGE + this.#idOf(1, b);
    key = key * ID_RANGE + this.#idOf(2, c);
    key = key * ID_RANGE + this.#idOf(3, d);
    key = key * ID_RANGE + this.#idOf(4, e);
    return this.#entries.get(key) ?? this.#add(key, [a, b, c, d, e]);
  }

  *entries(): Generator<Entry<Series>> {
    yield* this.#entries.values();
    if (this.#overflow) yield this.#overflow;
  }

  #idOf(label: number, value: string): number {
    const ids = this.#ids[label];
    const known = ids.get(value);
    if (known !== undefined) return known;
    if (ids.size >= MAX_VALUES) return 1;
    const id = ids.size;
    ids.set(value, id);
    return id;
  }

  #add(key: number, values: readonly string[]): Entry<Series> {
    const labels = values.slice(0, this.#labelCount);
    if (this.#entries.size >= MAX_SERIES) {
      this.#overflow ??= {
        values: labels.map(() => OTHER),
        series: this.#create(),
      };
      return this.#overflow;
    }
    const entry = {
      values: labels.map((value, index) =>
        this.#ids[index].has(value) ? value : OTHER,
      ),
      series: this.#create(),
    };
    this.#entries.set(key, entry);
    return entry;
  }
}
