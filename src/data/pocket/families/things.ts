/** The families told about things somebody has: leftovers, packs, baking, harvest, workshop, shares, dozens. */

import { changes, comparisons } from '../changes';
import { conversions } from '../conversions';
import { CHANGE_MOVES, INCOME_MOVES } from '../money';
import { drawGroups, openings } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move } from '../story';
import { BAKERY, COLLECTION, EGGS, FRUIT, PACKAGES, TREATS, WORKSHOP, type Theme } from '../words';

const MONEY = [...INCOME_MOVES, ...CHANGE_MOVES];

function only(moves: readonly Move[], ...names: readonly string[]): Move[] {
  return moves.filter((move) => names.includes(move.name));
}

/** An opening in which the main person does `verb` a fixed number a unit of time. */
function atRate(theme: Theme, verb: string, unit: 'hour' | 'day'): Move {
  return {
    name: `rate per ${unit}`,
    cost: 1,
    from: '',
    play(story) {
      const noun = story.random.pick(theme.nouns);
      const { name, subject } = story.person;
      const { groups, size } = drawGroups(story);
      if (story.random.next() < 0.5) {
        story.say(`${name} ${verb}s ${size} ${noun} each ${unit}.`);
        story.say(`${subject} works for ${groups} ${unit}s.`);
      } else {
        story.say(
          `${name} ${verb}s ${size} ${noun} ${unit === 'hour' ? 'an hour' : 'a day'} for ${groups} ${unit}s.`,
        );
      }
      story.step(groups, '*', size, `${name} ${verb}s # ${noun}`);
      story.now('things', noun, `How many ${noun} does ${name} ${verb} in all?`);
    },
  };
}

/** An opening with rows or trays that hold equally many, and two factors to find how many they are. */
function inRows(theme: Theme, outer: string, inner: string, verb: string, place: string): Move {
  return {
    name: 'rows in groups',
    cost: 2,
    from: '',
    play(story) {
      const noun = story.random.pick(theme.nouns);
      const { name } = story.person;
      const many = story.draw(DIFFICULTY.times);
      const each = story.draw(DIFFICULTY.times);
      const size = story.draw(DIFFICULTY.price);
      story.say(
        `${name} has ${many} ${outer} with ${each} ${inner} each and ${verb} ${size} ${noun} ${place}.`,
      );
      const rows = story.step(many, '*', each, `${name} has # ${inner}`);
      story.step(rows, '*', size, `${name} ${verb} # ${noun}`);
      story.now('things', noun, `How many ${noun} does ${name} ${verb.slice(0, -1)}?`);
    },
  };
}

const dozens: Move = {
  name: 'dozens',
  cost: 1,
  from: '',
  play(story) {
    const noun = story.random.pick(EGGS.nouns);
    const { name } = story.person;
    const many = story.draw(DIFFICULTY.groups);
    story.say(`${name} buys ${many} dozen ${noun}.`, `${name} has ${many} dozen ${noun}.`);
    story.step(many, '*', 12, `${name} has # ${noun}`);
    story.now('things', noun, `How many ${noun} does ${name} have?`);
  },
};

const severalDozens: Move = {
  name: 'boxes of a dozen',
  cost: 2,
  from: '',
  play(story) {
    const noun = story.random.pick(EGGS.nouns);
    const { name } = story.person;
    const first = story.draw(DIFFICULTY.times);
    const second = story.draw(DIFFICULTY.times);
    story.say(`${name} buys ${first} dozen ${noun} and then ${second} dozen more.`);
    const many = story.step(first, '+', second, `${name} has # dozen`);
    story.step(many, '*', 12, `${name} has # ${noun}`);
    story.now('things', noun, `How many ${noun} does ${name} have?`);
  },
};

/** The families of this file. */
export const THING_FAMILIES: readonly Family[] = [
  {
    name: 'leftovers',
    moves: [
      ...only(openings(COLLECTION), 'stated', 'groups', 'two days', 'two sizes of groups'),
      ...changes(COLLECTION),
      ...comparisons(COLLECTION),
    ],
  },
  {
    name: 'packs',
    moves: [
      ...only(openings(PACKAGES), 'groups', 'two sizes of groups'),
      ...only(changes(PACKAGES), 'gain', 'lose', 'gain groups'),
      ...conversions(PACKAGES),
      ...MONEY,
    ],
  },
  {
    name: 'baking',
    moves: [
      ...only(openings(BAKERY), 'two days', 'times on the second day'),
      inRows(BAKERY, 'ovens', 'trays', 'bakes', 'on each tray'),
      ...only(changes(BAKERY), 'gain', 'lose', 'give to each friend'),
      ...conversions(BAKERY),
      ...MONEY,
    ],
  },
  {
    name: 'harvest',
    moves: [
      ...only(openings(FRUIT), 'groups', 'two days', 'times on the second day'),
      inRows(FRUIT, 'fields', 'rows', 'picks', 'in each row'),
      ...changes(FRUIT),
      ...conversions(FRUIT),
      ...MONEY,
    ],
  },
  {
    name: 'rates',
    moves: [
      atRate(WORKSHOP, 'make', 'hour'),
      atRate(WORKSHOP, 'make', 'day'),
      atRate(WORKSHOP, 'build', 'day'),
      ...only(changes(WORKSHOP), 'gain', 'lose', 'give to each friend'),
      ...only(comparisons(WORKSHOP), 'groups of another person'),
      ...conversions(WORKSHOP),
      ...MONEY,
    ],
  },
  {
    name: 'equal shares',
    moves: [
      ...only(openings(TREATS), 'stated', 'groups', 'two sizes of groups'),
      ...only(changes(TREATS), 'gain', 'lose', 'lose half', 'gain groups'),
      ...only(conversions(TREATS), 'share', 'use some of a share', 'add to a share'),
    ],
  },
  {
    name: 'dozens',
    moves: [
      dozens,
      severalDozens,
      ...only(changes(EGGS), 'gain', 'lose', 'give to each friend'),
      ...conversions(EGGS),
      ...MONEY,
    ],
  },
];
