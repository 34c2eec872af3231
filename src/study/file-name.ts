/** The name of a study, or of what comes of it, as a part of a file's name: small letters, digits and hyphens. */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return plain || 'study';
}
