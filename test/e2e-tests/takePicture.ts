import { resolve } from 'node:path';
import { Page } from '@playwright/test';

const DOCS = resolve(__dirname, '../../docs/images');
const RESULTS = resolve(__dirname, '../../test-results/pictures');

/**
 * Takes a picture of the page: into the documentation with `UPDATE_PICTURES` set, otherwise beside the
 * results of the test, to be looked at.
 *
 * @param options - `hide`: a secret that must not be taken for one that may be shown; `isForDocs`: false
 *   for a picture that the documentation does not use
 */
export async function takePicture(
  page: Page,
  name: string,
  options: { hide?: string; isForDocs?: boolean } = {},
): Promise<void> {
  const { hide, isForDocs = true } = options;
  const folder = process.env.UPDATE_PICTURES && isForDocs ? DOCS : RESULTS;
  if (hide) await replaceText(page, hide, 'sk-mesh-…');
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({
    path: resolve(folder, `${name}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
  if (hide) await replaceText(page, 'sk-mesh-…', hide);
}

async function replaceText(page: Page, from: string, to: string) {
  await page.evaluate(
    texts => {
      const walker = document.createTreeWalker(
        document.body,
        NodeFilter.SHOW_TEXT,
      );
      while (walker.nextNode()) {
        const node = walker.currentNode;
        node.nodeValue =
          node.nodeValue?.replaceAll(texts.from, texts.to) ?? null;
      }
    },
    { from, to },
  );
}
