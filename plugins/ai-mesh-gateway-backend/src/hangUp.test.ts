import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import { UsageRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  startTestGateway,
  TestGateway,
  waitFor,
} from './__testUtils__/startTestGateway';

const BETWEEN_TOKENS_MS = 10;
const MAX_TOKENS = 20;
const REQUEST = {
  model: 'mini',
  messages: [{ role: 'user' as const, content: 'Where is my parcel?' }],
};

describe('a caller who hangs up', () => {
  let simulator: ModelSimulator;
  let mesh: TestGateway;

  beforeAll(async () => {
    simulator = await startModelSimulator({
      models: 'any',
      betweenTokensMs: BETWEEN_TOKENS_MS,
    });
    mesh = await startTestGateway({ upstreamUrl: simulator.url });
  });
  beforeEach(() => {
    simulator.reset();
    mesh.controlPlane.records.clear();
  });
  afterAll(async () => {
    await mesh.close();
    await simulator.close();
  });

  async function booked(): Promise<UsageRecord> {
    await waitFor(() => mesh.controlPlane.records.size === 1);
    const [record] = mesh.controlPlane.records.values();
    return record;
  }

  async function hangUpInStream(maxTokens: number): Promise<void> {
    const stream = await mesh.client.chat.completions.create({
      ...REQUEST,
      max_tokens: maxTokens,
      stream: true,
    });
    let pieces = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0].delta.content) pieces += 1;
      if (pieces === 3) break; // closes the connection
    }
  }

  it('in a short stream is charged what the provider counts, to the token', async () => {
    await hangUpInStream(MAX_TOKENS);
    const { estimated, streamed, lines } = await booked();
    const { promptTokens, completionTokens } =
      simulator.usage().totals['gpt-4o-mini'];
    expect({ estimated, streamed }).toEqual({
      estimated: false,
      streamed: true,
    });
    expect(lines.map(each => Number(each.tokens))).toEqual([
      promptTokens,
      completionTokens,
    ]);
  });

  it('before a short answer is, too', async () => {
    const controller = new AbortController();
    simulator.gate.close();
    const pending = mesh.client.chat.completions
      .create(
        { ...REQUEST, max_tokens: MAX_TOKENS },
        { signal: controller.signal },
      )
      .catch(error => error);
    await simulator.gate.waitForHeld(1);
    controller.abort();
    await pending;
    simulator.gate.open();
    const { estimated, lines } = await booked();
    expect(estimated).toBe(false);
    expect(Number(lines[1].tokens)).toBe(
      simulator.usage().totals['gpt-4o-mini'].completionTokens,
    );
  });

  it('in a long stream has it stopped, and is charged what was said until then', async () => {
    const answer = await mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${mesh.key.secret}`,
      },
      body: JSON.stringify({
        ...REQUEST,
        stream: true,
        metadata: { simulator_fault: 'hang;after=10' },
      }),
    });
    await answer.body?.cancel();
    const { estimated, lines } = await booked();
    expect(estimated).toBe(true);
    const pieces = Number(lines[1].tokens);
    expect(pieces).toBeGreaterThanOrEqual(10);
    expect(pieces).toBeLessThanOrEqual(12); // the first and the last event of a chat have no token
    expect(simulator.usage().aborted).toBe(1);
  });
});
