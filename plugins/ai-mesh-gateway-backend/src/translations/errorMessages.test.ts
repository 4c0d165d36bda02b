import { readErrorMessage } from './errorMessages';

describe('the target’s error', () => {
  it.each([
    [
      { error: { message: 'Too long.', type: 'invalid_request_error' } },
      'Too long.',
    ],
    [
      { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } },
      'Busy.',
    ],
  ])('says its message: %j', (body, message) => {
    expect(readErrorMessage(body)).toBe(message);
  });

  it.each([
    undefined,
    'Bad gateway',
    {},
    { error: 'text' },
    { error: { message: 7 } },
    { error: { message: 'Key sk-…1234 is wrong.', code: 'invalid_api_key' } },
    { error: { message: 'No x-api-key.', type: 'authentication_error' } },
    { error: { message: 'You have no money.', code: 'insufficient_quota' } },
  ])('says nothing of %j', body => {
    expect(readErrorMessage(body)).toBeUndefined();
  });
});
