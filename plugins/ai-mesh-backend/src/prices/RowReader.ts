import { InputError } from '@backstage/errors';
import {
  formatRate,
  PricedClass,
  pricedClassSchema,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { checkKey, parseTime } from './checkOffer';
import { parseUnitRate } from './parseUnitRate';
import { PriceOffer } from './Price';
import { FileColumn, FileProblem, FileRow, problemOf } from './priceFileRows';

/** By what a price may be given: `usd` is for a one with so many zeros, or for an hour. */
const UNITS: Record<string, { zeros: number; isTime?: boolean }> = {
  '1M': { zeros: 6 },
  '1K': { zeros: 3 },
  '1': { zeros: 0 },
  hour: { zeros: 0, isTime: true },
};
/** What is wrong with a cell quotes it, and stands in logs. */
const LONGEST_CELL = 200;
const DECIMAL = /^\d{1,12}(\.\d{1,18})?$/;

/** A row that could be read. */
export interface ParsedRow {
  line: number;
  priceKey: string;
  region: string;
  serviceTier: PriceOffer['serviceTier'];
  pricedClass: PricedClass;
  aboveInputTokens: number;
  usd: string;
  validFrom?: string;
  validTo?: string;
}

/** Reads the columns of one row, and notes what is wrong with each. */
export class RowReader {
  readonly #row: FileRow;
  readonly #problems: FileProblem[];

  constructor(row: FileRow, problems: FileProblem[]) {
    this.#row = row;
    this.#problems = problems;
  }

  read(): ParsedRow | undefined {
    const before = this.#problems.length;
    const priceKey = this.#column('price_key', text => {
      checkKey(text);
      return text;
    });
    const serviceTier = this.#column('service_tier', readTier) ?? 'standard';
    const pricedClass = this.#column('class', readClass);
    const aboveInputTokens = this.#column('above_input_tokens', readThreshold);
    const validFrom = this.#column('valid_from', text =>
      parseTime(text, 'a begin'),
    );
    const validTo = this.#column('valid_to', text => parseTime(text, 'an end'));
    this.#column('currency', checkCurrency);
    const per = this.#column('per', readUnits);
    const usd = this.#column('usd', text =>
      pricedClass && per ? readUsd(text, pricedClass, per) : text,
    );
    this.#require('price_key', 'class', 'usd', 'per');
    if (this.#problems.length > before) return undefined;
    if (!priceKey || !pricedClass || !usd) return undefined;
    return {
      line: this.#row.line,
      priceKey,
      region: this.#row.values.region ?? '',
      serviceTier,
      pricedClass,
      aboveInputTokens: aboveInputTokens ?? 0,
      usd,
      validFrom,
      validTo,
    };
  }

  #column<T>(column: FileColumn, read: (text: string) => T): T | undefined {
    const text = this.#row.values[column];
    if (text === undefined) return undefined;
    if (text.length > LONGEST_CELL) {
      this.#problems.push({
        line: this.#row.line,
        column,
        problem: `it is longer than ${LONGEST_CELL} characters`,
      });
      return undefined;
    }
    try {
      return read(text);
    } catch (error) {
      this.#problems.push({
        line: this.#row.line,
        column,
        problem: problemOf(error),
      });
      return undefined;
    }
  }

  #require(...columns: FileColumn[]) {
    for (const column of columns) {
      if (this.#row.values[column] !== undefined) continue;
      this.#problems.push({
        line: this.#row.line,
        column,
        problem: 'it is empty',
      });
    }
  }
}

function readTier(text: string): PriceOffer['serviceTier'] {
  const { data } = serviceTierSchema.safeParse(text);
  if (data) return data;
  throw new InputError(
    `unknown tier "${text}": expected ${serviceTierSchema.options.join(', ')}`,
  );
}

function readClass(text: string): PricedClass {
  const { data } = pricedClassSchema.safeParse(text);
  if (data) return data;
  throw new InputError(
    `unknown class "${text}": expected ${pricedClassSchema.options.join(', ')}`,
  );
}

function readThreshold(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InputError(
    `cannot read "${text}" as a threshold: expected a whole number of tokens, or nothing`,
  );
}

function checkCurrency(text: string): void {
  if (text === 'USD') return;
  throw new InputError(
    `unknown currency "${text}": the ledger is kept in USD, and reports convert`,
  );
}

function readUnits(text: string): (typeof UNITS)[string] {
  if (Object.hasOwn(UNITS, text)) return UNITS[text];
  throw new InputError(
    `unknown unit "${text}": expected ${Object.keys(UNITS).join(', ')}`,
  );
}

/** The rate for one unit: the amount by its units, exactly or not at all. */
function readUsd(
  text: string,
  pricedClass: PricedClass,
  { zeros, isTime = false }: (typeof UNITS)[string],
): string {
  const isMachine = pricedClass === 'machine-time';
  if (isMachine !== isTime) {
    throw new InputError(
      isMachine
        ? 'the price of a machine is per "hour"'
        : `the price of ${pricedClass} is not per "hour"`,
    );
  }
  if (text.startsWith('-')) {
    throw new InputError(
      `cannot use "${text}": it is below zero; a discount is a contract`,
    );
  }
  if (!DECIMAL.test(text)) {
    throw new InputError(
      `cannot read "${text}" as USD: expected a plain decimal such as 2.50`,
    );
  }
  return formatRate(parseUnitRate(pricedClass, shiftDecimal(text, zeros)));
}

/** Divides a decimal by a power of ten, digit by digit. */
function shiftDecimal(text: string, digits: number): string {
  const [whole, fraction = ''] = text.split('.');
  const padded = whole.padStart(digits + 1, '0');
  const at = padded.length - digits;
  const decimals = (padded.slice(at) + fraction).replace(/0+$/, '');
  return decimals ? `${padded.slice(0, at)}.${decimals}` : padded.slice(0, at);
}
