import fc from 'fast-check';
import { Protocol, PROTOCOLS, unitsByClass, usageOf } from '.';

const { chat, response, embedding, message, image, speech, transcription } =
  PROTOCOLS;
const count = fc.nat({ max: 1_000_000_000 });
const maybe = fc.option(count, { nil: undefined });

/** Only what was asked for is read of the fields. */
function read(protocol: Protocol, answer: Record<string, unknown>) {
  const request = {
    model: 'm',
    messages: [{ role: 'user' }],
    max_tokens: 1,
    input: 'aé🚚',
    prompt: 'a',
    file: 1,
  };
  return protocol.readUsage(answer, protocol.parseFields(request));
}

function tokensOf(usage: ReturnType<typeof usageOf>) {
  const units = unitsByClass(usage);
  for (const each of Object.values(units))
    expect(each).toBeGreaterThanOrEqual(0);
  return {
    input:
      units.input +
      units['cached-input'] +
      units['cache-write'] +
      units['audio-input'],
    output: units.output + units['audio-output'],
  };
}

describe('unitsByClass', () => {
  it.each([
    [chat, 'prompt_tokens', 'completion_tokens'],
    [response, 'input_tokens', 'output_tokens'],
  ])('sums to what OpenAI reports: %#', (protocol, input, output) => {
    fc.assert(
      fc.property(
        count,
        count,
        maybe,
        maybe,
        maybe,
        maybe,
        (all, out, ...parts) => {
          const [cached, written, heard, spoken] = parts;
          const usage = read(protocol, {
            usage: {
              [input]: all,
              [output]: out,
              [`${input}_details`]: {
                cached_tokens: cached,
                cache_write_tokens: written,
                audio_tokens: heard,
              },
              [`${output}_details`]: { audio_tokens: spoken },
            },
          });
          expect(tokensOf(usage ?? usageOf({}))).toEqual({
            input: all,
            output: out,
          });
          // the part comes whole, as far as there is room for it
          expect(usage?.cachedTokens).toBe(Math.min(cached ?? 0, all));
          expect(usage?.audioOutputTokens).toBe(Math.min(spoken ?? 0, out));
        },
      ),
    );
  });

  it('sums to what Anthropic reports, whose counts are apart', () => {
    fc.assert(
      fc.property(count, maybe, maybe, count, (input, cached, written, out) => {
        const usage = read(message, {
          usage: {
            input_tokens: input,
            cache_read_input_tokens: cached ?? null,
            cache_creation_input_tokens: written,
            output_tokens: out,
          },
        });
        expect(unitsByClass(usage ?? usageOf({}))).toMatchObject({
          input,
          'cached-input': cached ?? 0,
          'cache-write': written ?? 0,
          output: out,
        });
      }),
    );
  });

  it('takes apart what is charged by the piece', () => {
    const usage = usageOf({ images: 2, audioSeconds: 3, characters: 4 });
    expect(unitsByClass(usage)).toMatchObject({
      input: 0,
      output: 0,
      image: 2,
      'audio-second': 3,
      character: 4,
    });
  });
});

describe('readUsage', () => {
  const bad = [undefined, null, -1, 0.5, 1e18, Infinity, NaN, '3', [], {}];

  it.each(bad)('estimates rather than believe %p', value => {
    expect(
      read(chat, { usage: { prompt_tokens: 1, completion_tokens: value } }),
    ).toBeUndefined();
    expect(
      read(response, { usage: { input_tokens: value, output_tokens: 1 } }),
    ).toBeUndefined();
    expect(
      read(message, { usage: { input_tokens: 1, output_tokens: value } }),
    ).toBeUndefined();
    expect(
      read(embedding, { usage: { prompt_tokens: value } }),
    ).toBeUndefined();
  });

  it.each(Object.values(PROTOCOLS).filter(({ id }) => id !== 'speech'))(
    'knows nothing of an answer without usage: $id',
    protocol => {
      expect(read(protocol, {})).toBeUndefined();
      expect(read(protocol, { usage: 'a' })).toBeUndefined();
    },
  );

  it('charges a part that is no count like any other token', () => {
    const usage = read(chat, {
      usage: {
        prompt_tokens: 9,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: -4 },
      },
    });
    expect(usage).toEqual(usageOf({ inputTokens: 9, outputTokens: 1 }));
  });

  it('counts pictures where tokens are not reported', () => {
    expect(read(image, { data: [{}, {}] })).toEqual(usageOf({ images: 2 }));
    expect(
      read(image, { data: [{}], usage: { input_tokens: 4, output_tokens: 9 } }),
    ).toEqual(usageOf({ inputTokens: 4, outputTokens: 9 }));
  });

  it('counts characters as people do', () => {
    expect(read(speech, {})).toEqual(usageOf({ characters: 3 }));
  });

  it.each([
    [{ usage: { type: 'duration', seconds: 7 } }, { audioSeconds: 7 }],
    [{ text: 'a', duration: 7.2 }, { audioSeconds: 8 }],
    [
      {
        usage: {
          type: 'tokens',
          input_tokens: 14,
          output_tokens: 5,
          input_token_details: { audio_tokens: 10 },
        },
      },
      { inputTokens: 14, audioInputTokens: 10, outputTokens: 5 },
    ],
  ])('reads what was heard: %j', (answer, expected) => {
    expect(read(transcription, answer)).toEqual(usageOf(expected));
  });

  it('never throws, whatever a provider answers', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        (answer, usage) => {
          for (const protocol of Object.values(PROTOCOLS)) {
            read(protocol, { ...answer, usage });
          }
        },
      ),
    );
  });
});
