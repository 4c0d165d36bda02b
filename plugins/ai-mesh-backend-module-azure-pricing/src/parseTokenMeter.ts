import {
  ServiceTier,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What a meter of tokens says by its name. */
export interface TokenMeter {
  /** With `-` between its words: `gpt-4o-1120`. */
  model: string;
  serviceTier: ServiceTier;
  tokenClass: TokenClass;
  /** Where it computes: anywhere, in a zone of several regions, or in its region. */
  place: 'global' | 'zone' | 'region';
  /** For prompts beyond a threshold, which the name does not say. */
  isLongContext: boolean;
}

type Word =
  | { place: TokenMeter['place'] }
  | { tier: ServiceTier }
  | { role: 'input' | 'output' | 'cached' | 'write' | 'long' | 'nothing' }
  | { role: 'unpriced' };

/** The words of meters. Azure abbreviates each in several ways, and is consistent in none. */
const WORDS = new Map<string, Word>([
  ...words({ place: 'global' }, 'global', 'glbl', 'glb', 'gl'),
  ...words({ place: 'zone' }, 'datazone', 'dzone', 'dzn', 'dz'),
  ...words({ place: 'region' }, 'regional', 'regnl', 'rgnl', 'regn'),
  ...words({ tier: 'batch' }, 'batch'),
  ...words({ tier: 'priority' }, 'priority', 'pp'),
  ...words({ tier: 'flex' }, 'flex'),
  ...words({ role: 'input' }, 'input', 'inp', 'inpt', 'in'),
  ...words({ role: 'output' }, 'output', 'outp', 'outpt', 'out', 'opt'),
  ...words({ role: 'cached' }, 'cached', 'cache', 'cchd', 'ccchd', 'cd'),
  ...words({ role: 'write' }, 'wr', 'write'),
  ...words({ role: 'long' }, 'longco', 'loco'),
  ...words({ role: 'nothing' }, 'std', 'shortco', 'shco', '1m', '1k'),
  // fine-tuning, sound and pictures have meters of their own, which say too little to be told apart
  ...words(
    { role: 'unpriced' },
    ...['ft', 'finetuned', 'rft', 'training', 'trng', 'hosting', 'hstng'],
    ...['grader', 'dev', 'aud', 'audio', 'img', 'image', 'txt', 'rt'],
    ...['realtime', 'rtime', 'tts', 'transcribe', 'trscb', 'tcrb', 'diarize'],
    ...['mdm', 'unit', 'units', 'provisioned', 'session', 'sessions'],
  ),
]);

function words<T extends Word>(meaning: T, ...texts: string[]): [string, T][] {
  return texts.map(text => [text, meaning]);
}

/**
 * Reads the name of a meter, such as `gpt-4o-0806-Inp-glbl Tokens` or `5.4 mini cd Inp Dz 1M Tokens`.
 *
 * @param productName - tells whose numbers are models of OpenAI: `5.4 mini` of `Azure OpenAI GPT5` is `gpt-5.4-mini`
 * @returns undefined for what is no token of text, or says too little: nothing is guessed
 */
export function parseTokenMeter(
  productName: string,
  meterName: string,
): TokenMeter | undefined {
  if (!productName.startsWith('Azure OpenAI')) return undefined;
  if (!/ tokens?$/i.test(meterName)) return undefined;
  const texts = meterName
    .toLowerCase()
    .replace(/ tokens?$/, '')
    .replace(/data zone/, 'datazone')
    .replace(/batch(?=inp|outp)/, 'batch ')
    .split(/[\s-]+/)
    .filter(each => each !== '');
  const stem: string[] = [];
  const roles = new Set<string>();
  const tiers = new Set<ServiceTier>();
  const places = new Set<TokenMeter['place']>();
  for (const text of texts) {
    const word = WORDS.get(text);
    if (!word) stem.push(text);
    else if ('place' in word) places.add(word.place);
    else if ('tier' in word) tiers.add(word.tier);
    else roles.add(word.role);
  }
  const [place] = places;
  const tokenClass = classOf(roles, stem);
  const isClear = places.size === 1 && tiers.size <= 1 && stem.length > 0;
  if (!isClear || !place || !tokenClass) return undefined;
  const model = stem.join('-');
  const [serviceTier = 'standard'] = tiers;
  return {
    model: /^\d/.test(model) ? `gpt-${model}` : model,
    serviceTier,
    tokenClass,
    place,
    isLongContext: roles.has('long'),
  };
}

function classOf(
  roles: ReadonlySet<string>,
  stem: readonly string[],
): TokenClass | undefined {
  if (roles.has('unpriced')) return undefined;
  const [isInput, isOutput] = [roles.has('input'), roles.has('output')];
  if (isInput && isOutput) return undefined;
  if (roles.has('write')) return isOutput ? undefined : 'cache-write';
  if (roles.has('cached')) return isInput ? 'cached-input' : undefined;
  if (isOutput) return 'output';
  // what embeds has only input, and its meters do not say so
  return isInput || stem.includes('embedding') ? 'input' : undefined;
}
