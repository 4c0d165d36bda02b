import {
  DEAREST_PLAUSIBLE_PIECE_RATE,
  DEAREST_PLAUSIBLE_RATE,
  ModelKind,
  parseRate,
  Rate,
  Rates,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledRates } from './CompiledPrice';
import { dearestOf } from './dearestOf';
import {
  HOUR_CLASS,
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  PIECE_CLASSES,
  TOOL_CLASS,
} from './tokenClasses';

type RateMap = Partial<Record<TokenClass, Rate>>;

/** Classes that providers bill as another one, unless they say otherwise: or dearer than they do, which is safe. */
const BILLED_AS: ReadonlyArray<[TokenClass, TokenClass]> = [
  ['input', 'embedding'],
  ['embedding', 'input'],
  ['cached-input', 'input'],
  ['image-input', 'input'],
  ['reasoning', 'output'],
  ['image-output', 'output'],
];

/** Anthropic's price page: an hour in the cache costs twice the input, five minutes 1.25 times. */
const HOUR_FACTOR = 2n;

/** What a unit costs where it is not a token: a use of a tool, or a picture. */
const DEAR_UNITS: ReadonlySet<TokenClass> = new Set<TokenClass>([
  'image',
  TOOL_CLASS,
]);

/** A price list on its way to being complete. */
class RateList implements CompiledRates {
  readonly rates: RateMap = {};
  readonly guessed = new Set<TokenClass>();

  constructor(texts: Rates) {
    for (const [name, text] of Object.entries(texts)) {
      const tokenClass = name as TokenClass;
      const dearest = DEAR_UNITS.has(tokenClass)
        ? DEAREST_PLAUSIBLE_PIECE_RATE
        : DEAREST_PLAUSIBLE_RATE;
      this.rates[tokenClass] = parseRate(text, dearest);
    }
  }

  /** Takes a rate for a class that has none. */
  guess(tokenClass: TokenClass, rate: Rate | undefined): void {
    if (this.rates[tokenClass] !== undefined || rate === undefined) return;
    this.rates[tokenClass] = rate;
    this.guessed.add(tokenClass);
  }

  dearestOf(classes: readonly TokenClass[]): Rate | undefined {
    return dearestOf(this.rates, classes);
  }
}

/**
 * The rates of a price list, with one for every class that its model may have.
 *
 * @param options.standard - where it is the list of a long request, or of another tier: of the plain one. What only
 *   that has is charged at its dearest rate, rather than not at all
 * @throws InputError on a rate that is no rate
 */
export function compileRates(
  texts: Rates,
  options: { kind: ModelKind; standard?: CompiledRates },
): CompiledRates {
  const { kind, standard } = options;
  const list = new RateList(texts);
  if (standard) fillIn(list, standard.rates);
  list.guess('cache-write', list.dearestOf(INPUT_CLASSES));
  list.guess('audio-input', list.dearestOf(INPUT_CLASSES));
  // chats bill pictures as text; models that draw charge twice as much for them
  if (kind === 'image') {
    list.guess('image-input', list.dearestOf(INPUT_CLASSES));
  }
  list.guess('audio-output', list.dearestOf(OUTPUT_CLASSES));
  const { rates } = list;
  for (const [tokenClass, parent] of BILLED_AS) {
    rates[tokenClass] ??= rates[parent];
  }
  // a provider that reports output for a model that only embeds: booked at the only rate that there is
  if (kind === 'embedding' || kind === 'moderation') {
    for (const each of OUTPUT_CLASSES) list.guess(each, rates.input);
  }
  rates[HOUR_CLASS] ??= hourRate(rates);
  return list;
}

function fillIn(list: RateList, standard: CompiledRates['rates']): void {
  if (list.rates.embedding === undefined) {
    list.guess('input', dearestOf(standard, INPUT_CLASSES));
  }
  list.guess('output', dearestOf(standard, OUTPUT_CLASSES));
  for (const each of PIECE_CLASSES) list.guess(each, standard[each]);
  list.rates[TOOL_CLASS] ??= standard[TOOL_CLASS]; // price lists name it once
}

function hourRate(rates: RateMap): Rate | undefined {
  const { input, 'cache-write': write } = rates;
  if (input === undefined) return undefined;
  const twice = (HOUR_FACTOR * input) as Rate;
  return write !== undefined && write > twice ? write : twice;
}
