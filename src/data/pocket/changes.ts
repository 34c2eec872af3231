/** What may happen to things somebody has: more come, some go, another person has others. */

import { drawGroups } from './openings';
import { DIFFICULTY } from './problem';
import type { Move, Story } from './story';
import type { Theme } from './words';

function have(story: Story): void {
  story.now('things', story.noun, `How many ${story.noun} does ${story.person.name} have now?`);
}

function left(story: Story): void {
  story.now('things', story.noun, `How many ${story.noun} does ${story.person.name} have left?`);
}

/** Moves that leave the main person with another number of the same things. */
export function changes(theme: Theme): Move[] {
  return [
    {
      name: 'gain',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject } = story.person;
        const count = story.draw(DIFFICULTY.change);
        const verb = story.random.pick(theme.gain);
        story.say(
          `${subject} ${verb} ${count} more ${story.noun}.`,
          `Then ${name} ${verb} ${count} more ${story.noun}.`,
          `${story.another().name} gives ${story.person.object} ${count} more ${story.noun}.`,
        );
        story.step(story.value, '+', count, `${name} has # ${story.noun}`);
        have(story);
      },
    },
    {
      name: 'lose',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject } = story.person;
        const count = story.take();
        const verb = story.random.pick(theme.lose);
        story.say(
          `${subject} ${verb} ${count} ${story.noun}.`,
          `Then ${name} ${verb} ${count} ${story.noun}.`,
          `${subject} gives ${count} ${story.noun} to ${story.another().name}.`,
        );
        story.step(story.value, '-', count, `# ${story.noun} are left`);
        left(story);
      },
    },
    {
      name: 'lose half',
      cost: 1,
      from: 'things',
      play(story) {
        const { name, subject, possessive } = story.person;
        const other = story.another().name;
        story.say(
          `${subject} gives half of ${possessive} ${story.noun} to ${other}.`,
          `Then ${name} gives half of ${possessive} ${story.noun} to ${other}.`,
        );
        story.step(story.value, '/', 2, `# ${story.noun} are left`);
        left(story);
      },
    },
    {
      name: 'gain groups',
      cost: 2,
      from: 'things',
      play(story) {
        const { name, object } = story.person;
        const { groups, size } = drawGroups(story);
        const before = story.value;
        const other = story.another().name;
        const container = story.random.pick(theme.containers);
        story.say(`${other} gives ${object} ${groups} ${container} of ${size} ${story.noun} each.`);
        const gained = story.step(groups, '*', size, `${other} gives # ${story.noun}`);
        story.step(before, '+', gained, `${name} has # ${story.noun}`);
        have(story);
      },
    },
    {
      name: 'give to each friend',
      cost: 2,
      from: 'things',
      play(story) {
        const { name, subject } = story.person;
        const { groups, size } = drawGroups(story);
        const before = story.value;
        story.say(
          `${subject} gives ${size} ${story.noun} to each of ${groups} friends.`,
          `Then ${name} gives ${groups} friends ${size} ${story.noun} each.`,
        );
        const given = story.step(groups, '*', size, `friends get # ${story.noun}`);
        story.step(before, '-', given, `# ${story.noun} are left`);
        left(story);
      },
    },
  ];
}

/** Moves that compare with, or add, what another person has; they end a story. */
export function comparisons(theme: Theme): Move[] {
  const relation = (story: Story, other: string): void => {
    const { name } = story.person;
    const noun = story.noun;
    switch (story.random.pick(['times', 'more', 'fewer'] as const)) {
      case 'times': {
        const times = story.draw(DIFFICULTY.times);
        const howMany = times === 2 ? 'twice' : `${times} times`;
        story.say(`${other} has ${howMany} as many ${noun} as ${name} has now.`);
        story.step(story.value, '*', times, `${other} has # ${noun}`);
        break;
      }
      case 'more': {
        const more = story.draw(DIFFICULTY.change);
        story.say(`${other} has ${more} more ${noun} than ${name} has now.`);
        story.step(story.value, '+', more, `${other} has # ${noun}`);
        break;
      }
      case 'fewer': {
        const fewer = story.take();
        story.say(`${other} has ${fewer} fewer ${noun} than ${name} has now.`);
        story.step(story.value, '-', fewer, `${other} has # ${noun}`);
        break;
      }
    }
  };
  return [
    {
      name: 'other person',
      cost: 1,
      from: 'things',
      play(story) {
        const other = story.another().name;
        relation(story, other);
        story.now('end', story.noun, `How many ${story.noun} does ${other} have?`);
      },
    },
    {
      name: 'together',
      cost: 2,
      from: 'things',
      play(story) {
        const own = story.value;
        relation(story, story.another().name);
        story.step(own, '+', story.value, `together they have #`);
        story.now('end', story.noun, `How many ${story.noun} do they have together?`);
      },
    },
    {
      name: 'groups of another person',
      cost: 2,
      from: 'things',
      play(story) {
        const { name } = story.person;
        const own = story.value;
        const noun = story.noun;
        const other = story.another().name;
        const { groups, size } = drawGroups(story);
        const container = story.random.pick(theme.containers);
        story.say(`${other} has ${groups} ${container} of ${size} ${noun} each.`);
        const theirs = story.step(groups, '*', size, `${other} has # ${noun}`);
        if (story.random.next() < 0.4) {
          story.step(own, '+', theirs, `together they have #`);
          story.now('end', noun, `How many ${noun} do they have together?`);
        } else if (own > theirs) {
          story.step(own, '-', theirs, `${name} has # more`);
          story.now('end', noun, `How many more ${noun} does ${name} have than ${other}?`);
        } else {
          story.step(theirs, '-', own, `${other} has # more`);
          story.now('end', noun, `How many more ${noun} does ${other} have than ${name}?`);
        }
      },
    },
  ];
}
