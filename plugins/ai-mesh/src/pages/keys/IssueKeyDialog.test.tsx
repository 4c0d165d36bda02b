import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createFakeApi, renderMesh } from '../../__testUtils__/renderMesh';

async function openForm(api = createFakeApi()) {
  renderMesh('keys?issue=1&model=gpt-4o', api);
  return within(await screen.findByRole('dialog', { name: 'Issue a key' }));
}

async function fill(form: Awaited<ReturnType<typeof openForm>>) {
  await userEvent.type(form.getByRole('textbox', { name: /Name/ }), 'Laptop');
  await userEvent.click(form.getByRole('button', { name: /Application/ }));
  await userEvent.click(
    await screen.findByRole('option', { name: /Support bot/ }),
  );
}

describe('issuing a key', () => {
  it('says at each field what is missing, and keeps what was chosen', async () => {
    const api = createFakeApi();
    const issueKey = jest.spyOn(api, 'issueKey');
    const form = await openForm(api);
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    expect(await form.findByText('Give the key a name')).toBeVisible();
    expect(form.getByText('Choose one')).toBeVisible();
    expect(form.getByRole('textbox', { name: /Name/ })).toBeInvalid();
    expect(form.getByRole('checkbox', { name: /^gpt-4o\$/ })).toBeChecked();
    expect(issueKey).not.toHaveBeenCalled();
    await userEvent.type(form.getByRole('textbox', { name: /Name/ }), 'L');
    expect(form.queryByText('Give the key a name')).not.toBeInTheDocument();
  });

  it('shows what the server says at its field, the rest on top, and keeps the form', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'issueKey')
      .mockRejectedValue(new Error('name: is taken; the department is closed'));
    const form = await openForm(api);
    await fill(form);
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    expect(await form.findByText('Is taken')).toBeVisible();
    expect(form.getByRole('alert')).toHaveTextContent(
      'The department is closed',
    );
    expect(form.getByRole('textbox', { name: /Name/ })).toHaveValue('Laptop');
    expect(form.getByRole('button', { name: /Application/ })).toHaveTextContent(
      'Support bot',
    );
  });

  it('shows the secret once, with a first call in three languages, and forgets it', async () => {
    const api = createFakeApi();
    const issueKey = jest.spyOn(api, 'issueKey');
    const form = await openForm(api);
    await fill(form);
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    expect(
      await screen.findByText('You will not see this secret again'),
    ).toBeVisible();
    expect(issueKey).toHaveBeenCalledWith({
      name: 'Laptop',
      applicationRef: 'component:default/support-bot',
      models: ['gpt-4o'],
      expiresInDays: 90,
    });
    const { secret } = await issueKey.mock.results[0].value;
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByRole('group', { name: 'Secret' })).toHaveTextContent(
      secret,
    );
    await userEvent.click(dialog.getByRole('tab', { name: 'TypeScript' }));
    const snippet = dialog.getByRole('tabpanel');
    expect(snippet).toHaveTextContent(`apiKey: '${secret}'`);
    expect(snippet).not.toHaveTextContent('stream: true');
    await userEvent.click(dialog.getByRole('switch', { name: 'Streaming' }));
    expect(dialog.getByRole('tabpanel')).toHaveTextContent('stream: true');
    await userEvent.click(dialog.getByRole('button', { name: 'Done' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(document.body).not.toHaveTextContent(secret);
    expect(await screen.findByRole('row', { name: /Laptop/ })).toBeVisible();
  });
});
