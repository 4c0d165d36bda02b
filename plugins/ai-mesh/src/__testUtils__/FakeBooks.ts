import { NotFoundError } from '@backstage/errors';
import {
  BookMonth,
  BooksApi,
  DataQuality,
  FlaggedLine,
  InvoiceDetails,
  parseUsd,
  picoUsd,
  QuarantinedRecord,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const AT = '2026-11-20T09:00:00.000Z';
const DIGEST = 'c0ffee00'.repeat(8);

function month(name: string, more: Partial<BookMonth>): BookMonth {
  return {
    month: name,
    status: 'open',
    totals: {
      requests: 12_345n,
      departmentsPicoUsd: parseUsd('1000'),
      clearingPicoUsd: parseUsd('20'),
      suspensePicoUsd: parseUsd('3'),
      payablePicoUsd: parseUsd('1023'),
      correctionsPicoUsd: parseUsd('1.50'),
      estimatedPicoUsd: parseUsd('10'),
      containsDemoData: false,
    },
    ...more,
  };
}

const LINE: FlaggedLine = {
  requestId: 'request-of-october',
  attempt: 1,
  lineNo: 0,
  revision: 0,
  occurredAt: '2026-10-31T23:59:00.000Z',
  bookedAt: AT,
  departmentRef: 'group:default/customer-care',
  applicationRef: 'component:default/support-bot',
  keyId: 'AbCdEfGhIjKl',
  model: 'gpt-4o-mini',
  provider: 'openai',
  chargeClass: 'input',
  quantity: '100',
  costPicoUsd: parseUsd('1.50'),
  flags: ['late'],
  debit: 'expense:group:default/customer-care',
  credit: 'payable:openai',
  replicaId: 'gateway-1',
};

/** The books in memory: two months that are closed, one that can be, and the present one. */
export class FakeBooks implements BooksApi {
  #months = [
    month('2026-11', { notClosable: 'Not over yet' }),
    month('2026-10', {}),
    month('2026-09', {
      status: 'closed',
      closedAt: AT,
      closedBy: 'user:default/priya',
      digest: DIGEST,
    }),
  ];
  #invoice = invoiceOf('1000', '1023');
  #records: QuarantinedRecord[] = [
    {
      id: 7,
      replicaId: 'gateway-1',
      reason: 'lines.0.tokens: expected a whole number, as text',
      record: '{"requestId":"request-1","lines":[{"tokens":"-1"}]}',
      isCut: false,
      times: 3,
      receivedAt: AT,
      lastReceivedAt: AT,
      state: 'open',
    },
  ];

  async listMonths() {
    return { items: this.#months, canClose: true };
  }

  async closeMonth(name: string) {
    const closed = month(name, {
      status: 'closed',
      closedAt: AT,
      closedBy: 'user:default/priya',
      digest: DIGEST,
    });
    this.#months = this.#months.map(each =>
      each.month === name ? closed : each,
    );
    return closed;
  }

  async downloadStatement(name: string, format: 'json' | 'csv') {
    return {
      name: `statement-${name}.${format}`,
      content: new Blob(['statement']),
    };
  }

  async listInvoices() {
    const { lines, ...invoice } = this.#invoice;
    return { items: [invoice], total: 1 };
  }

  async uploadInvoice() {
    return { invoices: [this.#invoice] };
  }

  async getInvoice() {
    return this.#invoice;
  }

  async postDifference() {
    this.#invoice = invoiceOf('1000', '1000');
    return { posted: 2, invoice: this.#invoice };
  }

  async getQuality(name: string): Promise<DataQuality> {
    const { lines, ...invoice } = this.#invoice;
    const open = this.#records.filter(each => each.state === 'open').length;
    return {
      month: name,
      quarantine: {
        open,
        dismissed: this.#records.length - open,
        booked: 0,
        reasons: [],
      },
      suspense: [{ reason: 'unknown-key', costPicoUsd: parseUsd('3') }],
      flags: [{ flag: 'late', lines: 2, costPicoUsd: parseUsd('1.50') }],
      costPicoUsd: parseUsd('1023'),
      estimatedPicoUsd: parseUsd('10.23'),
      unpricedModels: ['llama-3-8b'],
      checks: [
        {
          startedAt: AT,
          finishedAt: AT,
          fromDay: '2026-11-01',
          toDay: '2026-11-20',
          days: 20,
          differenceCount: 1,
          differences: [
            {
              what: 'rollup_daily',
              when: '2026-11-03',
              about: 'group:default/customer-care, gpt-4o-mini, input',
              amount: 'cost_pico',
              ofLines: '250',
              kept: '251',
            },
          ],
        },
      ],
      repricings: [
        {
          id: 'change-1',
          priceKey: 'openai/gpt-4o-mini',
          region: '',
          serviceTier: 'standard',
          from: '2026-10-01T00:00:00.000Z',
          to: '2026-10-15T00:00:00.000Z',
          restated: 1234n,
          startedAt: AT,
        },
      ],
      invoices: [invoice],
    };
  }

  async listFlaggedLines() {
    return { items: [LINE], total: 1 };
  }

  async listQuarantine(query: { state?: QuarantinedRecord['state'] } = {}) {
    const items = this.#records.filter(
      each => query.state === undefined || each.state === query.state,
    );
    return { items, total: items.length };
  }

  async dismissRecord(id: number, { reason }: { reason: string }) {
    return this.#decide(id, { state: 'dismissed', decision: reason });
  }

  async retryRecord(id: number) {
    return this.#decide(id, { state: 'booked' });
  }

  #decide(id: number, change: Partial<QuarantinedRecord>): QuarantinedRecord {
    const record = this.#records.find(each => each.id === id);
    if (!record) throw new NotFoundError('No such record');
    const decided = {
      ...record,
      ...change,
      decidedBy: 'user:default/priya',
      decidedAt: AT,
    };
    this.#records = this.#records.map(each =>
      each.id === id ? decided : each,
    );
    return decided;
  }
}

function invoiceOf(invoiced: string, owed: string): InvoiceDetails {
  const large = { invoiced: parseUsd(invoiced), ledger: parseUsd(owed) };
  const rest = { invoiced: picoUsd(0n), ledger: parseUsd('2') };
  const lines = [
    { model: 'gpt-4o-mini', isInvoiced: true, ...large },
    ...(invoiced === owed
      ? []
      : [{ model: 'llama-3-8b', isInvoiced: false, ...rest }]),
  ].map(line => ({
    model: line.model,
    isInvoiced: line.isInvoiced,
    invoicedPicoUsd: line.invoiced,
    ledgerPicoUsd: line.ledger,
    differencePicoUsd: picoUsd(line.invoiced - line.ledger),
    isBeyondTolerance: line.invoiced !== line.ledger,
  }));
  return {
    id: 1,
    month: '2026-10',
    provider: 'openai',
    fileName: 'october.csv',
    uploadedBy: 'user:default/priya',
    uploadedAt: AT,
    invoicedPicoUsd: sumPicoUsd(lines.map(each => each.invoicedPicoUsd)),
    ledgerPicoUsd: sumPicoUsd(lines.map(each => each.ledgerPicoUsd)),
    differencePicoUsd: sumPicoUsd(lines.map(each => each.differencePicoUsd)),
    isBeyondTolerance: invoiced !== owed,
    isSuperseded: false,
    lines,
  };
}
