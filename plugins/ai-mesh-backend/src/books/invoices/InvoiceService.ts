import { createHash } from 'node:crypto';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  Invoice,
  InvoiceDetails,
  InvoicePosting,
  InvoiceUpload,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { InvalidFieldsError } from '../../http/InvalidFieldsError';
import { LedgerService } from '../../ledger/LedgerService';
import { PinnedPrices } from '../../ledger/PinnedPrice';
import { DayNumber } from '../../ledger/posting';
import {
  daysOfMonth,
  formatMonth,
  MonthNumber,
  monthRange,
  parseMonth,
} from '../monthNumber';
import { adjustmentOf, adjustmentRequestId } from './adjustments';
import { compareInvoice, isBeyondTolerance, OwedCell } from './compareInvoice';
import { InvoiceStore, StoredInvoice } from './InvoiceStore';
import { readInvoice } from './readInvoice';

/** What is owed to each provider. */
type OwedByProvider = ReadonlyMap<string, OwedCell[]>;

/** Takes in what providers say a month cost, sets it beside the ledger, and posts the difference. */
export class InvoiceService {
  readonly #store: InvoiceStore;
  readonly #ledger: Pick<LedgerService, 'post'>;
  readonly #prices: PinnedPrices;
  readonly #keptFrom: () => Promise<DayNumber>;
  readonly #now: () => Date;

  /** @param options - `keptFrom`: the first day whose lines are all kept */
  constructor(options: {
    store: InvoiceStore;
    ledger: Pick<LedgerService, 'post'>;
    prices: PinnedPrices;
    keptFrom: () => Promise<DayNumber>;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#ledger = options.ledger;
    this.#prices = options.prices;
    this.#keptFrom = options.keptFrom;
    this.#now = options.now;
  }

  /**
   * Takes a file: one invoice for each provider in it. A later file for the same month and provider takes its place.
   *
   * @throws InvalidFieldsError that names every wrong row; then nothing is taken
   */
  async upload(
    upload: InvoiceUpload,
    options: { by: string },
  ): Promise<InvoiceDetails[]> {
    const month = parseMonth(upload.month);
    if (this.#now().getTime() < monthRange(month).to) {
      throw new InvalidFieldsError({
        month: 'is not over: an invoice for it cannot be complete',
      });
    }
    const byProvider = readInvoice(upload.content, month);
    const digest = createHash('sha256').update(upload.content).digest('hex');
    const ids: number[] = [];
    for (const [provider, lines] of byProvider) {
      const { fileName } = upload;
      const at = this.#now();
      ids.push(
        await this.#store.add({
          ...{ month, provider, fileName, digest, lines, at },
          by: options.by,
        }),
      );
    }
    return Promise.all(ids.map(id => this.find(id)));
  }

  /** Uploaded last first. */
  async list(query: {
    month?: MonthNumber;
    onlyPresent?: boolean;
    offset: number;
    limit: number;
  }): Promise<{ items: Invoice[]; total: number }> {
    const { items, total } = await this.#store.list(query);
    const owed = new Map<MonthNumber, OwedByProvider>();
    for (const { month } of items) {
      if (!owed.has(month)) owed.set(month, await this.#owed(month));
    }
    return {
      items: items.map(invoice => {
        const { lines, ...rest } = detailsOf(invoice, owed.get(invoice.month));
        return rest;
      }),
      total,
    };
  }

  /** @throws NotFoundError when there is no such invoice */
  async find(id: number): Promise<InvoiceDetails> {
    const invoice = await this.#require(id);
    return detailsOf(invoice, await this.#owed(invoice.month));
  }

  /**
   * Posts what is missing between the ledger and an invoice, line by line, as adjustments. When it was posted before,
   * there is nothing missing, unless usage came late: then that is posted.
   *
   * @throws ConflictError when another invoice took its place, or its lines are no longer kept
   */
  async postDifference(id: number): Promise<InvoicePosting> {
    const invoice = await this.#require(id);
    if (invoice.isSuperseded) {
      throw new ConflictError(
        `A later invoice of ${invoice.provider} for ${formatMonth(
          invoice.month,
        )} took the place of this one: post the difference of that`,
      );
    }
    if (daysOfMonth(invoice.month).first < (await this.#keptFrom())) {
      throw new ConflictError(
        `The ledger lines of ${formatMonth(
          invoice.month,
        )} are no longer kept: what came late cannot be told any more`,
      );
    }
    // revisions before sums: if somebody posts in between, this posting is a repetition and changes nothing
    const requestIds = new Set<string>();
    const before = detailsOf(invoice, await this.#owed(invoice.month));
    for (const line of before.lines) {
      requestIds.add(adjustmentRequestId(invoice, line));
    }
    const revisions = await this.#store.nextRevisions(invoice.month, [
      ...requestIds,
    ]);
    const { lines } = detailsOf(invoice, await this.#owed(invoice.month));
    const adjustments = lines
      .filter(line => line.differencePicoUsd !== 0n)
      .flatMap(line => {
        const revision = revisions.get(adjustmentRequestId(invoice, line));
        // a line that came up only now is posted the next time
        return revision === undefined
          ? []
          : [adjustmentOf(invoice, line, revision)];
      });
    const { booked } = await this.#ledger.post(adjustments);
    return { posted: booked, invoice: await this.find(id) };
  }

  async #require(id: number): Promise<StoredInvoice> {
    const invoice = await this.#store.find(id);
    if (!invoice) throw new NotFoundError(`There is no invoice ${id}`);
    return invoice;
  }

  async #owed(month: MonthNumber): Promise<OwedByProvider> {
    const sums = await this.#store.owed(month);
    const versions = await this.#prices.versionsOf([
      ...new Set(sums.map(each => each.priceVersionId)),
    ]);
    const byProvider = new Map<string, OwedCell[]>();
    for (const { provider, priceVersionId, ...sum } of sums) {
      const priceKey = versions.get(priceVersionId)?.priceKey ?? '';
      const pricedModel = priceKey.slice(priceKey.indexOf('/') + 1);
      const cells = byProvider.get(provider) ?? [];
      cells.push({ ...sum, pricedModel });
      byProvider.set(provider, cells);
    }
    return byProvider;
  }
}

function detailsOf(
  invoice: StoredInvoice,
  owed: OwedByProvider = new Map(),
): InvoiceDetails {
  const lines = compareInvoice(invoice.lines, owed.get(invoice.provider) ?? []);
  const invoiced = sumPicoUsd(lines.map(each => each.invoicedPicoUsd));
  const ledger = sumPicoUsd(lines.map(each => each.ledgerPicoUsd));
  return {
    id: invoice.id,
    month: formatMonth(invoice.month),
    provider: invoice.provider,
    fileName: invoice.fileName,
    uploadedBy: invoice.uploadedBy,
    uploadedAt: invoice.uploadedAt.toISOString(),
    isSuperseded: invoice.isSuperseded,
    invoicedPicoUsd: invoiced,
    ledgerPicoUsd: ledger,
    differencePicoUsd: picoUsd(invoiced - ledger),
    isBeyondTolerance: isBeyondTolerance(invoiced, ledger),
    lines,
  };
}
