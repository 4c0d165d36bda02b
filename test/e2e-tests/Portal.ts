import { Browser, expect, Page } from '@playwright/test';

const PEOPLE = {
  developer: 'Dana Okafor',
  'platform engineer': 'Priya Raman',
  manager: 'Marcus Lindqvist',
};

/** Someone with the portal open in a browser of their own. */
export class Person {
  readonly page: Page;

  static async signIn(
    browser: Browser,
    role: keyof typeof PEOPLE,
  ): Promise<Person> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto('/');
    await page
      .getByRole('button', { name: `Sign in as ${PEOPLE[role]}, ${role}` })
      .click();
    const person = new Person(page);
    await expect(page.getByRole('grid', { name: 'Models' })).toBeVisible({
      timeout: 60_000,
    });
    return person;
  }

  private constructor(page: Page) {
    this.page = page;
  }

  async open(
    tab:
      | 'Models'
      | 'Keys'
      | 'Spend'
      | 'Quotas'
      | 'GPU cost'
      | 'Prices'
      | 'Books'
      | 'Gateway',
  ) {
    await this.page.getByRole('tab', { name: tab, exact: true }).click();
  }

  /** Chooses an entry of a list box by its visible label. */
  async choose(label: string, entry: string | RegExp) {
    await this.page.getByRole('button', { name: label }).click();
    await this.page.getByRole('option', { name: entry }).click();
  }

  row(table: string, name: string | RegExp) {
    return this.page
      .getByRole('grid', { name: table })
      .getByRole('row', { name });
  }

  /** The text of a cell, found by the head of its column. */
  async cell(table: string, row: string | RegExp, column: string) {
    await expect(this.row(table, row)).toBeVisible();
    const heads = this.page
      .getByRole('grid', { name: table })
      .getByRole('columnheader');
    const names = await heads.allTextContents();
    const index = names.findIndex(name => name.startsWith(column));
    expect(index, `column ${column} of ${table}`).toBeGreaterThanOrEqual(0);
    return this.row(table, row)
      .locator('[role=gridcell], [role=rowheader]')
      .nth(index);
  }

  /** The exact amount behind a cell, in dollars as text. */
  async exactUsd(table: string, row: string | RegExp, column: string) {
    const cell = await this.cell(table, row, column);
    const title = await cell.locator('[title]').first().getAttribute('title');
    return title?.replace(' USD', '') ?? '';
  }

  async setBudget(department: string, amountUsd: string) {
    await this.row('Budgets by department', department)
      .getByRole('button', { name: /Set budget/ })
      .click();
    const dialog = this.page.getByRole('dialog');
    await dialog
      .getByRole('textbox', { name: 'Amount in USD, per month' })
      .fill(amountUsd);
    await dialog.getByRole('button', { name: 'Save budget' }).click();
    await expect(dialog).toBeHidden();
  }
}
