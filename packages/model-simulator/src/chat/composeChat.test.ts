import fc from 'fast-check';
import { filterAnswer } from '../text/filterAnswer';
import type { TextAnswer } from '../text/TextAnswer';
import { countTokens } from '../tokens/tokenise';
import { chatFrames } from './chatFrames';
import { chatRequestSchema } from './chatRequest';
import { composeChat } from './composeChat';

function compose(given: Record<string, unknown>, seed = 1): TextAnswer {
  const request = chatRequestSchema.parse({
    messages: [{ role: 'user', content: 'Hello' }],
    ...given,
  });
  return composeChat(request, { model: 'gpt-4o', seed });
}

/** What a client reads from the stream, one text a choice. */
function readFrames(answer: TextAnswer): string[] {
  const frames = chatFrames(answer, {
    id: 'chatcmpl-1',
    createdSeconds: 0,
    dialect: 'openai',
    withUsage: true,
  });
  const texts = answer.choices.map(() => '');
  for (const frame of frames.tokens) {
    const chunk = JSON.parse(frame.replace(/^data: /, ''));
    const [{ index, delta }] = chunk.choices;
    texts[index] += delta.content ?? delta.tool_calls[0].function.arguments;
  }
  return texts;
}

const question = fc.string({ unit: 'grapheme', maxLength: 40 });
const maxTokens = fc.option(fc.integer({ min: 1, max: 150 }));

describe('composeChat', () => {
  it('streams exactly the text whose tokens it counts, within any limit', () =>
    fc.assert(
      fc.property(
        question,
        maxTokens,
        fc.integer({ min: 1, max: 4 }),
        (content, max_tokens, n) => {
          const messages = [{ role: 'user', content }];
          const answer = compose({ messages, max_tokens, n });
          const texts = readFrames(answer);
          expect(texts).toEqual(answer.choices.map(choice => choice.text));
          const counts = texts.map(countTokens);
          expect(answer.usage.completionTokens).toBe(
            counts.reduce((sum, count) => sum + count, 0),
          );
          for (const [index, choice] of answer.choices.entries()) {
            expect(choice.pieces).toHaveLength(counts[index]);
            expect(counts[index]).toBeLessThanOrEqual(max_tokens ?? Infinity);
          }
        },
      ),
    ));

  it('counts name and arguments of a tool call, within any limit', () =>
    fc.assert(
      fc.property(question, maxTokens, (content, max_tokens) => {
        const answer = compose({
          messages: [{ role: 'user', content }],
          max_tokens,
          tools: [
            {
              type: 'function',
              function: {
                name: 'book_a_table',
                parameters: {
                  properties: {
                    day: { type: 'string', format: 'date' },
                    guests: { type: 'integer' },
                  },
                },
              },
            },
          ],
        });
        const [choice] = answer.choices;
        const [text] = readFrames(answer);
        const nameTokens =
          choice.toolCalls.length > 0 ? countTokens('book_a_table') : 0;
        expect(choice.completionTokens).toBe(nameTokens + countTokens(text));
        expect(choice.completionTokens).toBeLessThanOrEqual(
          max_tokens ?? Infinity,
        );
      }),
    ));

  it('answers the same again, and something else for another seed, prompt or model seed', () => {
    const texts = [
      compose({}),
      compose({ seed: 5 }),
      compose({}, 2),
      compose({ messages: [{ role: 'user', content: 'Hello!' }] }),
    ].map(answer => answer.choices[0].text);

    expect(compose({}).choices).toEqual(compose({}).choices);
    expect(new Set(texts).size).toBe(4);
  });

  it('calls the tool that the request names', () => {
    const tools = ['a', 'b', 'c'].map(name => ({
      type: 'function',
      function: { name },
    }));
    const tool_choice = { type: 'function', function: { name: 'c' } };
    const [choice] = compose({ tools, tool_choice }).choices;

    expect(choice.toolCalls).toMatchObject([{ name: 'c', json: '{}' }]);
  });

  it.each([
    [{ type: 'json_object' }, { answer: expect.any(String) }],
    [
      {
        type: 'json_schema',
        json_schema: {
          name: 'verdict',
          schema: { type: 'object', properties: { ok: { const: true } } },
        },
      },
      { ok: true },
    ],
  ])('answers in the format %j', (response_format, value) => {
    const [{ text }] = compose({ response_format }).choices;
    expect(JSON.parse(text)).toEqual(value);
  });

  it('counts what a filter left of it', () => {
    const whole = compose({ n: 2 });
    const filtered = filterAnswer(whole);
    const counts = readFrames(filtered).map(countTokens);

    expect(filtered.usage.completionTokens).toBe(counts[0] + counts[1]);
    expect(counts[0]).toBeLessThan(whole.choices[0].completionTokens);
    expect(filtered.choices[0].finishReason).toBe('content_filter');
  });
});
