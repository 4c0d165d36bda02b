import { expect, test } from '@playwright/test';
import { Person } from './Portal';
import { takePicture } from './takePicture';

test('every page works in the dark theme', async ({ browser }) => {
  const { page } = await Person.signIn(browser, 'platform engineer');
  await page.evaluate(() => localStorage.setItem('theme', 'dark'));
  for (const path of [
    'models',
    'keys',
    'spend',
    'quotas',
    'gpu',
    'prices',
    'books',
    'gateway',
  ]) {
    await page.goto(`/ai-mesh/${path}`);
    await expect(page.getByRole('grid').first()).toBeVisible();
    await expect(
      page.locator('[data-theme-mode="dark"]').first(),
    ).toBeAttached();
    await takePicture(page, `${path}-dark`, { isForDocs: false });
  }
});
