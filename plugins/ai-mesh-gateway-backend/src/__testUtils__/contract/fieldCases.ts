import { ProtocolId } from '../../protocols';
import { Case } from './Case';
import { FormPart } from './RouteRequest';

/** A member of a body, or the parts of a form, that the gateway reads and cannot use. */
type WrongField = { param: string } & (
  | { members: Record<string, unknown> }
  | { parts: readonly FormPart[] }
);

const wrong = (param: string, ...values: unknown[]): WrongField[] =>
  values.map(value => ({ param, members: { [param]: value } }));
const at = (param: string, members: Record<string, unknown>): WrongField => ({
  param,
  members,
});

const FILE = { name: 'file', fileName: 'call.wav', content: 'RIFF' };
const MODEL = { name: 'model', content: 'whisper-1' };
const STREAM = [
  ...wrong('stream', 'yes', 1, {}),
  ...wrong('stream_options', true, [], { include_usage: true }),
  at('stream_options.include_usage', {
    stream: true,
    stream_options: { include_usage: 1 },
  }),
];
const NO_COUNTS = [0, -1, 1.5, '10', true, 1e300];
const MESSAGES = [
  ...wrong('messages', undefined, null, 'hello', {}, []),
  at('messages[0]', { messages: ['hello'] }),
  at('messages[0].role', { messages: [{ role: 1, content: '' }] }),
  at('messages[0].content', { messages: [{ role: 'user', content: 7 }] }),
  at('messages[0].content[1]', {
    messages: [
      { role: 'user', content: [{ type: 'text', text: '' }, 'hello'] },
    ],
  }),
  ...wrong('tools', 'all', {}),
];
const MODEL_NAME = wrong('model', undefined, null, 7, '', ['mini']);
const INPUT = wrong('input', undefined, null, 7, [], [1.5], ['a', 1], [[-1]]);
const AUDIO: WrongField[] = [
  { param: 'model', parts: [FILE] },
  { param: 'model', parts: [MODEL, MODEL, FILE] },
  {
    param: 'model',
    parts: [{ ...MODEL, content: Buffer.from([0xc3, 0x28]) }, FILE],
  },
  { param: 'file', parts: [MODEL] },
  { param: 'file', parts: [MODEL, { ...FILE, content: '' }] },
  { param: 'file', parts: [MODEL, { name: 'file', content: 'RIFF' }] },
  { param: 'file', parts: [MODEL, FILE, FILE] },
  { param: 'stream', parts: [MODEL, FILE, { name: 'stream', content: '1' }] },
];

const WRONG_FIELDS: Record<ProtocolId, readonly WrongField[]> = {
  chat: [
    ...MODEL_NAME,
    ...MESSAGES,
    ...STREAM,
    ...wrong('max_tokens', ...NO_COUNTS),
    ...wrong('max_completion_tokens', ...NO_COUNTS),
    ...wrong('n', ...NO_COUNTS, 129),
  ],
  completion: [
    ...MODEL_NAME,
    ...STREAM,
    ...wrong('prompt', 7, {}, [], ['a', 1], [[-1]]),
    ...wrong('max_tokens', ...NO_COUNTS),
    ...wrong('n', ...NO_COUNTS, 129),
    ...wrong('best_of', ...NO_COUNTS, 129),
  ],
  response: [
    ...MODEL_NAME,
    ...wrong('input', undefined, null, 7, {}),
    at('input[0]', { input: ['hello'] }),
    at('input[0].type', { input: [{ type: 7 }] }),
    at('input[0].content', { input: [{ role: 'user', content: 7 }] }),
    ...wrong('tools', 'all', {}),
    ...wrong('stream', 'yes', 1, {}),
    ...wrong('background', true, 'no'),
    ...wrong('max_output_tokens', ...NO_COUNTS),
  ],
  message: [
    ...MODEL_NAME,
    ...MESSAGES,
    ...wrong('system', 7, {}),
    ...wrong('stream', 'yes', 1, {}),
    ...wrong('max_tokens', undefined, null, ...NO_COUNTS),
  ],
  embedding: [...MODEL_NAME, ...INPUT],
  moderation: [...wrong('model', 7, '', ['mini']), ...INPUT],
  image: [
    ...MODEL_NAME,
    ...wrong('prompt', undefined, null, 7, ['a']),
    ...wrong('n', ...NO_COUNTS, 129),
    ...wrong('stream', 'yes', 1, {}),
  ],
  speech: [
    ...MODEL_NAME,
    ...wrong('input', undefined, null, 7, ['a']),
    ...wrong('stream_format', 'mp3', 7),
  ],
  transcription: AUDIO,
  translation: AUDIO,
};

/** What each route reads and cannot use; the error names the member. */
export const FIELD_CASES: Case[] = Object.entries(WRONG_FIELDS).flatMap(
  ([name, fields]) =>
    fields.map(
      ({ param, ...given }): Case => ({
        what: `a wrong "${param}" in ${JSON.stringify(given)}`,
        on: route =>
          route.name === name && (param !== 'model' || !route.isModelInPath),
        request: route =>
          route.request({
            body:
              'members' in given
                ? route.json(given.members)
                : route.formOf(...given.parts),
          }),
        code: 'invalid_value',
        param,
      }),
    ),
);
