import fc from 'fast-check';
import { chatToMessages } from './chatToMessages';
import { isObject, Json } from './json';
import { messagesToChat } from './messagesToChat';

const OPTIONS = { providerModel: 'm', maxOutputTokens: 100, stream: false };

/** A text: neither format takes an empty one everywhere. */
const text = fc.string({ unit: 'grapheme', minLength: 1 });
const texts = fc.array(text, { minLength: 1, maxLength: 3 });
const content = fc.oneof(
  text,
  texts.map(each => each.map(part => ({ type: 'text', text: part }))),
);
const image = fc
  .oneof(
    fc.base64String().map(data => `data:image/png;base64,${data}`),
    fc.webUrl(),
  )
  .map(url => ({ type: 'image_url', image_url: { url } }));
const userContent = fc.oneof(
  content,
  fc.array(
    fc.oneof(
      image,
      text.map(part => ({ type: 'text', text: part })),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
);
const input = fc.dictionary(text, fc.jsonValue());

/** One round: the user asks, the model perhaps calls tools and gets their results, then answers. */
const round = fc.record({
  asked: userContent,
  said: fc.option(content),
  calls: fc.array(fc.record({ name: text, input, result: content }), {
    maxLength: 3,
  }),
  answer: content,
});

function toMessages(rounds: readonly Round[]): Json[] {
  return rounds.flatMap(({ asked, said, calls, answer }, index) => {
    const idOf = (call: number) => `call_${index}_${call}`;
    const messages: Json[] = [{ role: 'user', content: asked }];
    if (calls.length > 0) {
      messages.push({
        role: 'assistant',
        content: said,
        tool_calls: calls.map((call, at) => ({
          id: idOf(at),
          type: 'function',
          function: { name: call.name, arguments: JSON.stringify(call.input) },
        })),
      });
    }
    calls.forEach((call, at) => {
      const { result } = call;
      messages.push({ role: 'tool', tool_call_id: idOf(at), content: result });
    });
    messages.push({ role: 'assistant', content: answer });
    return messages;
  });
}

type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

/** A single text may stand for a list of one. */
function normal(message: Json): Json {
  const { content: parts } = message;
  const isSingle = Array.isArray(parts) && parts.length === 1;
  const [only] = isSingle ? parts : [];
  return isObject(only) && only.type === 'text'
    ? { ...message, content: only.text }
    : message;
}

describe('a conversation', () => {
  it('comes back the same from OpenAI’s format to Anthropic’s and back', () => {
    fc.assert(
      fc.property(
        fc.option(content),
        fc.array(round, { maxLength: 4 }),
        userContent,
        (system, rounds, last) => {
          const messages = [
            ...(system === null ? [] : [{ role: 'system', content: system }]),
            ...toMessages(rounds),
            { role: 'user', content: last },
          ];
          const there: Json = JSON.parse(
            chatToMessages.request({ model: 'm', messages }, OPTIONS),
          );
          const back: Json = JSON.parse(
            messagesToChat.request({ ...there, metadata: {} }, OPTIONS),
          );
          const expected: unknown = JSON.parse(
            JSON.stringify(messages.map(normal)),
          );
          expect(back.messages).toEqual(expected);
        },
      ),
    );
  });
});

describe('an answer', () => {
  it('comes back the same from Anthropic’s format to OpenAI’s and back', () => {
    const toolUse = fc.record({ id: text, name: text, input });
    const reasons = ['end_turn', 'max_tokens', 'refusal'] as const;
    fc.assert(
      fc.property(
        fc.option(text),
        fc.array(toolUse),
        fc.constantFrom(...reasons),
        (said, calls, reason) => {
          const message = {
            id: 'msg_01',
            type: 'message',
            role: 'assistant',
            model: 'm',
            content: [
              ...(said === null ? [] : [{ type: 'text', text: said }]),
              ...calls.map(call => ({ type: 'tool_use', ...call })),
            ],
            stop_reason:
              calls.length > 0 && reason === 'end_turn' ? 'tool_use' : reason,
            stop_sequence: null,
            usage: {
              input_tokens: 1,
              cache_creation_input_tokens: 2,
              cache_read_input_tokens: 3,
              output_tokens: 4,
            },
          };
          const there: Json = JSON.parse(
            chatToMessages.answer(message, { model: 'm' }),
          );
          const back: unknown = JSON.parse(
            messagesToChat.answer(there, { model: 'm' }),
          );
          expect(back).toEqual(JSON.parse(JSON.stringify(message)));
        },
      ),
    );
  });
});
