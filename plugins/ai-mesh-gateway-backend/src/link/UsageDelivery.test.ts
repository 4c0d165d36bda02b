import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  testSnapshot,
  TestLogger,
  waitFor,
} from '../__testUtils__/startTestGateway';
import { Journal, JournalError } from '../journal/Journal';
import { MemoryControlPlane } from './MemoryControlPlane';
import { UsageDelivery } from './UsageDelivery';

describe('UsageDelivery', () => {
  let directory: string;
  let journal: Journal;
  let delivery: UsageDelivery;
  const logger = new TestLogger();
  const sendUsage = jest.fn();

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'delivery-'));
    logger.lines.length = 0;
    sendUsage.mockReset().mockResolvedValue({ rejected: [] });
    journal = Journal.open({ directory, logger });
    const controlPlane = new MemoryControlPlane({
      snapshot: testSnapshot(generateKey()),
      budgetPicoUsd: picoUsd(0n),
    });
    controlPlane.sendUsage = sendUsage;
    delivery = new UsageDelivery({
      replicaId: 'gateway-test',
      controlPlane,
      journal,
      logger,
      quietUntilMs: 0,
    });
  });

  afterEach(async () => {
    delivery.close();
    await journal.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  const settle = () =>
    journal.settled({ leaseId: 'lease-1', costPicoUsd: 1n, text: '{}' });

  it('collects for a quarter of a second, unless somebody is in a hurry', async () => {
    await settle();
    const startedAt = Date.now();
    delivery.notify();
    delivery.hurry();
    await waitFor(() => journal.state.undelivered.size === 0);
    expect(Date.now() - startedAt).toBeLessThan(240);
  });

  it('leaves a control plane alone that is away, whoever is in a hurry', async () => {
    sendUsage.mockRejectedValueOnce(new Error('away'));
    await settle();
    await delivery.flush();
    delivery.hurry();
    await new Promise(resolve => setImmediate(resolve));
    expect(sendUsage).toHaveBeenCalledTimes(1);
  });

  it('says of usage that is delivered that it is, also when that cannot be put on record', async () => {
    const onAcknowledged = jest.fn();
    delivery.onAcknowledged(onAcknowledged);
    await settle();
    const spy = jest
      .spyOn(journal, 'acknowledged')
      .mockImplementation(through => {
        journal.state.undelivered.removeThrough(through);
        throw new JournalError(new Error('no space left'));
      });
    await delivery.flush();
    spy.mockRestore();
    expect(onAcknowledged).toHaveBeenCalledTimes(1);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toContain(
      'Usage is delivered, which cannot be put',
    );
    await settle();
    await delivery.flush();
    expect(sendUsage).toHaveBeenCalledTimes(2);
  });
});
