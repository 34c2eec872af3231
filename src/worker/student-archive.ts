/** An exported student as one file to save: a single file as it is, a folder as a zip archive. */

import { makeZip } from 'client-zip';
import type { ExportedFile } from '../study/export/exported-file';
import type { StudentExport } from '../study/export/export-student';
import type { SavedFile } from './protocol';

/** Reads the files one piece after the other; the browser keeps what is done, on disk where it is large. */
export async function studentArchive({ name, files }: StudentExport): Promise<SavedFile> {
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) {
    return { name: first.path, content: await blobOf(first) };
  }
  // The folder in the archive, so that it unpacks beside other things.
  const archive = makeZip(
    files.map(({ path, content }) => ({ name: `${name}/${path}`, input: content })),
  );
  return { name: `${name}.zip`, content: await new Response(archive).blob() };
}

async function blobOf({ content }: ExportedFile): Promise<Blob> {
  if (typeof content === 'string') return new Blob([content]);
  const pieces: Blob[] = [];
  // A blob of its own for every piece: the bytes leave JavaScript's memory as they come.
  for await (const piece of content) pieces.push(new Blob([Uint8Array.from(piece)]));
  return new Blob(pieces);
}
