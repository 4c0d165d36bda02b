import fc from 'fast-check';
import {
  Protocol,
  PROTOCOLS,
  UNREADABLE_USAGE,
  unitsByClass,
  usageOf,
} from '.';

const {
  chat,
  completion,
  response,
  embedding,
  message,
  image,
  speech,
  transcription,
} = PROTOCOLS;
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
      units.embedding +
      units['cached-input'] +
      units['cache-write'] +
      units['cache-write-hour'] +
      units['audio-input'] +
      units['image-input'],
    output:
      units.output +
      units.reasoning +
      units['audio-output'] +
      units['image-output'],
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
        fc.array(maybe, { minLength: 7, maxLength: 7 }),
        (all, out, parts) => {
          const [cached, written, heard, spoken, seen, drawn, thought] = parts;
          const usage = read(protocol, {
            usage: {
              [input]: all,
              [output]: out,
              [`${input}_details`]: {
                cached_tokens: cached,
                cache_write_tokens: written,
                audio_tokens: heard,
                image_tokens: seen,
              },
              [`${output}_details`]: {
                audio_tokens: spoken,
                image_tokens: drawn,
                reasoning_tokens: thought,
                accepted_prediction_tokens: thought,
                rejected_prediction_tokens: thought,
              },
            },
          });
          expect(tokensOf(usage ?? usageOf({}))).toEqual({
            input: all,
            output: out,
          });
          // the part comes whole, as far as there is room for it
          expect(usage?.cachedTokens).toBe(Math.min(cached ?? 0, all));
          expect(usage?.audioOutputTokens).toBe(Math.min(spoken ?? 0, out));
          const sum = (...some: Array<number | undefined>) =>
            some.reduce((total: number, each) => total + (each ?? 0), 0);
          expect(usage?.isMismatched).toBe(
            sum(cached, written) > all ||
              sum(heard, seen) > all ||
              sum(spoken, drawn, thought) > out,
          );
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

  it.each(bad)('tells of %p, rather than believe it', value => {
    const answers = [
      read(chat, { usage: { prompt_tokens: 1, completion_tokens: value } }),
      read(response, { usage: { input_tokens: value, output_tokens: 1 } }),
      read(message, { usage: { input_tokens: 1, output_tokens: value } }),
      read(embedding, { usage: { prompt_tokens: value } }),
    ];
    for (const usage of answers) expect(usage).toEqual(UNREADABLE_USAGE);
  });

  it('tells of a duration that is none', () => {
    const usage = { type: 'duration', seconds: -1 };
    expect(read(transcription, { usage })).toBe(UNREADABLE_USAGE);
  });

  it.each(Object.values(PROTOCOLS).filter(({ id }) => id !== 'speech'))(
    'knows nothing of an answer without usage: $id',
    protocol => {
      expect(read(protocol, {})).toBeUndefined();
      expect(read(protocol, { usage: null })).toBeUndefined();
      expect(read(protocol, { usage: 'a' })?.isMismatched).toBe(true);
    },
  );

  it('charges a part that is no count like any other token, and tells', () => {
    const usage = read(chat, {
      usage: {
        prompt_tokens: 9,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: -4 },
      },
    });
    expect(usage).toEqual(
      usageOf({ inputTokens: 9, outputTokens: 1, isMismatched: true }),
    );
  });

  // xAI: UKGovernmentBEIS/inspect_ai#5528
  it.each([
    ['all of it', { total_tokens: 30 }, 20, false],
    ['less', { total_tokens: 29 }, 20, true],
    ['more', { total_tokens: 32 }, 22, true],
    ['no count', { total_tokens: '30' }, 20, true],
    [
      'reasoning, which it has beside the output',
      {
        total_tokens: 37,
        completion_tokens_details: { reasoning_tokens: 7 },
      },
      27,
      false,
    ],
  ])(
    'reads a total that is %s of the parts',
    (_case, rest, output, mismatched) => {
      const usage = { prompt_tokens: 10, completion_tokens: 20, ...rest };
      expect(read(chat, { usage })).toMatchObject({
        outputTokens: output,
        isMismatched: mismatched,
      });
    },
  );

  it.each([
    ['default', 'standard'],
    ['priority', 'priority'],
    ['flex', 'flex'],
    ['scale', 'provisioned'],
    ['hyperspeed', 'unknown'],
    ['auto', undefined],
    [null, undefined],
    [7, undefined],
  ])('reads the tier %p as %p', (service_tier, expected) => {
    const tokens = { prompt_tokens: 1, completion_tokens: 1 };
    const named = { input_tokens: 1, output_tokens: 1 };
    const all = [
      read(chat, { usage: tokens, service_tier }),
      read(completion, { usage: tokens, service_tier }),
      read(response, { usage: named, service_tier }),
      read(message, { usage: { ...named, service_tier } }),
    ];
    for (const usage of all) expect(usage?.serviceTier).toBe(expected);
  });

  it("takes Anthropic's fast mode for priority", () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      service_tier: 'standard',
      speed: 'fast',
    };
    expect(read(message, { usage })?.serviceTier).toBe('priority');
  });

  it.each([
    [{ ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 0 }, 0, false],
    [{ ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 }, 4, false],
    [{ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 7 }, 7, false],
    [{ ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 1 }, 4, true],
    [{ ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 9 }, 4, true],
    [{ ephemeral_5m_input_tokens: -3 }, 7, true],
    [null, 0, false],
  ])(
    "splits what was written to Anthropic's cache by %j",
    (cache_creation, hour, mismatched) => {
      const usage = read(message, {
        usage: {
          input_tokens: 2,
          cache_creation_input_tokens: 7,
          cache_creation,
          output_tokens: 1,
        },
      });
      expect(usage).toMatchObject({
        cacheWriteTokens: 7,
        cacheWriteHourTokens: hour,
        isMismatched: mismatched,
      });
    },
  );

  it('counts the uses of tools that are charged', () => {
    const search = (type: string) => ({
      type: 'web_search_call',
      action: { type },
    });
    const output = [
      search('search'),
      search('open_page'),
      { type: 'web_search_call' },
      { type: 'file_search_call' },
      { type: 'code_interpreter_call' },
      { type: 'image_generation_call' },
      { type: 'mcp_call' },
      { type: 'function_call' },
      { type: 'local_shell_call' },
      { type: 'message' },
      'nothing',
    ];
    const tokens = { input_tokens: 1, output_tokens: 1 };
    expect(read(response, { usage: tokens, output })?.toolCalls).toBe(5);
    const server_tool_use = { web_search_requests: 3, web_fetch_requests: 9 };
    expect(
      read(message, { usage: { ...tokens, server_tool_use } })?.toolCalls,
    ).toBe(3);
  });

  it('counts pictures where tokens are not reported', () => {
    expect(read(image, { data: [{}, {}] })).toEqual(usageOf({ images: 2 }));
    const usage = {
      input_tokens: 4,
      input_tokens_details: { text_tokens: 1, image_tokens: 3 },
      output_tokens: 9,
    };
    const counted = {
      images: 1,
      inputTokens: 4,
      imageInputTokens: 3,
      outputTokens: 9,
    };
    expect(read(image, { data: [{}], usage })).toEqual(
      usageOf({ ...counted, imageOutputTokens: 9 }),
    );
    const output_tokens_details = { text_tokens: 2, image_tokens: 7 };
    expect(
      read(image, { data: [{}], usage: { ...usage, output_tokens_details } }),
    ).toEqual(usageOf({ ...counted, imageOutputTokens: 7 }));
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
