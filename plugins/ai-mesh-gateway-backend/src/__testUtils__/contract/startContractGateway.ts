import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import {
  ParsedKey,
  parseUsd,
  Snapshot,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { MemoryControlPlane } from '../../link/MemoryControlPlane';
import {
  startTestGateway,
  testSnapshot,
  TEST_HASH_SECRET,
  TestGateway,
} from '../startTestGateway';

/** Bytes of a body that the gateway takes, at most. */
export const BODY_LIMIT_BYTES = 32 * 1024;

const POOR_DEPARTMENT = 'group:default/without-a-budget';

/** Keys, each with something wrong with it, by what it is. */
export interface ContractKeys {
  valid: ParsedKey;
  expired: ParsedKey;
  /** Its id is in the snapshot, with the hash of another secret. */
  wrong: ParsedKey;
  unknown: ParsedKey;
  /** May use no model. */
  modelless: ParsedKey;
  /** Of a department that has no money. */
  poor: ParsedKey;
  /** One request a minute. */
  slow: ParsedKey;
  /** One token a minute. */
  terse: ParsedKey;
}

/** One gateway for a whole table of cases, and the provider that none of them may reach. */
export interface ContractGateway {
  mesh: TestGateway;
  simulator: ModelSimulator;
  keys: ContractKeys;
  port: number;
  close(): Promise<void>;
}

/** Grants money to all departments but the poor one. */
class ContractControlPlane extends MemoryControlPlane {
  async requestLeases(
    request: Parameters<MemoryControlPlane['requestLeases']>[0],
  ) {
    const leases = await super.requestLeases(request);
    return leases.map(lease =>
      lease.departmentRef === POOR_DEPARTMENT
        ? {
            outcome: 'refused' as const,
            departmentRef: POOR_DEPARTMENT,
            refusedByRef: POOR_DEPARTMENT,
            budgetEpoch: 1,
          }
        : lease,
    );
  }
}

/** Starts the gateway, and the simulated provider behind it. */
export async function startContractGateway(): Promise<ContractGateway> {
  const keys: ContractKeys = {
    valid: generateKey(),
    expired: generateKey(),
    wrong: generateKey(),
    unknown: generateKey(),
    modelless: generateKey(),
    poor: generateKey(),
    slow: generateKey(),
    terse: generateKey(),
  };
  const simulator = await startModelSimulator({
    models: 'any',
    keepRequests: 100,
  });
  const mesh = await startTestGateway({
    upstreamUrl: simulator.url,
    key: keys.valid,
    controlPlane: new ContractControlPlane({
      snapshot: contractSnapshot(keys),
      budgetPicoUsd: parseUsd('1000'),
      sparePicoUsd: parseUsd('1'),
    }),
    limits: { bodyBytes: BODY_LIMIT_BYTES },
  });
  return {
    mesh,
    simulator,
    keys,
    port: Number(new URL(mesh.url).port),
    async close() {
      await mesh.close();
      await simulator.close();
    },
  };
}

function contractSnapshot(keys: ContractKeys): Snapshot {
  const base = testSnapshot(keys.valid);
  const [valid] = base.keys;
  const as = ({ id, secret }: ParsedKey, changes: Partial<typeof valid>) => ({
    ...valid,
    id,
    hash: hashKey(secret, TEST_HASH_SECRET),
    ...changes,
  });
  return snapshotSchema.parse({
    ...base,
    keys: [
      valid,
      as(keys.expired, { expiresAt: '2020-01-01T00:00:00.000Z' }),
      as(keys.wrong, { hash: valid.hash }),
      as(keys.modelless, { models: [] }),
      as(keys.poor, { departmentRef: POOR_DEPARTMENT }),
      as(keys.slow, { limits: { requestsPerMinute: 1 } }),
      as(keys.terse, { limits: { tokensPerMinute: 1 } }),
    ],
    models: base.models.map(model =>
      // so that no budget is always too small, for every kind of model
      model.kind === 'moderation'
        ? {
            ...model,
            targets: model.targets.map(target => ({
              ...target,
              rates: { input: '0.0000001' },
            })),
          }
        : model,
    ),
    departments: [
      ...base.departments,
      { ref: POOR_DEPARTMENT, budgetEpoch: 1 },
    ],
  });
}
