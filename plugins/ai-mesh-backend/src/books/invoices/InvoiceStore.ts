import { ChargeClass, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { MonthNumber } from '../monthNumber';
import { InvoiceLine } from './readInvoice';

/** An invoice as it was uploaded. */
export interface StoredInvoice {
  id: number;
  month: MonthNumber;
  provider: string;
  fileName: string;
  uploadedBy: string;
  uploadedAt: Date;
  /** A later upload for the same month and provider took its place. */
  isSuperseded: boolean;
  lines: InvoiceLine[];
}

/** What the ledger owes for a month, by provider, model, price and class. */
export interface OwedSum {
  provider: string;
  model: string;
  priceVersionId: string;
  /** Absent: of an adjustment for all classes of a model. */
  chargeClass?: ChargeClass;
  amount: PicoUsd;
}

/** Keeps invoices, and reads what stands against them. */
export interface InvoiceStore {
  /** Keeps an invoice; the same file again takes the place of what was uploaded in between. */
  add(invoice: {
    month: MonthNumber;
    provider: string;
    fileName: string;
    /** SHA-256 of the file. */
    digest: string;
    lines: readonly InvoiceLine[];
    by: string;
    at: Date;
  }): Promise<number>;

  find(id: number): Promise<StoredInvoice | undefined>;

  /** Uploaded last first. */
  list(query: {
    month?: MonthNumber;
    /** Without those that another one took the place of. */
    onlyPresent?: boolean;
    offset: number;
    limit: number;
  }): Promise<{ items: StoredInvoice[]; total: number }>;

  /**
   * What is owed for what happened in a month: posted in it, or as a correction after it was closed; without what
   * corrected earlier months in it.
   */
  owed(month: MonthNumber): Promise<OwedSum[]>;

  /** The revision that the next posting of each of these requests has: 0 for one that was never posted. */
  nextRevisions(
    month: MonthNumber,
    requestIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
}
