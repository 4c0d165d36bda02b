import { keyIssueSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  emptyForm,
  KEY_FIELDS,
  LIMIT_NAMES,
  limitsInWords,
  parseLimits,
} from './keys.utils';

const NONE = emptyForm('').limits;

describe('parseLimits', () => {
  it('leaves out what is empty', () => {
    expect(parseLimits({ ...NONE, parallelRequests: ' 4 ' })).toEqual({
      limits: { parallelRequests: 4 },
      errors: {},
    });
  });

  it.each(['0', '-1', '1.5', '1e3', '1,000', 'many', '9'.repeat(16)])(
    'complains about "%s" at its field, as the server would name it',
    text => {
      for (const name of LIMIT_NAMES) {
        const { limits, errors } = parseLimits({ ...NONE, [name]: text });
        expect(limits).toEqual({});
        expect(Object.keys(errors)).toEqual([`limits.${name}`]);
        expect(KEY_FIELDS).toContain(`limits.${name}`);
      }
    },
  );

  it('never lets through what the server refuses', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.bigInt().map(String),
        ),
        text => {
          const { limits } = parseLimits({ ...NONE, tokensPerMinute: text });
          expect(keyIssueSchema.shape.limits.safeParse(limits).success).toBe(
            true,
          );
        },
      ),
    ));
});

it.each([
  [{}, []],
  [{ requestsPerMinute: 60 }, ['60 requests/min']],
  [
    { requestsPerMinute: 60, tokensPerMinute: 120_000, parallelRequests: 4 },
    ['60 requests/min', '120,000 tokens/min', '4 parallel'],
  ],
])('says %j as %j', (limits, texts) => {
  expect(limitsInWords(limits)).toEqual(texts);
});
