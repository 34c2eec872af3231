/** What can go wrong with a download, each with a sentence that says what was found and what to do. */

import { artefactName, type Artefact } from './artefact';

export type DownloadFault =
  | 'unreachable'
  | 'refused-by-policy'
  | 'not-found'
  | 'forbidden'
  | 'too-many-requests'
  | 'server-error'
  | 'web-page'
  | 'truncated'
  | 'unsteady'
  | 'wrong-size'
  | 'wrong-hash'
  | 'too-large'
  | 'not-kept'
  | 'unknown-length';

const SENTENCES: Readonly<Record<DownloadFault, string>> = {
  unreachable:
    'the hub cannot be reached. Check the connection and the address of the hub, then try again; what was downloaded so far is kept.',
  'refused-by-policy':
    'the hub answers, but does not allow this page to read the answer (its CORS headers are missing). Use another address for the hub, or download the file yourself and choose it from the disk.',
  'not-found': 'the hub has no such file (404). Check the repository, the revision and the path.',
  forbidden:
    'the hub does not give this file to everybody (401 or 403): the repository is private or wants its terms accepted. Download the file yourself and choose it from the disk.',
  'too-many-requests':
    'the hub asks to wait: too many requests came from here (429). Try again later; what was downloaded so far is kept.',
  'server-error':
    'the hub has a fault of its own. Try again later; what was downloaded so far is kept.',
  'web-page':
    'a web page came instead of the file, as networks that want a sign-in send it. Open any page in a new tab, sign in, then try again.',
  truncated:
    'the connection broke off again and again before the file was complete. Check the connection, then go on; what was downloaded so far is kept.',
  unsteady:
    'the file changes on the hub again and again while it is downloaded. Try again later, or use another address for the hub.',
  'wrong-size':
    'the file has another size than the one listed, so it is not the file this page knows. It was deleted and not used; try again, or use another address for the hub.',
  'wrong-hash':
    'the file’s SHA-256 differs from the one pinned, so its content is not what it should be. It was deleted and not used; try again, or use another address for the hub.',
  'not-kept':
    'it was chosen from this computer and is not kept any more. Choose it again, in a new study with the same settings or before you go on with this one.',
  'unknown-length':
    'the hub does not say how long it is, so what it needs is known when it is here.',
  'too-large': 'the file is larger than this page reads. Choose a smaller model.',
};

export class DownloadError extends Error {
  readonly fault: DownloadFault;

  constructor(artefact: Artefact, fault: DownloadFault, detail = '', options?: ErrorOptions) {
    const found = detail === '' ? '' : ` (${detail})`;
    super(`Expected the file ${artefactName(artefact)}; ${SENTENCES[fault]}${found}`, options);
    this.name = 'DownloadError';
    this.fault = fault;
  }
}
