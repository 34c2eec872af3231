/** A teacher: whatever writes rationales for questions. */

export interface TeacherOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** One seed per question; a question's rationale does not depend on its neighbours' seeds. */
  readonly seeds: readonly number[];
  /** Most tokens of a rationale, the end token included. */
  readonly maximumTokens: number;
}

export interface TeacherOutput {
  readonly text: string;
  /** Generated tokens, the end token included. */
  readonly tokens: number;
}

export interface Teacher {
  /** For people, such as `pocket teacher`. */
  readonly name: string;
  /** One rationale per question, in their order. */
  generate(questions: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]>;
}
