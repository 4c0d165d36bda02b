import { createRandom } from '../random/createRandom';
import { writeJson } from './writeJson';

describe('writeJson', () => {
  it.each([
    [
      { type: 'object', properties: { a: { type: 'boolean' } } },
      { a: expect.any(Boolean) },
    ],
    [
      {
        type: 'object',
        properties: { a: { type: 'null' }, b: {} },
        required: ['a'],
      },
      { a: null },
    ],
    [{ type: 'array', items: { const: 7 }, minItems: 2 }, [7, 7]],
    [{ enum: ['only'] }, 'only'],
    [
      { type: ['string', 'null'], format: 'date' },
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    ],
    [
      { type: 'string', minLength: 12, maxLength: 12 },
      expect.stringMatching(/^.{12}$/),
    ],
    [{ type: 'integer', minimum: 5, maximum: 5 }, 5],
    [{ anyOf: [{ const: 'first' }, { const: 'second' }] }, 'first'],
    [{ $ref: '#/$defs/name', $defs: { name: { const: 'Ada' } } }, 'Ada'],
  ])('%j', (schema, value) => {
    expect(writeJson(schema, createRandom(1))).toEqual(value);
  });

  it('comes to an end on a schema that contains itself', () => {
    const schema = {
      type: 'object',
      properties: { child: { $ref: '#' } },
      required: ['child'],
    };
    const text = JSON.stringify(writeJson(schema, createRandom(1)));
    expect(text.length).toBeLessThan(200);
  });

  it('comes to an end on a reference that leads back to itself', () => {
    const schema = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
    expect(writeJson(schema, createRandom(1))).toEqual(expect.any(String));
  });
});
