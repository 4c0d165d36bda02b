/**
 * Help with the tests of modules.
 *
 * @packageDocumentation
 */
export { sinkLine } from './sinks/sinkLine';
