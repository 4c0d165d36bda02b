import { act, screen, within } from '@testing-library/react';
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

  it('asks for the criticality and the limits that were chosen, by keyboard alone', async () => {
    const api = createFakeApi();
    const issueKey = jest.spyOn(api, 'issueKey');
    const form = await openForm(api);
    await fill(form);
    expect(
      form.getByRole('radio', {
        name: 'Critical: always the model that was asked for',
      }),
    ).toBeChecked();
    act(() => form.getByRole('radio', { name: /^Critical/ }).focus());
    await userEvent.keyboard('{ArrowDown}');
    expect(
      form.getByRole('radio', {
        name: 'Non-critical: a cheaper model may stand in',
      }),
    ).toBeChecked();
    await userEvent.tab();
    await userEvent.keyboard('60');
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.keyboard('4');
    await userEvent.tab(); // Cancel
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await screen.findByText('You will not see this secret again');
    expect(issueKey.mock.calls[0][0]).toMatchObject({
      criticality: 'non-critical',
      limits: { requestsPerMinute: 60, parallelRequests: 4 },
    });
    expect(issueKey.mock.calls[0][0].limits).not.toHaveProperty(
      'tokensPerMinute',
    );
  });

  it('says at each limit what is wrong with it, and sends nothing', async () => {
    const api = createFakeApi();
    const issueKey = jest.spyOn(api, 'issueKey');
    const form = await openForm(api);
    await fill(form);
    const tokens = form.getByRole('textbox', { name: 'Tokens per minute' });
    await userEvent.type(tokens, '1,000');
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    expect(await form.findByText(/A whole number from 1 on/)).toBeVisible();
    expect(tokens).toBeInvalid();
    expect(tokens).toHaveValue('1,000');
    expect(
      form.getByRole('textbox', { name: 'Requests per minute' }),
    ).toBeValid();
    expect(issueKey).not.toHaveBeenCalled();
    await userEvent.type(tokens, '{Backspace}');
    expect(form.queryByText(/A whole number from 1 on/)).toBeNull();
  });

  it('shows what the server says of criticality and limits at their fields', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'issueKey')
      .mockRejectedValue(
        new Error(
          'criticality: not for trials; limits.requestsPerMinute: above the limit of the application',
        ),
      );
    const form = await openForm(api);
    await fill(form);
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    expect(await form.findByText('Not for trials')).toBeVisible();
    expect(form.getByText('Above the limit of the application')).toBeVisible();
    expect(
      form.getByRole('textbox', { name: 'Requests per minute' }),
    ).toBeInvalid();
    expect(form.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('shows a first call of each model of the key', async () => {
    const form = await openForm();
    await fill(form);
    await userEvent.click(form.getByRole('checkbox', { name: /^whisper-1/ }));
    await userEvent.click(form.getByRole('button', { name: 'Issue key' }));
    await screen.findByText('You will not see this secret again');
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByRole('tabpanel')).toHaveTextContent('/chat/completions');
    await userEvent.click(
      dialog.getByRole('button', { name: /A first call of/ }),
    );
    await userEvent.click(
      await screen.findByRole('option', { name: 'whisper-1' }),
    );
    expect(dialog.getByRole('tabpanel')).toHaveTextContent(
      '/audio/transcriptions',
    );
    expect(dialog.queryByRole('switch')).not.toBeInTheDocument();
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
      criticality: 'critical',
      limits: {},
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
