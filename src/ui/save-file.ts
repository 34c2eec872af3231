/** Saves what the page has made as a file of the visitor's. */

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has read the file by then; the address would hold it in memory for ever.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
