/** The families told about measures: pages, miles, ropes, weeks and animal food. */

import { drawGroups } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move, Story } from '../story';

function unread(story: Story): void {
  story.now('begun', 'pages', `How many pages are left to read?`);
}

const READING: readonly Move[] = [
  {
    name: 'book',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw({ minimum: 15, maximum: 30 });
      story.say(`${story.person.name} has a book of ${story.value} pages.`);
      story.now('unread', 'pages', `How many pages does the book have?`);
    },
  },
  {
    name: 'chapters',
    cost: 1,
    from: '',
    play(story) {
      const { groups, size } = drawGroups(story);
      story.say(`${story.person.name} has a book with ${groups} parts of ${size} pages each.`);
      story.step(groups, '*', size, `the book has # pages`);
      story.now('unread', 'pages', `How many pages does the book have?`);
    },
  },
  ...['unread', 'begun'].flatMap((from): Move[] => [
    {
      name: 'read',
      cost: 1,
      from,
      play(story) {
        const { name, subject } = story.person;
        const count = story.take();
        const when = story.random.pick([
          'on Monday',
          'on Friday',
          'at school',
          'at home',
          'at night',
        ]);
        story.say(
          `${subject} reads ${count} pages ${when}.`,
          `Then ${name} reads ${count} pages ${when}.`,
        );
        story.step(story.value, '-', count, `# pages are left`);
        unread(story);
      },
    },
    {
      name: 'read daily',
      cost: 2,
      from,
      play(story) {
        const { name, subject } = story.person;
        const before = story.value;
        const { groups, size } = drawGroups(story);
        story.say(
          `${subject} reads ${size} pages a day for ${groups} days.`,
          `Then ${name} reads ${size} pages each day for ${groups} days.`,
        );
        const read = story.step(groups, '*', size, `${name} reads # pages`);
        story.step(before, '-', read, `# pages are left`);
        unread(story);
      },
    },
    {
      name: 'rest in days',
      cost: 1,
      from,
      play(story) {
        const { name, subject } = story.person;
        const days = story.divisor();
        const rest = from === 'begun' ? 'the rest' : 'all of it';
        story.say(`${subject} reads ${rest} in ${days} days, the same number of pages each day.`);
        story.step(story.value, '/', days, `${name} reads # a day`);
        story.now(
          'end',
          'pages',
          `How many pages does ${name} read on each of these ${days} days?`,
        );
      },
    },
    {
      name: 'rest at pages a day',
      cost: 1,
      from,
      play(story) {
        const { name, subject } = story.person;
        const pages = story.divisor();
        const rest = from === 'begun' ? 'the rest' : 'all of it';
        story.say(`${subject} reads ${rest} at ${pages} pages a day.`);
        story.step(story.value, '/', pages, `it takes # days`);
        story.now('end', 'days', `How many days does ${name} need for ${rest}?`);
      },
    },
  ]),
];

function way(story: Story): void {
  story.now('way', 'miles', `How many miles does ${story.person.name} go in all?`);
}

