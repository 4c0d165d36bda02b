import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Agent, request } from 'undici';
import { serveControlPlane } from './__testUtils__/serveControlPlane';
import { testSnapshot, waitFor } from './__testUtils__/startTestGateway';
import { MemoryControlPlane } from './link/MemoryControlPlane';

const BUDGET = parseUsd('10');

/** Starts a gateway in its own process. */
async function startProcess(settings: Record<string, string>) {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      path.join(__dirname, '__testUtils__/gatewayProcess.ts'),
    ],
    {
      env: { ...process.env, GATEWAY: JSON.stringify(settings) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout });
  const [url] = await once(lines, 'line');
  const origin = new URL(url).origin;
  for (;;) {
    const { statusCode, body } = await request(`${origin}/readyz`);
    await body.dump();
    if (statusCode === 200) return { child, url: String(url) };
  }
}

async function kill(child: ChildProcess) {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('books every call that was answered exactly once, across kill -9', async () => {
  const dataDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'kill-'));
  const simulator = await startModelSimulator({
    models: 'any',
    firstTokenMs: 5,
    jitter: 1,
  });
  const key = generateKey();
  const controlPlane = new MemoryControlPlane({
    snapshot: testSnapshot(key),
    budgetPicoUsd: BUDGET,
    sparePicoUsd: parseUsd('0.1'),
  });
  const served = await serveControlPlane(controlPlane);
  const settings = {
    dataDirectory,
    upstreamUrl: simulator.url,
    controlPlaneUrl: served.url,
  };
  const answered: string[] = [];
  const agent = new Agent({ connections: 40 });

  async function call(url: string, index: number): Promise<void> {
    const { headers, body, statusCode } = await request(
      `${url}/chat/completions`,
      {
        method: 'POST',
        dispatcher: agent,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key.secret}`,
        },
        body: JSON.stringify({
          model: 'mini',
          stream: index % 2 === 0,
          max_tokens: 60,
          messages: [{ role: 'user', content: `call ${index}` }],
        }),
      },
    );
    const text = await body.text();
    const isWhole = index % 2 !== 0 || text.includes('data: [DONE]');
    if (statusCode === 200 && isWhole) {
      answered.push(String(headers['x-request-id']));
    }
  }

  let index = 0;
  async function callUntilKilled(answersBeforeKill: number): Promise<void> {
    const { child, url } = await startProcess(settings);
    const callOn = async () => {
      while (answered.length < answersBeforeKill) {
        index += 1;
        await call(url, index);
      }
    };
    // the connections go with the process
    const all = Array.from({ length: 40 }, () => callOn().catch(() => {}));
    await waitFor(() => answered.length >= answersBeforeKill, 20_000);
    await kill(child);
    await Promise.all(all);
  }

  await callUntilKilled(30);
  await callUntilKilled(90);
  const { child, url } = await startProcess(settings);
  await call(url, 1); // the gateway serves again
  await waitFor(() => answered.every(id => controlPlane.records.has(id)));
  // the former lives have handed back what they can: only what nobody saw the end of stays held
  await waitFor(
    () =>
      controlPlane.bookedPicoUsd +
        controlPlane.leasedPicoUsd +
        controlPlane.leftPicoUsd ===
      BUDGET,
  );
  const counted = new Map(
    simulator.usage().requests.map(each => [each.requestId, each]),
  );
  for (const [id, record] of controlPlane.records) {
    if (record.estimated) continue;
    const tokens = record.lines.reduce((sum, line) => sum + line.tokens, 0n);
    const truth = counted.get(id);
    expect(tokens).toBe(
      BigInt((truth?.promptTokens ?? 0) + (truth?.completionTokens ?? 0)),
    );
  }
  await kill(child);
  await agent.destroy();
  await served.close();
  await simulator.close();
  fs.rmSync(dataDirectory, { recursive: true });
}, 60_000);

it('keeps held what was at a provider at a kill -9, and no more than twice that', async () => {
  const dataDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'kill-'));
  const simulator = await startModelSimulator({ models: 'any' });
  const key = generateKey();
  const controlPlane = new MemoryControlPlane({
    snapshot: testSnapshot(key),
    budgetPicoUsd: BUDGET,
    sparePicoUsd: parseUsd('0.1'),
  });
  const served = await serveControlPlane(controlPlane);
  const settings = {
    dataDirectory,
    upstreamUrl: simulator.url,
    controlPlaneUrl: served.url,
  };
  const body = JSON.stringify({
    model: 'mini',
    max_tokens: 60,
    messages: [{ role: 'user', content: 'Where is my parcel?' }],
  });
  const agent = new Agent();
  const former = await startProcess(settings);
  simulator.gate.close();
  const calls = [1, 2, 3].map(() =>
    request(`${former.url}/chat/completions`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key.secret}`,
      },
      body,
    }),
  );
  await simulator.gate.waitForHeld(3);
  await kill(former.child);
  expect(await Promise.allSettled(calls)).toMatchObject(
    calls.map(() => ({ status: 'rejected' })),
  );
  simulator.gate.open();

  const next = await startProcess(settings);
  // a token a byte, 16 a message, and half a pico-dollar for each class that is rounded; see worstCase
  const worstCase = BigInt(body.length + 16) * 150_000n + 60n * 600_000n + 5n;
  await waitFor(() => controlPlane.leasedPicoUsd <= 6n * worstCase);
  expect(controlPlane.leasedPicoUsd >= 3n * worstCase).toBe(true);
  expect(controlPlane.leftPicoUsd + controlPlane.leasedPicoUsd).toBe(BUDGET);
  await kill(next.child);
  await agent.destroy();
  await served.close();
  await simulator.close();
  fs.rmSync(dataDirectory, { recursive: true });
}, 60_000);
