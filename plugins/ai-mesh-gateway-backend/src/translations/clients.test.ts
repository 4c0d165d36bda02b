import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import {
  CHAT_STREAM,
  MESSAGES_STREAM,
  chunk,
  frame,
  named,
  translate,
} from './__testUtils__/streams';
import { chatToMessages } from './chatToMessages';
import { messagesToChat } from './messagesToChat';
import { StreamTranslation } from './Translation';

/** The providers' own clients, unmodified, read what the translations write. */
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' };

function streamed(stream: StreamTranslation, events: string): Response {
  const text = translate(stream, [Buffer.from(events)]) + stream.end();
  return new Response(text, { headers: STREAM_HEADERS });
}

const openai = (events: string) =>
  new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () =>
      streamed(
        chatToMessages.createStream({ model: 'claude', includeUsage: true }),
        events,
      ),
  }).chat.completions.stream({
    model: 'claude',
    messages: [{ role: 'user', content: 'Hello' }],
    stream_options: { include_usage: true },
  });

const anthropic = (events: string) =>
  new Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () =>
      streamed(
        messagesToChat.createStream({ model: 'gpt', includeUsage: false }),
        events,
      ),
  }).messages.stream({
    model: 'gpt',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
  });

describe('OpenAI’s client', () => {
  it('puts together what Anthropic streamed', async () => {
    const completion = await openai(MESSAGES_STREAM).finalChatCompletion();
    const [choice] = completion.choices;
    expect(choice.finish_reason).toBe('tool_calls');
    expect(choice.message.content).toBe('Grüße, ich sehe nach 🚚.');
    expect(choice.message.tool_calls).toMatchObject([
      { id: 'toolu_A', function: { arguments: '{"number":"Ü-1}"}' } },
      { id: 'toolu_B', function: { arguments: '{}' } },
    ]);
    expect(completion.usage).toMatchObject({
      prompt_tokens: 120,
      completion_tokens: 40,
    });
  });

  it('throws what Anthropic said went wrong', async () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const stream = openai(named({ type: 'error', error }));
    await expect(stream.finalChatCompletion()).rejects.toThrow('Overloaded');
  });
});

describe('Anthropic’s client', () => {
  it('puts together what OpenAI streamed', async () => {
    const message = await anthropic(CHAT_STREAM).finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toMatchObject([
      { type: 'text', text: 'Grüße, ich sehe nach 🚚.' },
      { type: 'tool_use', id: 'call_A', input: { number: 'Ü-1}' } },
      { type: 'tool_use', id: 'call_B', input: { city: 'Köln' } },
    ]);
    expect(message.usage).toMatchObject({
      input_tokens: 40,
      cache_read_input_tokens: 64,
      output_tokens: 40,
    });
  });

  it('tells calls apart whose pieces alternate', async () => {
    const piece = (index: number, text: string, id?: string) =>
      chunk({
        tool_calls: [
          { index, id, function: { name: id && 'add', arguments: text } },
        ],
      });
    const message = await anthropic(
      [
        piece(0, '{"n":', 'a'),
        piece(1, '{"n"', 'b'),
        piece(0, '1}'),
        piece(1, ':2}'),
        chunk({}, { finish_reason: 'tool_calls' }),
      ].join(''),
    ).finalMessage();
    expect(message.content).toMatchObject([
      { id: 'a', input: { n: 1 } },
      { id: 'b', input: { n: 2 } },
    ]);
  });

  it('throws what OpenAI said went wrong', async () => {
    const error = { message: 'The engine died.', type: 'server_error' };
    const stream = anthropic(chunk({ content: 'a' }) + frame({ error }));
    await expect(stream.finalMessage()).rejects.toThrow('The engine died.');
  });
});
