import '@testing-library/jest-dom';
import { configure } from '@testing-library/dom';

// A page arrives by a lazy import, which is slow the first time and on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);
