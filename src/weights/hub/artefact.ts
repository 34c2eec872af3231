/** An artefact: one file of a hub's repository, or of the visitor's disk, its address, and what is known of its content. */

import * as v from 'valibot';

/** `disk` is the visitor's own: its files were chosen once and are kept, and no hub has them. */
export const HUB_HOSTS = ['hugging-face', 'github', 'disk'] as const;
export type HubHost = (typeof HUB_HOSTS)[number];

export interface Artefact {
  readonly host: HubHost;
  /** `owner/name`. */
  readonly repository: string;
  /** A commit, branch or tag; only a commit names the same file for ever. */
  readonly revision: string;
  /** Path inside the repository. */
  readonly path: string;
  /** Exact size; null where it is not known before the first download. */
  readonly bytes: number | null;
  /** SHA-256 in lower-case hexadecimal; null where it is not known, and pinned by the first download. */
  readonly sha256: string | null;
  /** False for files that a visitor named and this project knows nothing of. */
  readonly listed: boolean;
}

/** Where the hubs are; another address serves mirrors and closed networks. */
export interface HubAddresses {
  readonly huggingFace: string;
  readonly github: string;
}

export const PUBLIC_HUBS: HubAddresses = {
  huggingFace: 'https://huggingface.co',
  github: 'https://raw.githubusercontent.com',
};

const baseAddress = v.pipe(
  v.string(),
  v.maxLength(300),
  v.url('expected the address of a hub, such as https://huggingface.co'),
  v.regex(/^https?:\/\/[^?#]*$/i, 'expected an http or https address without ? and #'),
);

export const hubAddressesSchema = v.strictObject({ huggingFace: baseAddress, github: baseAddress });

/** Names as the hubs allow them; no segment may be `.` or `..`, which would leave the repository. */
const segment = String.raw`(?!\.{1,2}(?:/|$))[\w.-]+`;

export const repositorySchema = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(
    new RegExp(`^${segment}/${segment}$`),
    'expected a repository as owner/name, such as google/flan-t5-small',
  ),
);
export const revisionSchema = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(new RegExp(`^${segment}$`), 'expected a commit, branch or tag, such as main'),
);
export const pathSchema = v.pipe(
  v.string(),
  v.maxLength(300),
  v.regex(
    new RegExp(`^${segment}(?:/${segment})*$`),
    'expected the path of a file in the repository, such as model.safetensors',
  ),
);

/** Names an artefact for ever: the same key, the same file. */
export function artefactKey({ host, repository, revision, path }: Artefact): string {
  return `${host}/${repository}@${revision}/${path}`;
}

/** The file's last name, as errors show it. */
export function artefactName({ repository, path }: Artefact): string {
  return `${repository}/${path}`;
}

/** The address of a plain GET of the file; null where no hub has it. */
export function artefactAddress(artefact: Artefact, hubs: HubAddresses): string | null {
  const { host, repository, revision, path } = artefact;
  switch (host) {
    case 'hugging-face':
      return `${trimmed(hubs.huggingFace)}/${repository}/resolve/${revision}/${path}`;
    case 'github':
      return `${trimmed(hubs.github)}/${repository}/${revision}/${path}`;
    case 'disk':
      return null;
    default:
      return host satisfies never;
  }
}

function trimmed(address: string): string {
  return address.replace(/\/+$/, '');
}

/**
 * A file that a visitor named in a Hugging Face repository: nothing is known of it.
 *
 * @throws Error naming the part that cannot be a repository, revision or path
 */
export function namedArtefact(repository: string, revision: string, path: string): Artefact {
  return {
    host: 'hugging-face',
    repository: v.parse(repositorySchema, repository),
    revision: v.parse(revisionSchema, revision),
    path: v.parse(pathSchema, path),
    bytes: null,
    sha256: null,
    listed: false,
  };
}

/** The name of a file on the visitor's disk, which may hold spaces but no path. */
export const localNameSchema = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(200),
  v.regex(/^[^/\\]*$/, 'expected the name of a file without its folders'),
);

export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256'));

/** A file that the visitor chose from the disk. `weightsSha256` tells the models apart. */
export function localArtefact(name: string, weightsSha256: string): Artefact {
  return {
    host: 'disk',
    repository: 'this computer',
    revision: v.parse(sha256Schema, weightsSha256),
    path: v.parse(localNameSchema, name),
    bytes: null,
    sha256: null,
    listed: false,
  };
}
