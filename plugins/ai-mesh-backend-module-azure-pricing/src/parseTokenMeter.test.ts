import { parseTokenMeter, TokenMeter } from './parseTokenMeter';

function meter(more: Partial<TokenMeter>): TokenMeter {
  return {
    model: 'gpt-4o-0806',
    serviceTier: 'standard',
    tokenClass: 'input',
    place: 'global',
    isLongContext: false,
    ...more,
  };
}

// names as the API gives them, in each of its ways to abbreviate
it.each<[string, string, Partial<TokenMeter>]>([
  ['Azure OpenAI', 'gpt-4o-0806-Inp-glbl Tokens', {}],
  ['Azure OpenAI', 'gpt-4o-0806-Outp-glbl Tokens', { tokenClass: 'output' }],
  ['Azure OpenAI', 'gpt-4o-0806-Inp-regnl Tokens', { place: 'region' }],
  [
    'Azure OpenAI',
    'gpt 4o 1120 cached Inp glbl Tokens',
    { model: 'gpt-4o-1120', tokenClass: 'cached-input' },
  ],
  ['Azure OpenAI', 'gpt 4o 0513 Input global Tokens', { model: 'gpt-4o-0513' }],
  [
    'Azure OpenAI',
    'o3 mini 0131 Batch Outp Data Zone Tokens',
    {
      model: 'o3-mini-0131',
      tokenClass: 'output',
      serviceTier: 'batch',
      place: 'zone',
    },
  ],
  [
    'Azure OpenAI',
    'gpt-4-8K-Batch-Inp-glbl Tokens',
    { model: 'gpt-4-8k', serviceTier: 'batch' },
  ],
  [
    'Azure OpenAI GPT5',
    '5 mini pp Inp Gl 1M Tokens',
    { model: 'gpt-5-mini', serviceTier: 'priority' },
  ],
  [
    'Azure OpenAI GPT5',
    '5.4 mini cd Inp Dz 1M Tokens',
    { model: 'gpt-5.4-mini', tokenClass: 'cached-input', place: 'zone' },
  ],
  [
    'Azure OpenAI GPT5',
    '5.4 longco opt Gl 1M Tokens',
    { model: 'gpt-5.4', tokenClass: 'output', isLongContext: true },
  ],
  [
    'Azure OpenAI GPT6',
    '6-sol ShortCo Cd Wr Std Gl 1M Tokens',
    { model: 'gpt-6-sol', tokenClass: 'cache-write' },
  ],
  [
    'Azure OpenAI',
    'text-embedding-3-small-glbl Tokens',
    { model: 'text-embedding-3-small' },
  ],
])('reads of %s: %s', (product, name, expected) => {
  expect(parseTokenMeter(product, name)).toEqual(meter(expected));
});

it.each([
  ['Azure OpenAI', 'gpt-4o-aud-1217 Inp glbl Tokens'], // sound
  ['Azure OpenAI', 'gpt-image-1-inp-txt-glbl Tokens'],
  ['Azure OpenAI', 'o4 mini ft hosting Dz'],
  ['Azure OpenAI', 'gpt-4o-ft Inp regnl Tokens'],
  ['Azure OpenAI', 'gpt-4o-0806 Tokens'], // neither where nor what
  ['Azure OpenAI', 'gpt-4o-0806-glbl Tokens'],
  ['Azure OpenAI', 'gpt-4o-0806-Inp Tokens'],
  ['Azure OpenAI', 'Inp glbl Tokens'],
  ['Azure OpenAI', 'gpt-4o cached Outp glbl Tokens'],
  ['Azure OpenAI', 'Provisioned Managed Unit'],
  ['Azure OpenAI', 'Code-Interpreter-global'],
  ['Azure Deepseek Models', 'R1 Outp glbl Tokens'], // not OpenAI's
])('guesses nothing of %s: %s', (product, name) => {
  expect(parseTokenMeter(product, name)).toBeUndefined();
});
