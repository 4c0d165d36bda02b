import { describeError } from './Logger';

it('tells what the system and we ourselves say', () => {
  const refused = Object.assign(new Error('connect 127.0.0.1:1'), {
    code: 'ECONNREFUSED',
  });
  expect(describeError(refused)).toBe(
    'Error ECONNREFUSED: connect 127.0.0.1:1',
  );
  expect(describeError(new TypeError('x is not a function'))).toBe(
    'TypeError: x is not a function',
  );
  expect(describeError('anything else')).toBe('unknown error');
});

it('keeps what a parser quotes of a body to itself', () => {
  let error: unknown;
  try {
    JSON.parse('{"prompt": sk-mesh-secret}');
  } catch (caught) {
    error = caught;
  }
  expect(String(error)).toContain('sk-mesh');
  expect(describeError(error)).toBe('SyntaxError');
});
