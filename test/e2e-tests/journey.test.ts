import { expect, test } from '@playwright/test';
import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import OpenAI from 'openai';
import { Person } from './Portal';
import { takePicture } from './takePicture';

const QUESTION = [{ role: 'user' as const, content: 'Where is my parcel?' }];
const KEY_NAME = 'Parcel questions';
const WITHIN_TWO_SECONDS = { timeout: 2_000 };

test('a developer takes a key and calls a model; the platform engineer sets the budget; the manager sees the cost', async ({
  browser,
}) => {
  const developer = await Person.signIn(browser, 'developer');
  await takePicture(developer.page, 'models');

  // a model, and a key for it
  await developer.row('Models', /gpt-4o-mini/).click();
  await developer.page.getByRole('link', { name: 'Get a key' }).click();
  const form = developer.page.getByRole('dialog');
  await form.getByRole('button', { name: 'Issue key' }).click();
  await expect(form.getByText('Give the key a name')).toBeVisible();
  await form.getByRole('textbox', { name: 'Name' }).fill(KEY_NAME);
  await form.getByRole('button', { name: /Application/ }).click();
  await developer.page.getByRole('option', { name: /^Support bot/ }).click();
  await expect(
    form.getByRole('checkbox', { name: /gpt-4o-mini/ }),
  ).toBeChecked();
  await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue(
    KEY_NAME,
  );
  await form.getByRole('button', { name: 'Issue key' }).click();
  await expect(
    form.getByText('You will not see this secret again'),
  ).toBeVisible();
  const secret = (
    await form.getByRole('group', { name: 'Secret' }).innerText()
  ).trim();
  const curl = await form.getByRole('tabpanel').innerText();
  expect(curl).toContain(secret);
  await takePicture(developer.page, 'key-issued', { hide: secret });
  const baseURL = /http:\/\/localhost:\d+\/v1/.exec(curl)?.[0];
  await form.getByRole('button', { name: 'Done' }).click();
  await expect(
    developer.row('Gateway keys', new RegExp(KEY_NAME)),
  ).toContainText(secret.slice(-4));
  expect(await developer.page.content()).not.toContain(secret);

  // a call, and its cost two seconds later
  const client = new OpenAI({ apiKey: secret, baseURL, maxRetries: 0 });
  const { response } = await client.chat.completions
    .create({ model: 'gpt-4o-mini', messages: QUESTION })
    .withResponse();
  const costUsd = response.headers.get('x-ai-mesh-cost-usd') ?? '';
  await developer.open('Spend');
  await developer.choose('Broken down by', 'Key');
  await expect(
    developer.row('Spend by key', new RegExp(KEY_NAME)),
  ).toBeVisible();
  expect(
    parseUsd(
      await developer.exactUsd('Spend by key', new RegExp(KEY_NAME), 'Cost'),
    ),
  ).toBe(parseUsd(costUsd));

  // a streamed call, seen on the open page
  const requests = await developer.cell(
    'Spend by key',
    new RegExp(KEY_NAME),
    'Requests',
  );
  await expect(requests).toHaveText('1');
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: QUESTION,
  });
  let words = '';
  for await (const chunk of stream) {
    words += chunk.choices[0]?.delta.content ?? '';
  }
  expect(words).toMatch(/\w/);
  await expect(requests).toHaveText('2', WITHIN_TWO_SECONDS);

  // the budget, below what the next call can cost
  const engineer = await Person.signIn(browser, 'platform engineer');
  await engineer.open('Quotas');
  const careBudget = await engineer.exactUsd(
    'Budgets by department',
    /Customer care/,
    'Budget',
  );
  await engineer.setBudget('Customer care', '0.000001');
  await expect(async () => {
    const failure = await client.chat.completions
      .create({ model: 'gpt-4o-mini', messages: QUESTION })
      .then(
        () => undefined,
        error => error,
      );
    expect(failure).toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
  }).toPass(WITHIN_TWO_SECONDS);
  await expect(
    engineer.row('Budgets by department', /Customer care/),
  ).toContainText('Over');
  await engineer.setBudget('Customer care', careBudget);
  await expect(async () => {
    await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: QUESTION,
    });
  }).toPass(WITHIN_TWO_SECONDS);

  // the platform engineer sees that the model's target is well, by the replica that serves it
  await engineer.open('Gateway');
  await expect(engineer.row('Targets', /gpt-4o-mini/).first()).toContainText(
    'Well',
  );
  await takePicture(engineer.page, 'gateway');

  // the manager, side by side
  const manager = await Person.signIn(browser, 'manager');
  await manager.open('Quotas');
  for (const department of ['Customer care', 'Online store', 'Logistics']) {
    await expect(
      manager.row('Budgets by department', new RegExp(department)),
    ).toBeVisible();
  }
  await expect(
    manager.page.getByRole('button', { name: /Set budget/ }),
  ).toHaveCount(0);
  await expect(manager.row('Budgets by department', /Research/)).toHaveCount(0);
  await takePicture(manager.page, 'quotas');
  await manager.page.goto('/ai-mesh/spend?range=30d&by=application');
  await expect(
    manager.page.getByRole('heading', { name: 'Cost per day, by application' }),
  ).toBeVisible();
  await expect(
    manager.row('Spend by application', /Support bot/),
  ).toBeVisible();
  await takePicture(manager.page, 'spend');

  // the key is revoked, and opens nothing any more
  await developer.open('Keys');
  await takePicture(developer.page, 'keys');
  await developer
    .row('Gateway keys', new RegExp(KEY_NAME))
    .getByRole('button', { name: /Revoke/ })
    .click();
  await developer.page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(async () => {
    const failure = await client.models.list().then(
      () => undefined,
      error => error,
    );
    expect(failure).toMatchObject({ status: 401 });
  }).toPass(WITHIN_TWO_SECONDS);
});
