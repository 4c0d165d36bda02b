import { APIError } from 'openai';
import { Stream } from 'openai/streaming';
import { GatewayError } from '../errors';
import { ProtocolId, PROTOCOLS } from '.';

const ERROR = new GatewayError('upstream_timeout');

/** Reads a stream as the client of OpenAI does. */
async function readAll(text: string): Promise<unknown[]> {
  const stream = Stream.fromSSEResponse(
    new Response(text),
    new AbortController(),
  );
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('streamError', () => {
  it.each<ProtocolId>([
    'chat',
    'completion',
    'response',
    'image',
    'speech',
    'transcription',
    'translation',
  ])('makes the client of OpenAI throw: %s', async id => {
    const text = `data: {"a":1}\n\n${PROTOCOLS[id].streamError(ERROR)}`;
    const failure = await readAll(text).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({
      code: 'upstream_timeout',
      type: 'server_error',
      message: ERROR.message,
    });
  });

  it('is an event with a name for clients of Anthropic', () => {
    const [name, data, ...rest] = PROTOCOLS.message
      .streamError(ERROR)
      .split('\n');
    expect(name).toBe('event: error');
    expect(JSON.parse(data.slice('data: '.length))).toEqual({
      type: 'error',
      error: {
        type: 'timeout_error',
        message: ERROR.message,
        code: 'upstream_timeout',
      },
    });
    expect(rest).toEqual(['', '']);
  });
});

describe('errorBody', () => {
  it.each([
    ['invalid_value', 'invalid_request_error'],
    ['invalid_api_key', 'authentication_error'],
    ['model_not_allowed', 'permission_error'],
    ['model_not_found', 'not_found_error'],
    ['request_too_large', 'request_too_large'],
    ['rate_limit_exceeded', 'rate_limit_error'],
    ['internal_error', 'api_error'],
    ['not_ready', 'overloaded_error'],
  ] as const)('says %s in the words of Anthropic', (code, type) => {
    const body: unknown = JSON.parse(
      PROTOCOLS.message.errorBody(new GatewayError(code)),
    );
    expect(body).toMatchObject({ type: 'error', error: { type } });
  });

  it("is OpenAI's everywhere else", () => {
    const error = new GatewayError('invalid_value', { param: 'n' });
    const body: unknown = JSON.parse(PROTOCOLS.chat.errorBody(error));
    expect(body).toEqual({
      error: {
        message: error.message,
        type: 'invalid_request_error',
        param: 'n',
        code: 'invalid_value',
      },
    });
  });
});
