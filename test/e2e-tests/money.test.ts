import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Person } from './Portal';
import { takePicture } from './takePicture';

/** Ten times what the bundled list says. */
const DEAR_PRICES = `price_key,region,service_tier,class,above_input_tokens,usd,per,currency,valid_from,valid_to
openai/gpt-4o-mini,,,input,,1.50,1M,USD,,
openai/gpt-4o-mini,,,output,,6.00,1M,USD,,
`;

test('the platform engineer takes over a price list, compares an invoice and closes a month', async ({
  browser,
}) => {
  const engineer = await Person.signIn(browser, 'platform engineer');
  const { page } = engineer;

  // what the machines did
  await engineer.open('GPU cost');
  await expect(engineer.row('GPU cost: pool', /training/)).toBeVisible();
  await takePicture(page, 'gpu');

  // a price that is ten times what it was waits for a second person
  await engineer.open('Prices');
  await page
    .getByRole('searchbox', { name: 'Search prices by model' })
    .fill('gpt-4o');
  await expect(
    engineer.row('Current prices', /openai\/gpt-4o-mini Every/).first(),
  ).toBeVisible();
  await takePicture(page, 'prices');
  await page.getByRole('tab', { name: 'Import' }).click();
  await page.getByLabel('Price list, .csv or .json').setInputFiles({
    name: 'list.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(DEAR_PRICES),
  });
  const change = engineer.row(
    'What the file would change',
    /gpt-4o-mini Every/,
  );
  await expect(change).toContainText('10');
  await page.getByRole('button', { name: /^Import/ }).click();
  await page.getByRole('tab', { name: 'Waiting for review' }).click();
  await expect(
    engineer.row('Price changes', /gpt-4o-mini Every/),
  ).toBeVisible();
  await takePicture(page, 'prices-review', { isForDocs: false });

  // the last month, beside its invoice
  await engineer.open('Books');
  const lastMonth = lastMonthOf(new Date());
  await page.getByRole('tab', { name: 'Invoices' }).click();
  await page.getByLabel('Invoice, .csv').setInputFiles({
    name: 'invoice.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `month,provider,model,amount,currency\n${lastMonth},openai,,1234.56,USD\n`,
    ),
  });
  await expect(page.getByText('1,234.56').first()).toBeVisible();
  await takePicture(page, 'books-invoice', { isForDocs: false });
  await page.getByRole('tab', { name: 'Data quality' }).click();
  await expect(
    page.getByText('Could not be booked', { exact: true }),
  ).toBeVisible();
  await takePicture(page, 'books-quality', { isForDocs: false });

  // closed: its statement is what its digest says, now and ever after
  await page.getByRole('tab', { name: 'Months' }).click();
  await page.getByRole('button', { name: /^Close / }).click();
  await page.getByRole('button', { name: 'Close month' }).click();
  await expect(page.getByText(/ is closed\.$/)).toBeVisible();
  await takePicture(page, 'books');
  const row = page
    .getByRole('grid', { name: 'Months of the ledger' })
    .getByRole('row')
    .filter({ hasText: /Closed/ });
  const digest = await row
    .locator('[title]')
    .evaluateAll(
      elements =>
        elements
          .map(element => element.getAttribute('title') ?? '')
          .find(title => /^[0-9a-f]{64}$/.test(title)) ?? '',
    );
  await row.getByRole('button', { name: /^Download/ }).click();
  const downloading = page.waitForEvent('download');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Download' })
    .click();
  const file = await (await downloading).path();
  const bytes = await readFile(file);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
});

/** As invoices write it: 2026-10. */
function lastMonthOf(now: Date): string {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
  return new Date(first).toISOString().slice(0, 7);
}
