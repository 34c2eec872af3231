/** The families told about people: comparisons and teams. */

import { drawGroups } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move, Story } from '../story';
import { COLLECTION, FRUIT } from '../words';

/** A chain of people, each compared with the one before. */
function comparisonChain(length: 1 | 2 | 3, closing: 'last' | 'sum' | 'difference'): Move {
  const closingCost = closing === 'last' ? 0 : closing === 'difference' ? 1 : length;
  return {
    name: `${length} compared, ${closing}`,
    cost: length + closingCost,
    from: '',
    play(story) {
      const noun = story.random.pick([...COLLECTION.nouns, ...FRUIT.nouns]);
      const first = story.person.name;
      story.value = story.draw(DIFFICULTY.change);
      story.say(`${first} has ${story.value} ${noun}.`);
      const people = [{ name: first, count: story.value }];
      let previous = first;
      for (let index = 0; index < length; index++) {
        const name = story.another().name;
        compare(story, name, previous, noun);
        people.push({ name, count: story.value });
        previous = name;
      }
      const last = story.value;
      if (closing === 'last') {
        story.now('end', noun, `How many ${noun} does ${previous} have?`);
      } else if (closing === 'difference') {
        const own = people[0]?.count ?? 0;
        const [more, fewer] = last > own ? [previous, first] : [first, previous];
        story.step(Math.max(last, own), '-', Math.min(last, own), `${more} has # more`);
        story.now('end', noun, `How many more ${noun} does ${more} have than ${fewer}?`);
      } else {
        let sum = people[0]?.count ?? 0;
        for (const [index, { count }] of people.slice(1).entries()) {
          const all = index === length - 1;
          sum = story.step(sum, '+', count, all ? `together they have #` : `the first two have #`);
        }
        story.now(
          'together',
          noun,
          length === 1
            ? `How many ${noun} do they have together?`
            : `How many ${noun} do the ${length + 1} of them have together?`,
        );
      }
    },
  };
}

function compare(story: Story, name: string, previous: string, noun: string): void {
  const relation = story.random.pick(['times', 'more', 'fewer', 'half'] as const);
  switch (relation) {
    case 'times': {
      const times = story.draw(DIFFICULTY.times);
      const howMany = times === 2 ? 'twice' : `${times} times`;
      story.say(`${name} has ${howMany} as many ${noun} as ${previous}.`);
      story.step(story.value, '*', times, `${name} has # ${noun}`);
      break;
    }
    case 'more': {
      const more = story.draw(DIFFICULTY.change);
      story.say(`${name} has ${more} more ${noun} than ${previous}.`);
      story.step(story.value, '+', more, `${name} has # ${noun}`);
      break;
    }
    case 'fewer': {
      const fewer = story.take();
      story.say(`${name} has ${fewer} fewer ${noun} than ${previous}.`);
      story.step(story.value, '-', fewer, `${name} has # ${noun}`);
      break;
    }
    case 'half':
      story.say(`${name} has half as many ${noun} as ${previous}.`);
      story.step(story.value, '/', 2, `${name} has # ${noun}`);
      break;
  }
}

const COMPARISONS: readonly Move[] = [
  comparisonChain(1, 'last'),
  comparisonChain(2, 'last'),
  comparisonChain(3, 'last'),
  comparisonChain(1, 'sum'),
  comparisonChain(2, 'sum'),
  comparisonChain(1, 'difference'),
  comparisonChain(2, 'difference'),
  comparisonChain(3, 'difference'),
  {
    name: 'put together in bags',
    cost: 1,
    from: 'together',
    play(story) {
      const size = story.divisor();
      const container = story.random.pick(['bags', 'boxes', 'jars']);
      story.say(`They put all the ${story.noun} into ${container} of ${size}.`);
      story.step(story.value, '/', size, `they fill # ${container}`);
      story.now('end', container, `How many ${container} do they fill?`);
    },
  },
];

function kids(story: Story, question: string): void {
  story.now('kids', 'kids', question);
}

