import { formErrorsOf, formErrorsOfSchema, isNotAllowed } from './formErrors';

const FIELDS = ['name', 'models', 'limits.tokensPerMinute'];

describe('formErrorsOf', () => {
  it('puts each complaint at its field and the others on top', () => {
    const error = new Error(
      'name: give the key a name; models: choose at least one model; the gateway is away',
    );
    expect(formErrorsOf(error, FIELDS)).toEqual({
      fields: {
        name: 'Give the key a name',
        models: 'Choose at least one model',
      },
      rest: 'The gateway is away',
    });
  });

  it('finds the field of a path into it', () => {
    expect(formErrorsOf(new Error('models.0: unknown model'), FIELDS)).toEqual({
      fields: { models: 'Unknown model' },
      rest: undefined,
    });
  });

  it('finds the field inside a group of fields', () => {
    const error = new Error(
      'limits.tokensPerMinute: too many; limits.unknown: not a limit',
    );
    expect(formErrorsOf(error, FIELDS)).toEqual({
      fields: { 'limits.tokensPerMinute': 'Too many' },
      rest: 'Limits.unknown: not a limit',
    });
  });

  it('keeps a complaint about a field that the form does not have', () => {
    expect(formErrorsOf(new Error('owner: unknown'), FIELDS).rest).toBe(
      'Owner: unknown',
    );
  });
});

it('takes the first complaint of a field from a schema', () => {
  const issues = [
    { path: ['name'], message: 'first' },
    { path: ['name'], message: 'second' },
    { path: ['limits', 'tokensPerMinute'], message: 'third' },
    { path: ['models', 0], message: 'fourth' },
  ];
  expect(formErrorsOfSchema({ issues }, FIELDS)).toEqual({
    fields: {
      name: 'First',
      'limits.tokensPerMinute': 'Third',
      models: 'Fourth',
    },
  });
});

it('tells "not allowed" from "failed"', () => {
  const error = new Error('no');
  expect(isNotAllowed(error)).toBe(false);
  error.name = 'NotAllowedError';
  expect(isNotAllowed(error)).toBe(true);
});
