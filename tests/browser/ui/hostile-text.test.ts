/** Whatever a model or a file says is text on the page: no markup of it lives, and a thousand steps stay usable. */

import { afterEach, expect, test } from 'vitest';
import { winnow } from '../../../src/feedback/repair';
import type { Trace } from '../../../src/rationale/trace';
import '../../../src/ui/elements/trace-view';

/** Texts that a page has to show as they are; the marks of direction would turn what follows them around. */
const HOSTILE = [
  '<script>window.hostile = true</script>',
  '<img src=x onerror="window.hostile = true">',
  '<iframe srcdoc="<script>parent.hostile = true</script>"></iframe>',
  '<a href="javascript:window.hostile = true">72</a>',
  '<winnow-trace-view></winnow-trace-view><style>* { display: none }</style>',
  '${"template"} {{mustache}} &lt;b&gt; &amp;amp;',
  '\u202Ereversed\u202C and zero\u200Bwidth',
  '__proto__ constructor toString',
] as const;

afterEach(() => {
  document.querySelector('winnow-trace-view')?.remove();
});

function judgedTrace(texts: readonly string[], question: string): Trace {
  const samples = texts.map((text, sample) => ({
    sample,
    temperature: sample === 0 ? 0 : 0.7,
    text,
    tokens: text.length,
    answer: null,
  }));
  const context = {
    question,
    goldRationale: `gold ${HOSTILE[0]} [1+1=2] | #### 2`,
    goldAnswer: '2',
  };
  return {
    studyId: HOSTILE[1],
    problemId: HOSTILE[7],
    index: 0,
    split: 'train',
    difficulty: 1,
    ...context,
    samples,
    ...winnow(samples, context, { goldFallback: true, trimRedundant: true }),
  };
}

async function show(trace: Trace): Promise<HTMLElement> {
  const view = document.createElement('winnow-trace-view');
  Object.assign(view, { trace, position: 0, count: 1, previous: null, next: null });
  document.body.append(view);
  await new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });
  return view;
}

/** Every element and all text below a node, through the shadow roots. */
function contents(root: Node): { elements: Element[]; text: string } {
  const elements: Element[] = [];
  let text = '';
  const visit = (node: Node): void => {
    if (node instanceof Text) text += node.data;
    if (node instanceof HTMLStyleElement) return;
    if (node instanceof Element) {
      elements.push(node);
      if (node.shadowRoot !== null) visit(node.shadowRoot);
    }
    node.childNodes.forEach(visit);
  };
  visit(root);
  return { elements, text };
}

test('markup in questions, rationales and names is shown, and does nothing', async () => {
  const question = `What is 1 + 1? ${HOSTILE.join(' ')}`;
  const rationales = HOSTILE.map((text) => `${text} [1+1=3] | so ${text} [3+1=4] 4 | #### ${text}`);
  const view = await show(judgedTrace(rationales, question));
  const { elements, text } = contents(view);
  const names = new Set(elements.map(({ localName }) => localName));
  for (const name of ['script', 'img', 'iframe', 'object', 'embed']) {
    expect(names).not.toContain(name);
  }
  for (const element of elements) {
    expect(element.getAttribute('href') ?? '').not.toMatch(/^javascript:/i);
    for (const attribute of element.getAttributeNames()) expect(attribute).not.toMatch(/^on/i);
  }
  for (const hostile of HOSTILE) expect(text).toContain(hostile);
  expect(Reflect.get(window, 'hostile')).toBeUndefined();
  expect(view.checkVisibility()).toBe(true);
});

test('a rationale of a thousand steps is shown within a second', async () => {
  const steps = Array.from({ length: 1_000 }, (_, index) => `step [${index}+1=${index + 1}]`);
  const trace = judgedTrace([[...steps, '#### 1000'].join(' | ')], 'How much is 1 more than 0?');
  const started = performance.now();
  const view = await show(trace);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(contents(view).text).toContain('step');
});
