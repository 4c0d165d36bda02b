import fs from 'node:fs';
import path from 'node:path';
import { ERRORS, GatewayError, toGatewayError } from './errors';

const PAGE = fs.readFileSync(
  path.resolve(__dirname, '../../../docs/errors.md'),
  'utf8',
);

describe('the errors that may leave the gateway', () => {
  it('are all documented, with their status, and none else is', () => {
    const documented = [...PAGE.matchAll(/^\| (\d{3}) +\| `(\w+)` +\|/gm)].map(
      ([, status, code]) => `${code} ${status}`,
    );
    const existing = Object.entries(ERRORS).map(
      ([code, { status }]) => `${code} ${status}`,
    );
    expect(documented.sort()).toEqual(existing.sort());
  });

  it('say nothing of what went wrong inside', () => {
    const error = toGatewayError(new Error('secret'));
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(error).toMatchObject({ status: 500, code: 'internal_error' });
  });

  it('have the form of OpenAI', () => {
    const error = new GatewayError('invalid_value', { param: 'n' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: 'n',
        code: 'invalid_value',
      },
    });
  });
});
