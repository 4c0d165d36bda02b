import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';
import { SnapshotFeed } from './SnapshotFeed';

const forever = new AbortController().signal;

function createFeed() {
  const changes = new ChangeSignal();
  const content: Omit<SnapshotInput, 'version' | 'generatedAt'> = {
    keys: [],
    models: [],
    departments: [],
  };
  const build = jest.fn(async () => structuredClone(content));
  const feed = new SnapshotFeed({ build, changes, now: () => new Date(0) });
  const change = () => {
    content.departments.push({ ref: 'group:default/new', budgetEpoch: 1 });
  };
  return { feed, changes, build, change };
}

describe('SnapshotFeed', () => {
  it('answers at once without a version, and gives the same content the same version', async () => {
    const { feed } = createFeed();
    const first = await feed.newerThan(undefined, {
      waitMs: 30_000,
      signal: forever,
    });
    const second = await feed.latest();
    expect(second.version).toBe(first?.version);
  });

  it('answers with nothing when nothing changed in time', async () => {
    const { feed } = createFeed();
    const { version } = await feed.latest();
    await expect(
      feed.newerThan(version, { waitMs: 20, signal: forever }),
    ).resolves.toBeUndefined();
  });

  it('wakes 50 waiting gateways with at most two builds', async () => {
    const { feed, changes, build, change } = createFeed();
    const { version } = await feed.latest();
    const waiting = Array.from({ length: 50 }, () =>
      feed.newerThan(version, { waitMs: 30_000, signal: forever }),
    );
    await feed.latest();
    build.mockClear();
    change();
    changes.changed();
    const snapshots = await Promise.all(waiting);
    for (const snapshot of snapshots) {
      expect(snapshot?.departments).toHaveLength(1);
    }
    expect(build.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('sees a change that another portal made, without a signal', async () => {
    const { feed, change } = createFeed();
    const { version } = await feed.latest();
    const waiting = feed.newerThan(version, {
      waitMs: 30_000,
      signal: forever,
    });
    await feed.latest();
    change();
    await expect(waiting).resolves.toMatchObject({
      departments: [{ ref: 'group:default/new' }],
    });
  });

  it('stops waiting when the gateway is gone', async () => {
    const { feed } = createFeed();
    const { version } = await feed.latest();
    const gone = new AbortController();
    const waiting = feed.newerThan(version, {
      waitMs: 30_000,
      signal: gone.signal,
    });
    gone.abort();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('holds a change that was made while an older build was under way', async () => {
    const { feed, change } = createFeed();
    const older = feed.latest();
    change();
    const newer = feed.latest();
    await expect(newer).resolves.toMatchObject({
      departments: [{ ref: 'group:default/new' }],
    });
    await older;
  });

  it('answers the next caller after a build that failed', async () => {
    const { feed, build } = createFeed();
    build.mockRejectedValueOnce(new Error('the database is away'));
    const failed = feed.latest();
    const next = feed.latest();
    await expect(failed).rejects.toThrow('away');
    await expect(next).resolves.toMatchObject({ keys: [] });
  });
});
