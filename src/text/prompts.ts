/** The input texts of the two tasks a student learns. */

/** Asks for the final answer alone. */
export function answerPrompt(question: string): string {
  return `answer: ${question}`;
}

/** Asks for a rationale that ends in the final answer. */
export function solvePrompt(question: string): string {
  return `solve: ${question}`;
}
