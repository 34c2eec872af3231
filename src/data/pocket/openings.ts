/** How stories about things begin: the main person has, gets or makes a number of them. */

import { DIFFICULTY } from './problem';
import type { Move, Story } from './story';
import type { Theme } from './words';

/** Several containers of equally many things, the way stories state them. */
export function drawGroups(story: Story): { groups: number; size: number } {
  const groups = story.draw(DIFFICULTY.groups);
  const size = story.draw(
    DIFFICULTY.groupSize,
    Math.floor(DIFFICULTY.product.maximum / groups),
    Math.ceil(DIFFICULTY.product.minimum / groups),
  );
  return { groups, size };
}

/** The plain form of a verb of the vocabulary, for questions: `makes` gives `make`. */
export function base(verb: string): string {
  return verb.replace(/^(\w+)s\b/, '$1');
}

/** Openings that give the main person some things of a theme. */
export function openings(theme: Theme): Move[] {
  const begin = (story: Story): string => {
    const noun = story.random.pick(theme.nouns);
    story.now('things', noun, `How many ${noun} does ${story.person.name} have?`);
    return noun;
  };
  return [
    {
      name: 'stated',
      cost: 0,
      from: '',
      play(story) {
        const noun = begin(story);
        story.value = story.draw(DIFFICULTY.start);
        story.say(`${story.person.name} has ${story.value} ${noun}.`);
      },
    },
    {
      name: 'groups',
      cost: 1,
      from: '',
      play(story) {
        const noun = begin(story);
        const { name } = story.person;
        const container = story.random.pick(theme.containers);
        const { groups, size } = drawGroups(story);
        story.say(
          `${name} has ${groups} ${container} with ${size} ${noun} in each.`,
          `${name} has ${groups} ${container} of ${size} ${noun} each.`,
        );
        story.step(groups, '*', size, `${name} has # ${noun}`);
      },
    },
    {
      name: 'two days',
      cost: 1,
      from: '',
      play(story) {
        const noun = begin(story);
        const { name } = story.person;
        const verb = story.random.pick(theme.gain);
        const first = story.draw(DIFFICULTY.start);
        const second = story.draw(DIFFICULTY.change);
        story.say(
          `${name} ${verb} ${first} ${noun} on Monday and ${second} ${noun} on Tuesday.`,
          `${name} ${verb} ${first} ${noun} today and ${second} ${noun} the next day.`,
        );
        story.step(first, '+', second, `${name} ${verb} # ${noun}`);
        story.question = `How many ${noun} does ${name} ${base(verb)} in all?`;
      },
    },
    {
      name: 'times on the second day',
      cost: 2,
      from: '',
      play(story) {
        const noun = begin(story);
        const { name, subject } = story.person;
        const verb = story.random.pick(theme.gain);
        const first = story.draw(DIFFICULTY.change);
        const times = story.draw(DIFFICULTY.times);
        const howMany = times === 2 ? 'twice' : `${times} times`;
        story.say(`${name} ${verb} ${first} ${noun} on Monday.`);
        story.say(`On Tuesday ${subject.toLowerCase()} ${verb} ${howMany} as many ${noun}.`);
        const second = story.step(first, '*', times, `Tuesday brings # ${noun}`);
        story.step(first, '+', second, `${name} ${verb} # ${noun}`);
        story.question = `How many ${noun} does ${name} ${base(verb)} in all?`;
      },
    },
    {
      name: 'two sizes of groups',
      cost: 3,
      from: '',
      play(story) {
        const noun = begin(story);
        const { name } = story.person;
        const container = story.random.pick(theme.containers);
        const small = drawGroups(story);
        const big = drawGroups(story);
        story.say(
          `${name} has ${small.groups} small ${container} with ${small.size} ${noun} each and ` +
            `${big.groups} big ${container} with ${big.size} ${noun} each.`,
        );
        const inSmall = story.step(small.groups, '*', small.size, `small ${container} hold #`);
        const inBig = story.step(big.groups, '*', big.size, `big ${container} hold #`);
        story.step(inSmall, '+', inBig, `${name} has # ${noun}`);
      },
    },
  ];
}
