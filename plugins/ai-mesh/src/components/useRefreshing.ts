import { useCallback, useEffect, useState } from 'react';

/** Data on its way to a page. Old data stays in sight while new data is loaded, and when loading it fails. */
export type Loaded<T> =
  | { status: 'loading' }
  | { status: 'failed'; error: Error }
  | {
      status: 'ready';
      data: T;
      /** The data answers an earlier question; the answer to this one is on its way. */
      isStale: boolean;
      /** The last refresh failed; the data is from before. */
      refreshError?: Error;
    };

type Load<T> = (signal: AbortSignal) => Promise<T>;

interface Held<T> {
  loadedBy?: Load<T>;
  data?: T;
  error?: Error;
}

/**
 * Loads data, and loads it again every `everyMs` while the tab is visible.
 *
 * @param load - kept by `useCallback`: another function is another question
 * @param options - `everyMs`: from start to start, in milliseconds; loads once when absent
 */
export function useRefreshing<T>(
  load: Load<T>,
  options: { everyMs?: number } = {},
): { loaded: Loaded<T>; reload: () => void } {
  const { everyMs } = options;
  const [held, setHeld] = useState<Held<T>>({});
  const [round, setRound] = useState(0);

  useEffect(
    () =>
      repeatWhileVisible({
        everyMs,
        async run(signal) {
          try {
            const data = await load(signal);
            if (!signal.aborted) setHeld({ loadedBy: load, data });
          } catch (error) {
            if (!signal.aborted) setHeld(withError(load, toError(error)));
          }
        },
      }),
    [load, everyMs, round],
  );

  const reload = useCallback(() => {
    setHeld(before => ({ ...before, error: undefined }));
    setRound(before => before + 1);
  }, []);
  return { loaded: toLoaded(held, load), reload };
}

/** Runs at once and then again and again, never twice at the same time; returns how to stop. */
function repeatWhileVisible(options: {
  everyMs: number | undefined;
  run: (signal: AbortSignal) => Promise<void>;
}): () => void {
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;

  async function runNow() {
    clearTimeout(timer);
    isRunning = true;
    const startedMs = performance.now();
    await options.run(stopped.signal);
    isRunning = false;
    if (options.everyMs === undefined || stopped.signal.aborted) return;
    if (document.visibilityState !== 'visible') return;
    const tookMs = performance.now() - startedMs;
    timer = setTimeout(runNow, Math.max(0, options.everyMs - tookMs));
  }
  function onVisibilityChange() {
    if (document.visibilityState !== 'visible') clearTimeout(timer);
    else if (!isRunning && options.everyMs !== undefined) runNow();
  }

  document.addEventListener('visibilitychange', onVisibilityChange);
  runNow();
  return () => {
    stopped.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibilityChange);
  };
}

function withError<T>(load: Load<T>, error: Error) {
  return (before: Held<T>): Held<T> =>
    before.loadedBy === load && before.data !== undefined
      ? { ...before, error }
      : { loadedBy: load, error };
}

function toLoaded<T>(held: Held<T>, load: Load<T>): Loaded<T> {
  if (held.data !== undefined) {
    return {
      status: 'ready',
      data: held.data,
      isStale: held.loadedBy !== load,
      refreshError: held.error,
    };
  }
  if (held.error && held.loadedBy === load) {
    return { status: 'failed', error: held.error };
  }
  return { status: 'loading' };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
