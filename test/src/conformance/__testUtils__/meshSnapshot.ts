import {
  ParsedKey,
  Snapshot,
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

/** The hash secret of the keys. */
export const HASH_SECRET = 'a hash secret for these tests, no other use';

const DEPARTMENT = 'group:default/customer-care';
const TOKENS = {
  input: '0.00000015',
  'cached-input': '0.000000075',
  'cache-write': '0.0000002',
  output: '0.0000006',
};

type Model = SnapshotInput['models'][number];
type Key = SnapshotInput['keys'][number];

/** Models of all kinds: of a provider that speaks OpenAI, of one that speaks Anthropic, and of a flaky one. */
export function meshSnapshot(
  keys: Record<'main' | 'single' | 'expired', ParsedKey>,
): Snapshot {
  const models = [
    model('gpt-4o'),
    model('gpt-3.5-turbo-instruct'),
    model('claude-sonnet-5', { provider: 'anthropic' }),
    model('flaky', { provider: 'flaky', providerModel: 'gpt-4o' }),
    model('not-for-this-key'),
    model('text-embedding-3-small', {
      kind: 'embedding',
      rates: { input: '0.00000002' },
    }),
    model('omni-moderation-latest', {
      kind: 'moderation',
      rates: { input: '0' },
    }),
    model('dall-e-3', { kind: 'image', rates: { image: '0.04' } }),
    model('gpt-image-1', { kind: 'image', rates: TOKENS }),
    model('tts-1', { kind: 'speech', rates: { character: '0.000015' } }),
    model('whisper-1', {
      kind: 'transcription',
      rates: { 'audio-second': '0.0001' },
    }),
    model('gpt-4o-transcribe', { kind: 'transcription', rates: TOKENS }),
  ];
  const key = (parsed: ParsedKey, changes: Partial<Key> = {}): Key => ({
    id: parsed.id,
    hash: hashKey(parsed.secret, HASH_SECRET),
    applicationRef: 'component:default/support-bot',
    departmentRef: DEPARTMENT,
    models: models
      .map(({ name }) => name)
      .filter(name => name !== 'not-for-this-key'),
    expiresAt: '2999-01-01T00:00:00.000Z',
    ...changes,
  });
  return snapshotSchema.parse({
    version: 'snapshot-1',
    generatedAt: '2026-11-22T10:00:00.000Z',
    keys: [
      key(keys.main),
      key(keys.single, { limits: { parallelRequests: 1 } }),
      key(keys.expired, { expiresAt: '2020-01-01T00:00:00.000Z' }),
    ],
    models,
    departments: [{ ref: DEPARTMENT, budgetEpoch: 1 }],
  } satisfies SnapshotInput);
}

function model(
  name: string,
  options: {
    kind?: Model['kind'];
    provider?: string;
    providerModel?: string;
    rates?: Model['targets'][number]['rates'];
  } = {},
): Model {
  const { provider = 'openai' } = options;
  return {
    name,
    kind: options.kind ?? 'chat',
    contextTokens: 128_000,
    maxOutputTokens: 4096,
    targets: [
      {
        id: `${name}@${provider}`,
        provider,
        providerModel: options.providerModel ?? name,
        priceVersionId: `price-${name}`,
        rates: options.rates ?? TOKENS,
      },
    ],
    // what is repeated is the client's doing, so that it can be seen
    routing: { retries: 0 },
  };
}
