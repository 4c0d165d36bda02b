import fs from 'node:fs';
import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import { startTestGateway, waitFor } from './__testUtils__/startTestGateway';

it('sends nothing to a provider that it could not put on record, and goes on when there is space', async () => {
  const simulator = await startModelSimulator({ models: 'any' });
  const mesh = await startTestGateway({ upstreamUrl: simulator.url });
  const call = (choices: number) =>
    mesh.client.chat.completions.create({
      model: 'mini',
      max_tokens: 10,
      n: choices,
      messages: [{ role: 'user', content: 'Where is my parcel?' }],
    });
  await call(1); // from here on there is a lease with room
  await waitFor(() => mesh.gateway.status()?.undeliveredRecords === 0);
  const sent = simulator.usage().requests.length;

  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const spy = jest.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw full;
  });
  await expect(call(100)).rejects.toMatchObject({
    status: 503,
    code: 'journal_unavailable',
  });
  expect(spy).toHaveBeenCalled();
  expect(simulator.usage().requests).toHaveLength(sent);
  spy.mockRestore();

  await call(100);
  await mesh.close();
  await simulator.close();
  expect(mesh.controlPlane.records.size).toBe(2);
  expect(mesh.controlPlane.leasedPicoUsd).toBe(0n);
});
