import { act, renderHook, waitFor } from '@testing-library/react';
import { useRefreshing } from './useRefreshing';

type Load = (signal: AbortSignal) => Promise<string>;

function renderRefreshing(load: Load, everyMs?: number) {
  return renderHook(props => useRefreshing(props.load, { everyMs }), {
    initialProps: { load },
  });
}

function setVisible(isVisible: boolean) {
  jest
    .spyOn(document, 'visibilityState', 'get')
    .mockReturnValue(isVisible ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('useRefreshing', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('keeps the old data in sight while it refreshes and when that fails', async () => {
    const load = jest
      .fn<Promise<string>, [AbortSignal]>()
      .mockResolvedValueOnce('first')
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue('third');
    const { result } = renderRefreshing(load, 1_500);
    expect(result.current.loaded.status).toBe('loading');
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(result.current.loaded).toMatchObject({ data: 'first' });
    await act(() => jest.advanceTimersByTimeAsync(1_500));
    expect(result.current.loaded).toMatchObject({
      status: 'ready',
      data: 'first',
      refreshError: { message: 'away' },
    });
    await act(() => jest.advanceTimersByTimeAsync(1_500));
    expect(result.current.loaded).toEqual({
      status: 'ready',
      data: 'third',
      isStale: false,
      refreshError: undefined,
    });
  });

  it('rests while the tab is hidden and reads at once when it shows again', async () => {
    const load = jest
      .fn<Promise<string>, [AbortSignal]>()
      .mockResolvedValue('');
    renderRefreshing(load, 1_500);
    await act(() => jest.advanceTimersByTimeAsync(0));
    act(() => setVisible(false));
    await act(() => jest.advanceTimersByTimeAsync(60_000));
    expect(load).toHaveBeenCalledTimes(1);
    await act(async () => setVisible(true));
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('marks the answer to an earlier question as stale and gives that question up', async () => {
    const first = jest.fn(async (_: AbortSignal) => 'first');
    const { result, rerender } = renderRefreshing(first, 1_500);
    await act(() => jest.advanceTimersByTimeAsync(0));
    rerender({ load: async () => 'second' });
    expect(result.current.loaded).toMatchObject({
      data: 'first',
      isStale: true,
    });
    expect(first.mock.calls[0][0].aborted).toBe(true);
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(result.current.loaded).toMatchObject({
      data: 'second',
      isStale: false,
    });
  });

  it('stops when nobody looks any more', async () => {
    const load = jest
      .fn<Promise<string>, [AbortSignal]>()
      .mockResolvedValue('');
    const { unmount } = renderRefreshing(load, 1_500);
    await act(() => jest.advanceTimersByTimeAsync(0));
    unmount();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

it('tries again after a failure', async () => {
  const load = jest
    .fn<Promise<string>, [AbortSignal]>()
    .mockRejectedValueOnce(new Error('away'))
    .mockResolvedValue('back');
  const { result } = renderRefreshing(load);
  await waitFor(() => expect(result.current.loaded.status).toBe('failed'));
  act(() => result.current.reload());
  expect(result.current.loaded.status).toBe('loading');
  await waitFor(() =>
    expect(result.current.loaded).toMatchObject({ data: 'back' }),
  );
});