const TEAMS: readonly Move[] = [
  {
    name: 'club',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw(DIFFICULTY.start);
      const place = story.random.pick(['a club', 'a class', 'a camp']);
      story.say(`There are ${story.value} kids in ${place}.`);
      kids(story, `How many kids are there?`);
    },
  },
  {
    name: 'boys and girls',
    cost: 1,
    from: '',
    play(story) {
      const boys = story.draw(DIFFICULTY.start);
      const girls = story.draw(DIFFICULTY.start);
      const place = story.random.pick(['a club', 'a class', 'a camp']);
      story.say(`There are ${boys} boys and ${girls} girls in ${place}.`);
      story.step(boys, '+', girls, `there are # kids`);
      kids(story, `How many kids are there?`);
    },
  },
  {
    name: 'classes',
    cost: 1,
    from: '',
    play(story) {
      const { groups, size } = drawGroups(story);
      story.say(
        `There are ${groups} classes with ${size} kids in each.`,
        `A school has ${groups} classes of ${size} kids each.`,
      );
      story.step(groups, '*', size, `there are # kids`);
      kids(story, `How many kids are there?`);
    },
  },
  {
    name: 'join',
    cost: 1,
    from: 'kids',
    play(story) {
      const more = story.draw(DIFFICULTY.change);
      story.say(`Then ${more} more kids join.`, `${more} new kids join.`);
      story.step(story.value, '+', more, `there are # kids`);
      kids(story, `How many kids are there now?`);
    },
  },
  {
    name: 'go home',
    cost: 1,
    from: 'kids',
    play(story) {
      const fewer = story.take();
      story.say(`Then ${fewer} kids go home.`, `${fewer} of the kids get sick and go home.`);
      story.step(story.value, '-', fewer, `# kids are left`);
      kids(story, `How many kids are left?`);
    },
  },
  {
    name: 'teams of',
    cost: 1,
    from: 'kids',
    play(story) {
      const size = story.divisor();
      story.say(`The kids form teams of ${size}.`, `The kids play in teams of ${size}.`);
      story.step(story.value, '/', size, `there are # teams`);
      story.now('teams', 'teams', `How many teams are there?`);
    },
  },
  {
    name: 'split into teams',
    cost: 1,
    from: 'kids',
    play(story) {
      const teams = story.divisor();
      story.say(`The kids split into ${teams} equal teams.`);
      story.step(story.value, '/', teams, `each team has # kids`);
      story.now('end', 'kids', `How many kids are in each team?`);
    },
  },
  {
    name: 'balls',
    cost: 1,
    from: 'teams',
    play(story) {
      const each = story.draw(DIFFICULTY.price);
      const things = story.random.pick(['balls', 'shirts', 'ropes', 'flags']);
      story.say(
        `Each team needs ${each} ${things}.`,
        `For a game each team needs ${each} ${things}.`,
      );
      story.step(story.value, '*', each, `the teams need # ${things}`);
      story.now('gear', things, `How many ${things} do the teams need?`);
    },
  },
  {
    name: 'more gear',
    cost: 1,
    from: 'gear',
    play(story) {
      const have = story.take();
      story.say(`The teams have ${have} ${story.noun} already.`);
      story.step(story.value, '-', have, `they need # more`);
      story.now('end', story.noun, `How many more ${story.noun} do they need?`);
    },
  },
  {
    name: 'each kid pays',
    cost: 1,
    from: 'kids',
    play(story) {
      const price = story.draw(DIFFICULTY.price);
      story.say(
        `Each of the kids pays ${price} dollars for lunch.`,
        `Each of the kids pays ${price} dollars.`,
      );
      story.step(story.value, '*', price, `they pay # dollars`);
      story.now('end', 'dollars', `How many dollars do they pay in all?`);
    },
  },
];

/** The families of this file. */
export const PEOPLE_FAMILIES: readonly Family[] = [
  { name: 'comparisons', moves: COMPARISONS },
  { name: 'teams', moves: TEAMS },
];
