import fc from 'fast-check';
import { BudgetNode, budgetNodeId, parseBudgetNodeId } from './budgets';

describe('budgetNodeId', () => {
  it.each<[string, BudgetNode]>([
    ['group:default/care', { level: 'department', ref: 'group:default/care' }],
    [
      'component:default/bot#gpt-4o',
      { level: 'application', ref: 'component:default/bot', model: 'gpt-4o' },
    ],
    ['key:AbCdEfGhIjKl', { level: 'key', ref: 'AbCdEfGhIjKl' }],
    [
      'cost-centre:CC%231#m#1',
      { level: 'cost-centre', ref: 'CC#1', model: 'm#1' },
    ],
  ])('is %s', (id, node) => {
    expect(budgetNodeId(node)).toBe(id);
    expect(parseBudgetNodeId(id)).toEqual(node);
  });

  it('tells any two nodes apart', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('department', 'application', 'key', 'cost-centre'),
        fc.string({ minLength: 1, unit: 'grapheme-ascii', maxLength: 30 }),
        fc.option(
          fc.string({ minLength: 1, unit: 'grapheme-ascii', maxLength: 30 }),
          {
            nil: undefined,
          },
        ),
        (level, text, model) => {
          const ref = {
            department: 'group:default/care',
            application: 'component:default/bot',
            key: 'AbCdEfGhIjKl',
            'cost-centre': text,
          }[level];
          const node = { level, ref, ...(model !== undefined && { model }) };
          expect(parseBudgetNodeId(budgetNodeId(node))).toEqual(node);
        },
      ),
    ));

  it.each([
    '',
    'care',
    'key:short',
    'group:default',
    'cost-centre:%',
    '#model',
    'group:default/care#',
  ])('is not "%s"', text => expect(parseBudgetNodeId(text)).toBeUndefined());
});
