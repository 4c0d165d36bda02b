import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import { parseUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { startTestGateway } from './__testUtils__/startTestGateway';

const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];

it('spends no more than the budget with 200 parallel calls, and books what the provider counted', async () => {
  const simulator = await startModelSimulator({
    models: 'any',
    firstTokenMs: 2,
  });
  const budget = parseUsd('0.002'); // some 50 calls at their dearest
  const mesh = await startTestGateway({
    upstreamUrl: simulator.url,
    budgetPicoUsd: budget,
    sparePicoUsd: picoUsd(0n),
  });
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) =>
      mesh.client.chat.completions.create({
        model: 'mini',
        max_tokens: 30,
        messages: MESSAGES,
        ...(index % 2 === 0 && { n: 1 }),
      }),
    ),
  );
  await mesh.close();
  const answered = results.filter(each => each.status === 'fulfilled');
  const refused = results.filter(
    each => each.status === 'rejected' && each.reason.status === 429,
  );
  expect(answered.length).toBeGreaterThan(10);
  expect(refused.length).toBeGreaterThan(0);
  expect(answered.length + refused.length).toBe(200);
  expect(mesh.controlPlane.records.size).toBe(answered.length);

  const { promptTokens, completionTokens } =
    simulator.usage().totals['gpt-4o-mini'];
  const counted =
    BigInt(promptTokens) * 150_000n + BigInt(completionTokens) * 600_000n;
  expect(mesh.controlPlane.bookedPicoUsd).toBe(counted);
  expect(counted <= budget).toBe(true);
  expect(mesh.controlPlane.leasedPicoUsd).toBe(0n);
  expect(mesh.controlPlane.leftPicoUsd).toBe(budget - counted);
  await simulator.close();
});
