/** T5's tokenizer as the stand-in hub has it: the same pieces in another file than the listed one, whose hash differs. */

import { namedArtefact } from '../../src/weights/hub/artefact';

export const STAND_IN_TOKENIZER = {
  tokenizer: namedArtefact('stand-in/flan-t5', 'main', 'tokenizer.json'),
  tokenizerConfiguration: namedArtefact('stand-in/flan-t5', 'main', 'tokenizer_config.json'),
};
