/** What things may be turned into: money, containers or equal shares. */

import { DIFFICULTY } from './problem';
import type { Move } from './story';
import type { Theme } from './words';

/** Moves that turn things into money, containers or shares. */
export function conversions(theme: Theme): Move[] {
  return [
    {
      name: 'sell',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject, possessive } = story.person;
        const price = story.draw(DIFFICULTY.price);
        story.say(
          `${subject} sells all ${possessive} ${story.noun} for ${price} dollars each.`,
          `Then ${name} sells all ${possessive} ${story.noun} for ${price} dollars each.`,
        );
        story.step(story.value, '*', price, `${name} gets # dollars`);
        story.now('income', 'dollars', `How many dollars does ${name} get?`);
      },
    },
    {
      name: 'pack',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject, possessive } = story.person;
        const container = story.random.pick(theme.containers);
        const size = story.divisor();
        story.say(
          `${subject} puts all ${possessive} ${story.noun} into new ${container} of ${size}.`,
          `Then ${name} packs all ${possessive} ${story.noun} into new ${container} of ${size} each.`,
        );
        story.step(story.value, '/', size, `${name} fills # ${container}`);
        story.now('containers', container, `How many new ${container} does ${name} fill?`);
      },
    },
    {
      name: 'share',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject, possessive } = story.person;
        const kids = story.divisor();
        story.say(
          `${subject} shares all ${possessive} ${story.noun} equally among ${kids} kids.`,
          `Then ${name} splits all ${possessive} ${story.noun} equally among ${kids} kids.`,
        );
        story.step(story.value, '/', kids, `each kid gets #`);
        story.now('share', story.noun, `How many ${story.noun} does each kid get?`);
      },
    },
    {
      name: 'use some of a share',
      cost: 1,
      from: 'share',
      play(story) {
        const count = story.take();
        story.say(`Each kid ${theme.use} ${count} ${story.noun}.`);
        story.step(story.value, '-', count, `each kid has # left`);
        story.now('end', story.noun, `How many ${story.noun} does each kid have left?`);
      },
    },
    {
      name: 'add to a share',
      cost: 1,
      from: 'share',
      play(story) {
        const count = story.draw(DIFFICULTY.change);
        story.say(
          `Each kid also gets ${count} ${story.noun} from ${story.another().name}.`,
          `Then each kid gets ${count} more ${story.noun}.`,
        );
        story.step(story.value, '+', count, `each kid gets #`);
        story.now('end', story.noun, `How many ${story.noun} does each kid get in all?`);
      },
    },
    {
      name: 'lose containers',
      cost: 1,
      from: 'containers',
      play(story) {
        const { name, subject } = story.person;
        const count = story.take();
        story.say(`${subject} gives ${count} of the new ${story.noun} to ${story.another().name}.`);
        story.step(story.value, '-', count, `# ${story.noun} are left`);
        story.now('containers', story.noun, `How many of the new ${story.noun} does ${name} keep?`);
      },
    },
    {
      name: 'sell containers',
      cost: 1,
      from: 'containers',
      play(story) {
        const { name, subject, possessive } = story.person;
        const price = story.draw(DIFFICULTY.groupSize);
        story.say(
          `${subject} sells all ${possessive} new ${story.noun} for ${price} dollars each.`,
          `Then ${name} sells all ${possessive} new ${story.noun} for ${price} dollars each.`,
        );
        story.step(story.value, '*', price, `${name} gets # dollars`);
        story.now('income', 'dollars', `How many dollars does ${name} get?`);
      },
    },
  ];
}
