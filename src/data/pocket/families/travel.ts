/** The family told about buses, trains and ships that people get on and off. */

import { drawGroups } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move, Story } from '../story';

function riders(story: Story, question: string): void {
  story.now('riders', 'people', question);
}

const TRAVEL: readonly Move[] = [
  {
    name: 'on board',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw(DIFFICULTY.start);
      const vehicle = story.random.pick(['bus', 'train', 'ship']);
      story.say(`There are ${story.value} people on a ${vehicle}.`);
      riders(story, `How many people are on board?`);
    },
  },
  {
    name: 'cars',
    cost: 1,
    from: '',
    play(story) {
      const { groups, size } = drawGroups(story);
      story.say(`A train has ${groups} cars with ${size} people in each.`);
      story.step(groups, '*', size, `# people are on board`);
      riders(story, `How many people are on board?`);
    },
  },
  {
    name: 'get on',
    cost: 1,
    from: 'riders',
    play(story) {
      const more = story.draw(DIFFICULTY.change);
      story.say(`At the next stop ${more} people get on.`, `Then ${more} more people get on.`);
      story.step(story.value, '+', more, `# people are on board`);
      riders(story, `How many people are on board now?`);
    },
  },
  {
    name: 'get off',
    cost: 1,
    from: 'riders',
    play(story) {
      const fewer = story.take();
      story.say(`At the next stop ${fewer} people get off.`, `Then ${fewer} people get off.`);
      story.step(story.value, '-', fewer, `# people are on board`);
      riders(story, `How many people are on board now?`);
    },
  },
  {
    name: 'half get off',
    cost: 1,
    from: 'riders',
    play(story) {
      story.say(`At the next stop half of the people get off.`, `Then half of the people get off.`);
      story.step(story.value, '/', 2, `# people are on board`);
      riders(story, `How many people are on board now?`);
    },
  },
  {
    name: 'stops',
    cost: 2,
    from: 'riders',
    play(story) {
      const before = story.value;
      const { groups, size } = drawGroups(story);
      const off = before > groups * size + 2 && story.random.next() < 0.6;
      story.say(`At each of the next ${groups} stops ${size} people get ${off ? 'off' : 'on'}.`);
      const moved = story.step(groups, '*', size, `# people get ${off ? 'off' : 'on'}`);
      story.step(before, off ? '-' : '+', moved, `# people are on board`);
      riders(story, `How many people are on board now?`);
    },
  },
  {
    name: 'tickets',
    cost: 1,
    from: 'riders',
    play(story) {
      const price = story.draw(DIFFICULTY.price);
      story.say(`Each person now on board pays ${price} dollars.`);
      story.step(story.value, '*', price, `they pay # dollars`);
      story.now('end', 'dollars', `How many dollars do they pay in all?`);
    },
  },
  {
    name: 'seats',
    cost: 1,
    from: 'riders',
    play(story) {
      const seats = story.goal();
      story.say(`There are ${seats} seats, one for each person.`);
      story.step(seats, '-', story.value, `# seats are free`);
      story.now('end', 'seats', `How many seats are free?`);
    },
  },
  {
    name: 'taxis',
    cost: 1,
    from: 'riders',
    play(story) {
      const size = story.divisor();
      story.say(`All these people then take taxis, ${size} people in each.`);
      story.step(story.value, '/', size, `they take # taxis`);
      story.now('end', 'taxis', `How many taxis do they take?`);
    },
  },
];

/** The families of this file. */
export const TRAVEL_FAMILIES: readonly Family[] = [{ name: 'travel', moves: TRAVEL }];
