import {
  INPUT_TOKEN_CLASSES,
  OUTPUT_TOKEN_CLASSES,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Dearer than all else of an input, and only had by asking for it. */
export const HOUR_CLASS = 'cache-write-hour' satisfies TokenClass;

/** What the tokens of an input are priced as; an hour in a cache is kept apart, see {@link HOUR_CLASS}. */
export const INPUT_CLASSES = INPUT_TOKEN_CLASSES.filter(
  each => each !== HOUR_CLASS,
);

/** What the tokens of an output are priced as. */
export const OUTPUT_CLASSES = OUTPUT_TOKEN_CLASSES;

/** What is charged by the piece, where a model is: then its tokens are in that price. */
export const PIECE_CLASSES = [
  'image',
  'audio-second',
  'character',
] as const satisfies TokenClass[];

/** @see PIECE_CLASSES */
export type Piece = (typeof PIECE_CLASSES)[number];

/** What is charged beside the tokens. */
export const TOOL_CLASS = 'tool-call' satisfies TokenClass;

/** All classes of a call that is charged by tokens, in the order of its lines. */
export const TOKEN_CLASSES: readonly TokenClass[] = [
  'input',
  'embedding',
  'cached-input',
  'cache-write',
  HOUR_CLASS,
  'audio-input',
  'image-input',
  ...OUTPUT_CLASSES,
  TOOL_CLASS,
];

/** The classes of a call that is charged by the piece. */
export const CLASSES_BY_PIECE: Readonly<Record<Piece, readonly TokenClass[]>> =
  {
    image: ['image', TOOL_CLASS],
    'audio-second': ['audio-second', TOOL_CLASS],
    character: ['character', TOOL_CLASS],
  };