const DISTANCE: readonly Move[] = [
  {
    name: 'stated way',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw(DIFFICULTY.start);
      const verb = story.random.pick(['walks', 'rides', 'runs']);
      story.say(`${story.person.name} ${verb} ${story.value} miles.`);
      way(story);
    },
  },
  {
    name: 'speed',
    cost: 1,
    from: '',
    play(story) {
      const { groups, size } = drawGroups(story);
      const verb = story.random.pick(['walks', 'rides', 'runs']);
      const unit = story.random.pick(['an hour', 'a day']);
      const units = unit === 'a day' ? 'days' : 'hours';
      const { name } = story.person;
      story.say(`${name} ${verb} ${size} miles ${unit} for ${groups} ${units}.`);
      story.step(groups, '*', size, `${name} ${verb} # miles`);
      way(story);
    },
  },
  {
    name: 'further',
    cost: 1,
    from: 'way',
    play(story) {
      const { name, subject } = story.person;
      const more = story.draw(DIFFICULTY.change);
      const verb = story.random.pick(['walks', 'rides', 'runs']);
      story.say(
        `Then ${name} ${verb} ${more} more miles.`,
        `${subject} then ${verb} ${more} miles more.`,
      );
      story.step(story.value, '+', more, `${name} goes # miles`);
      way(story);
    },
  },
  {
    name: 'further at a speed',
    cost: 2,
    from: 'way',
    play(story) {
      const { name, subject } = story.person;
      const before = story.value;
      const { groups, size } = drawGroups(story);
      const verb = story.random.pick(['walks', 'rides', 'runs']);
      story.say(`${subject} then ${verb} for ${groups} hours at ${size} miles an hour.`);
      const more = story.step(groups, '*', size, `${name} ${verb} # miles`);
      story.step(before, '+', more, `${name} goes # miles`);
      way(story);
    },
  },
  {
    name: 'back again',
    cost: 1,
    from: 'way',
    play(story) {
      const { name, subject } = story.person;
      story.say(
        `${subject} goes all the way back home.`,
        `Then ${name} goes all the way back home.`,
      );
      story.step(story.value, '*', 2, `${name} goes # miles`);
      way(story);
    },
  },
  {
    name: 'rest of the trip',
    cost: 1,
    from: 'way',
    play(story) {
      const { name } = story.person;
      const trip = story.goal();
      story.say(`The whole trip is ${trip} miles.`, `${name} wants to go ${trip} miles in all.`);
      story.step(trip, '-', story.value, `# miles are left`);
      story.now('rest', 'miles', `How many miles are left to go?`);
    },
  },
  {
    name: 'hours for the rest',
    cost: 1,
    from: 'rest',
    play(story) {
      const { name, subject } = story.person;
      const speed = story.divisor();
      story.say(`${subject} does the rest at ${speed} miles an hour.`);
      story.step(story.value, '/', speed, `it takes # hours`);
      story.now('end', 'hours', `How many hours does ${name} need for the rest?`);
    },
  },
];

function rope(story: Story, kind: 'rope' | 'cut', question: string): void {
  story.now(kind, 'inches', question);
}

const ROPES: readonly Move[] = [
  {
    name: 'feet',
    cost: 1,
    from: '',
    play(story) {
      const thing = story.random.pick(['rope', 'board', 'pipe', 'ribbon']);
      const feet = story.draw(DIFFICULTY.groups);
      story.say(`${story.person.name} has a ${thing} that is ${feet} feet long.`);
      story.step(feet, '*', 12, `it is # inches`);
      rope(story, 'rope', `How long is the ${thing} in inches?`);
      story.nouns.add(thing);
    },
  },
  ...['rope', 'cut'].flatMap((from): Move[] => [
    {
      name: 'cut off',
      cost: 1,
      from,
      play(story) {
        const count = story.take();
        story.say(
          `${story.person.subject} cuts off ${count} inches.`,
          `Then ${count} inches are cut off.`,
        );
        story.step(story.value, '-', count, `# inches are left`);
        rope(story, 'cut', `How many inches are left?`);
      },
    },
    {
      name: 'cut off several',
      cost: 2,
      from,
      play(story) {
        const before = story.value;
        const { groups, size } = drawGroups(story);
        story.say(`${story.person.subject} cuts off ${groups} parts of ${size} inches each.`);
        const cut = story.step(groups, '*', size, `the parts are # inches`);
        story.step(before, '-', cut, `# inches are left`);
        rope(story, 'cut', `How many inches are left?`);
      },
    },
    {
      name: 'cut up',
      cost: 1,
      from,
      play(story) {
        const size = story.divisor();
        const { name, subject } = story.person;
        const rest = from === 'cut' ? 'the rest' : 'all of it';
        story.say(`${subject} cuts ${rest} into new pieces of ${size} inches.`);
        story.step(story.value, '/', size, `${name} gets # pieces`);
        story.now('pieces', 'pieces', `How many new pieces does ${name} get?`);
      },
    },
  ]),
  {
    name: 'give pieces',
    cost: 1,
    from: 'pieces',
    play(story) {
      const count = story.take();
      const { name, subject } = story.person;
      story.say(`${subject} gives ${count} of the new pieces to ${story.another().name}.`);
      story.step(story.value, '-', count, `# pieces are left`);
      story.now('end', 'pieces', `How many new pieces does ${name} have left?`);
    },
  },
];

/** The families of this file. */
export const MEASURE_FAMILIES: readonly Family[] = [
  { name: 'reading', moves: READING },
  { name: 'distance', moves: DISTANCE },
  { name: 'lengths', moves: ROPES },
];
