export function instructionRationale(text: string): string { return text; }
