import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Changes some of the values; the others stay as they are. */
export type ChangeAddress<T> = (change: Partial<T>) => void;

/**
 * State that lives in the address, so that a link shows the same page to somebody else. The only place that
 * knows the router.
 *
 * @param defaults - a constant: the value of every parameter that the address does not name
 * @returns the values, and a function that changes some of them without a new entry in the history
 */
export function useAddressState<T extends Record<string, string>>(
  defaults: T,
): [T, ChangeAddress<T>] {
  const [parameters, setParameters] = useSearchParams();
  const values = useMemo(() => {
    const read = { ...defaults };
    for (const name of Object.keys(defaults) as (keyof T & string)[]) {
      const value = parameters.get(name);
      if (value !== null) read[name] = value as T[typeof name];
    }
    return read;
  }, [defaults, parameters]);
  const change = useCallback(
    (changes: Partial<T>) =>
      setParameters(
        before => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (!value || value === defaults[name]) after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [defaults, setParameters],
  );
  return [values, change];
}

/** The value when it is one of those allowed, else the fallback: an address can be typed by hand. */
export function oneOf<const T extends string>(
  value: string,
  allowed: readonly T[],
  fallback: NoInfer<T>,
): T {
  return allowed.find(each => each === value) ?? fallback;
}
