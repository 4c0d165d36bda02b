import { SinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import fc from 'fast-check';
import { ledgerLine } from '../__testUtils__/usage';
import { readBatch, writeBatch } from './batchText';
import { toSinkLine } from './toSinkLine';

const BOOKED_AT = new Date('2026-11-22T12:00:00Z');

function sinkLine(overrides: Partial<SinkLine>): SinkLine {
  const line = ledgerLine();
  const booked = { line, dimensionId: 1, postedAt: line.occurredAt, flags: [] };
  const whole = { ...toSinkLine(booked, BOOKED_AT), ...overrides };
  const { requestId, attempt, lineNo, revision } = whole;
  return { ...whole, id: `${requestId}/${attempt}/${lineNo}/${revision}` };
}

describe('the text of a batch', () => {
  it('gives back every field of every line, in their order', () => {
    const lines = fc.array(
      fc
        .record({
          requestId: fc.string(),
          attempt: fc.nat(),
          lineNo: fc.nat(),
          revision: fc.nat(),
          quantity: fc.bigInt().map(String),
          costPicoUsd: fc.bigInt().map(String),
          flags: fc.array(fc.constantFrom('estimated', 'late')),
          replicaId: fc.string(),
        })
        .chain(line =>
          fc
            .constantFrom('mini', 'large', '')
            .map(model => sinkLine({ ...line, model })),
        ),
    );
    fc.assert(
      fc.property(lines, each => {
        const models = [...new Set(each.map(line => line.model))];
        const text = writeBatch(
          each.map(line => ({ line, aboutId: models.indexOf(line.model) })),
          BOOKED_AT,
        );
        expect(readBatch(text)).toEqual(each);
      }),
    );
  });

  it('says once what lines are about', () => {
    const sizeOf = (count: number) => {
      const lines = Array.from({ length: count }, (_, lineNo) => ({
        line: sinkLine({ lineNo }),
        aboutId: 1,
      }));
      return writeBatch(lines, BOOKED_AT).length;
    };
    const single = JSON.stringify(sinkLine({})).length;
    expect((sizeOf(101) - sizeOf(1)) / 100).toBeLessThan(single / 4);
  });

  it('refuses what a later version of the portal wrote', () => {
    const text = writeBatch([], BOOKED_AT).replace('1', '2');
    expect(() => readBatch(text)).toThrow(/version/);
  });
});
