import { MODELS } from '../../__testUtils__/demoCompany';
import { filterModels, sortModels } from './models.utils';

function names(models: readonly { name: string }[]) {
  return models.map(model => model.name);
}

describe('filterModels', () => {
  it.each([
    [
      'every word must be somewhere',
      { search: 'azure MINI', kind: '' },
      ['gpt-4o-mini'],
    ],
    [
      'tags count',
      { search: 'in-house', kind: '' },
      ['llama-3-8b-instruct', 'phi-4'],
    ],
    [
      'the kind alone',
      { search: '', kind: 'embedding' },
      ['text-embedding-3-small'],
    ],
  ])('%s', (_, filter, expected) => {
    expect(names(filterModels(MODELS, filter))).toEqual(expected);
  });
});

describe('sortModels', () => {
  it('compares prices as amounts, not as text, and puts models without one last', () => {
    const ascending = names(
      sortModels(MODELS, { column: 'output', direction: 'ascending' }),
    );
    expect(ascending).toEqual([
      'llama-3-8b-instruct',
      'gpt-4o-mini',
      'gpt-4o',
      'gpt-image-1',
      'phi-4',
      'text-embedding-3-small',
      'tts-1',
      'whisper-1',
    ]);
    const descending = names(
      sortModels(MODELS, { column: 'output', direction: 'descending' }),
    );
    expect(descending.slice(0, 3)).toEqual(ascending.slice(0, 3).reverse());
    expect(descending.slice(3)).toEqual(ascending.slice(3));
  });

  it('falls back to the name for a column that is not there', () => {
    const sorted = sortModels(MODELS, { column: 'x', direction: 'ascending' });
    expect(names(sorted)).toEqual(names(MODELS).sort());
  });
});
