import { act, renderHook } from '@testing-library/react';
import { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router-dom';
import { oneOf, useAddressState } from './useAddressState';

const DEFAULTS = { q: '', sort: 'name' };

function renderAt(address: string) {
  return renderHook(
    () => {
      const [values, change] = useAddressState(DEFAULTS);
      return { values, change, search: useLocation().search };
    },
    {
      wrapper: (props: { children: ReactNode }) => (
        <MemoryRouter initialEntries={[address]}>{props.children}</MemoryRouter>
      ),
    },
  );
}

describe('useAddressState', () => {
  it('reads what the address names, and the defaults for the rest', () => {
    const { result } = renderAt('/?q=gpt&other=1');
    expect(result.current.values).toEqual({ q: 'gpt', sort: 'name' });
  });

  it('writes what differs from the defaults and keeps what belongs to others', () => {
    const { result } = renderAt('/?q=gpt&other=1');
    act(() => result.current.change({ sort: 'input' }));
    expect(result.current.search).toBe('?q=gpt&other=1&sort=input');
    act(() => result.current.change({ sort: 'name', q: '' }));
    expect(result.current.search).toBe('?other=1');
  });
});

it('does not trust an address typed by hand', () => {
  expect(oneOf('cost', ['cost', 'label'], 'label')).toBe('cost');
  expect(oneOf('drop table', ['cost', 'label'], 'label')).toBe('label');
});
