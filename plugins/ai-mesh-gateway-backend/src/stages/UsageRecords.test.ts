import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  invariant,
  picoUsd,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import fc from 'fast-check';
import { testSnapshot } from '../__testUtils__/startTestGateway';
import { Attempt, SettledUsage } from '../Attempt';
import { Call } from '../Call';
import { Lease } from '../leases/Lease';
import { matchRoute } from '../routes';
import { compileSnapshot } from '../snapshot/CompiledSnapshot';
import { UsageRecords } from './UsageRecords';

const STARTED_MS = Date.parse('2026-11-22T10:00:00.000Z');

/** The second says what is seldom to be said. */
const SEVERAL: Array<
  Pick<SettledUsage, 'estimated' | 'serviceTier' | 'oddities'>
> = [
  { estimated: false, serviceTier: 'standard', oddities: [] },
  {
    estimated: true,
    serviceTier: 'priority',
    oddities: ['usage-mismatch', 'unpriced-class'],
  },
];

it('says of every call what the control plane is to know, first and later, whatever the names are', () => {
  const records = new UsageRecords();
  const generated = generateKey();
  const names = fc.record({
    application: fc.string({ unit: 'binary' }),
    target: fc.string({ unit: 'binary' }),
    price: fc.string({ unit: 'binary' }),
    otherPrice: fc.string({ unit: 'binary' }),
    lease: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(names, name => {
      const snapshot = testSnapshot(generated);
      snapshot.keys[0].applicationRef = name.application;
      snapshot.models[0].targets[0].id = name.target;
      snapshot.models[0].targets[0].priceVersionId = name.price;
      const { keys, models } = compileSnapshot(snapshot);
      for (const { estimated, serviceTier, oddities } of SEVERAL) {
        const request = new IncomingMessage(new Socket());
        const call = new Call({
          id: 'req_1',
          match: matchRoute('POST', '/v1/chat/completions'),
          request,
          response: new ServerResponse(request),
          startedAtMs: STARTED_MS,
          latestAtMs: Infinity,
        });
        call.key = keys.get(generated.id);
        call.model = models.get('mini');
        invariant(call.model !== undefined, 'the model is in the snapshot');
        const attempt = new Attempt({
          number: 1,
          model: call.model,
          target: call.model.targets[0],
          because: 'requested',
        });
        attempt.startedAtMs = STARTED_MS;
        const lease = new Lease({
          id: name.lease,
          budgets: { departmentRef: 'group:default/customer-care' },
          scopeId: 'customer-care',
          grantedPicoUsd: picoUsd(100n),
          budgetEpoch: 1,
          expiresAtMs: 1,
          writeWatermark: () => {},
        });
        attempt.hold = lease.tryHold(picoUsd(1n));
        attempt.usage = {
          estimated,
          serviceTier,
          oddities,
          inputTokens: 2,
          outputTokens: 4,
          lines: [
            {
              tokenClass: 'input',
              tokens: 2n,
              priceVersionId: name.price,
              costPicoUsd: picoUsd(3n),
            },
            {
              tokenClass: 'output',
              tokens: 4n,
              priceVersionId: name.otherPrice,
              costPicoUsd: picoUsd(5n),
            },
          ],
        };
        const text = records.textOf(call, attempt, STARTED_MS + 7.4);
        const expected: UsageRecordMessage = {
          requestId: 'req_1',
          attempt: 1,
          keyId: generated.id,
          applicationRef: name.application,
          departmentRef: 'group:default/customer-care',
          model: 'mini',
          targetId: name.target,
          leaseId: name.lease,
          occurredAt: '2026-11-22T10:00:00.000Z',
          durationMs: 7,
          streamed: false,
          estimated,
          ...(serviceTier !== 'standard' && { serviceTier }),
          ...(oddities.length > 0 && { oddities: [...oddities] }),
          lines: [
            {
              tokenClass: 'input',
              tokens: '2',
              priceVersionId: name.price,
              costPicoUsd: '3',
            },
            {
              tokenClass: 'output',
              tokens: '4',
              priceVersionId: name.otherPrice,
              costPicoUsd: '5',
            },
          ],
        };
        expect(JSON.parse(text)).toEqual(expected);
      }
    }),
  );
});
