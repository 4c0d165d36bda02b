import fc from 'fast-check';
import { mergeMessagesUsage, toChatUsage, toMessagesUsage } from './usage';

const count = fc.nat({ max: 10_000_000 });

describe('usage', () => {
  it('counts the cache into the prompt for OpenAI, and out of the input for Anthropic', () => {
    const chat = {
      prompt_tokens: 120,
      completion_tokens: 40,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 },
      completion_tokens_details: { reasoning_tokens: 8 },
    };
    const messages = {
      input_tokens: 40,
      cache_creation_input_tokens: 16,
      cache_read_input_tokens: 64,
      output_tokens: 40,
      output_tokens_details: { thinking_tokens: 8 },
    };
    expect(toMessagesUsage(chat)).toEqual(messages);
    expect(toChatUsage(messages)).toEqual(chat);
  });

  it('comes back the same from Anthropic’s format to OpenAI’s and back', () => {
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        (input, read, written, output) => {
          const usage = {
            input_tokens: input,
            cache_creation_input_tokens: written,
            cache_read_input_tokens: read,
            output_tokens: output,
          };
          expect(toMessagesUsage(toChatUsage(usage))).toEqual(usage);
        },
      ),
    );
  });

  it('never counts below zero, and loses no token of the prompt', () => {
    fc.assert(
      fc.property(count, count, count, (prompt, cached, written) => {
        const usage = toMessagesUsage({
          prompt_tokens: prompt,
          prompt_tokens_details: {
            cached_tokens: cached,
            cache_write_tokens: written,
          },
        });
        const classes = [
          usage.input_tokens,
          usage.cache_read_input_tokens,
          usage.cache_creation_input_tokens,
        ];
        expect(Math.min(...classes)).toBeGreaterThanOrEqual(0);
        expect(classes.reduce((sum, each) => sum + each)).toBe(prompt);
      }),
    );
  });

  it('tells unknown from zero where the format can', () => {
    expect(toChatUsage(undefined)).toBeUndefined();
    expect(toMessagesUsage(undefined)).toEqual({
      input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 0,
    });
  });

  it.each([-1, 1.5, '7', null, Number.NaN])('takes %p for no count', wrong => {
    expect(toMessagesUsage({ prompt_tokens: wrong }).input_tokens).toBe(0);
    expect(toChatUsage({ input_tokens: wrong })?.prompt_tokens).toBe(0);
  });

  it('lets the later count of a stream hold, unless it says nothing', () => {
    const start = mergeMessagesUsage(undefined, {
      input_tokens: 40,
      output_tokens: 1,
    });
    const end = mergeMessagesUsage(start, {
      input_tokens: null,
      output_tokens: 40,
    });
    expect(end).toEqual({ input_tokens: 40, output_tokens: 40 });
    expect(mergeMessagesUsage(end, undefined)).toBe(end);
  });
});
