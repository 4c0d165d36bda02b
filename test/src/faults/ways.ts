import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LocalGateway } from '../harness/LocalGateway';

/** A way of calling: a route, whole or streamed, to a provider that speaks it or needs a translation. */
interface Way {
  path: string;
  /** Model `x` of a test stands for three models of the gateway, one for each suffix. */
  suffix: '' | '-native' | '-vectors';
  body: object;
  /** What only a whole stream has; absent where the answer is no stream. */
  endMarker?: RegExp;
}

const QUESTION = [{ role: 'user', content: 'Where is my parcel?' }];
const CHAT = { messages: QUESTION, max_tokens: 40 };
const RESPONSE = { input: 'Where is my parcel?', max_output_tokens: 40 };

const WAYS: Record<string, Way> = {
  chat: { path: '/v1/chat/completions', suffix: '', body: CHAT },
  'chat, streamed': {
    path: '/v1/chat/completions',
    suffix: '',
    body: { ...CHAT, stream: true },
    endMarker: /\[DONE\]/,
  },
  responses: { path: '/v1/responses', suffix: '', body: RESPONSE },
  'responses, streamed': {
    path: '/v1/responses',
    suffix: '',
    body: { ...RESPONSE, stream: true },
    endMarker: /"response\.(completed|incomplete)"/,
  },
  'messages, translated': { path: '/v1/messages', suffix: '', body: CHAT },
  'messages, translated and streamed': {
    path: '/v1/messages',
    suffix: '',
    body: { ...CHAT, stream: true },
    endMarker: /message_stop/,
  },
  messages: { path: '/v1/messages', suffix: '-native', body: CHAT },
  'messages, streamed': {
    path: '/v1/messages',
    suffix: '-native',
    body: { ...CHAT, stream: true },
    endMarker: /message_stop/,
  },
  embeddings: {
    path: '/v1/embeddings',
    suffix: '-vectors',
    body: { input: 'Where is my parcel?' },
  },
};

/** How calls ended, by way: `whole`, `cut` (a stream, with an error as its last event), or the status of an error. */
export type Ends = Record<string, string | number>;

/** The same end for every way; streams may have another one. */
export function everyWay(
  whole: string | number,
  streamed: string | number = whole,
): Ends {
  return Object.fromEntries(
    Object.entries(WAYS).map(([name, { endMarker }]) => [
      name,
      endMarker === undefined ? whole : streamed,
    ]),
  );
}

/** How many ways there are: of all, and of those that stream. */
export const WAY_COUNT = Object.keys(WAYS).length;
export const STREAM_COUNT = Object.values(WAYS).filter(
  way => way.endMarker !== undefined,
).length;

/** The gateway's models that one name of a test stands for. */
export function modelsOf(name: string): SnapshotInput['models'] {
  const model = (suffix: Way['suffix'], provider: string) => ({
    name: name + suffix,
    kind: suffix === '-vectors' ? ('embedding' as const) : ('chat' as const),
    contextTokens: 8_000,
    maxOutputTokens: 1_000,
    routing: { retries: 0 },
    targets: [
      {
        id: `${name}${suffix}@${provider}`,
        provider,
        providerModel: name,
        priceVersionId: 'price',
        rates: { input: '0.000001', output: '0.000002' },
      },
    ],
  });
  return [
    model('', 'openai'),
    model('-native', 'anthropic'),
    model('-vectors', 'openai'),
  ];
}

/** Calls in every way at once, and says how each ended. */
export async function askAll(
  gateway: LocalGateway,
  model: string,
  headers?: Record<string, string>,
): Promise<Ends> {
  const ends = Object.entries(WAYS).map(async ([name, way]) => {
    const { path, suffix, body } = way;
    const answer = await gateway.post(
      path,
      { model: model + suffix, ...body },
      headers,
    );
    return [name, endOf(way, answer)];
  });
  return Object.fromEntries(await Promise.all(ends));
}

function endOf(
  { endMarker }: Way,
  { status, text }: { status: number; text: string },
): string | number {
  if (/nobody|somebody else/.test(text)) return 'the answer to somebody else';
  if (status !== 200) {
    return hasTypedError(text) ? status : `${status} without a typed error`;
  }
  if (endMarker === undefined) {
    return text.includes('"usage"') ? 'whole' : 'not whole';
  }
  const hasEnd = endMarker.test(text);
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  const isError = hasTypedError(last.replace(/^data: /, ''));
  if (hasEnd && isError) return 'cut, and made to look whole';
  if (isError) return 'cut';
  return hasEnd ? 'whole' : 'neither whole nor cut';
}

function hasTypedError(text: string): boolean {
  try {
    const { error } = JSON.parse(text);
    return typeof error.message === 'string' && typeof error.type === 'string';
  } catch {
    return false;
  }
}
