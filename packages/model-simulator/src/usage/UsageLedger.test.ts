import { UsageLedger, type RequestOutcome } from './UsageLedger';

function request(requestId: string, outcome: RequestOutcome) {
  return {
    requestId,
    model: 'gpt-4o',
    outcome,
    promptTokens: 10,
    cachedTokens: 4,
    completionTokens: 3,
  };
}

describe('UsageLedger', () => {
  it('bills what was answered, and only counts the rest', () => {
    const ledger = new UsageLedger();
    ledger.record(request('a', 'answered'));
    ledger.record(request('b', 'aborted'));
    ledger.record(request('c', 'failed'));
    ledger.record(request('d', 'answered'));

    const { totals, aborted, failed, requests } = ledger.report();
    expect(totals).toEqual({
      'gpt-4o': {
        requests: 2,
        promptTokens: 20,
        cachedTokens: 8,
        completionTokens: 6,
      },
    });
    expect({ aborted, failed }).toEqual({ aborted: 1, failed: 1 });
    expect(requests.map(each => each.requestId).join('')).toBe('abcd');
  });

  it('adds up the parts that only some requests have, and says nothing of the others', () => {
    const ledger = new UsageLedger();
    ledger.record(request('a', 'answered'));
    ledger.record({ ...request('b', 'answered'), images: 2 });
    ledger.record({ ...request('c', 'answered'), images: 3, audioSeconds: 0 });

    const totals = ledger.report().totals['gpt-4o'];
    expect(totals).toMatchObject({ images: 5, audioSeconds: 0 });
    expect(totals).not.toHaveProperty('characters');
  });

  it('keeps the newest 100,000 requests, but bills all of them', () => {
    const ledger = new UsageLedger();
    for (let number = 0; number < 250_000; number++) {
      ledger.record(request(String(number), 'answered'));
    }

    const { requests, totals } = ledger.report();
    expect(requests).toHaveLength(100_000);
    expect(requests.at(-1)?.requestId).toBe('249999');
    expect(totals['gpt-4o'].requests).toBe(250_000);
  });

  it('hands out a report that later requests do not change', () => {
    const ledger = new UsageLedger();
    ledger.record(request('a', 'answered'));
    const report = ledger.report();
    ledger.record(request('b', 'answered'));

    expect(report.totals['gpt-4o'].requests).toBe(1);
    expect(report.requests).toHaveLength(1);
  });
});
