/** The families told about what happens day after day: weeks of a habit, and food for animals. */

import { base } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move, Story } from '../story';

const HABITS = [
  { verb: 'drinks', noun: 'cups of milk', short: 'cups' },
  { verb: 'eats', noun: 'slices of bread', short: 'slices' },
  { verb: 'learns', noun: 'new words', short: 'words' },
  { verb: 'draws', noun: 'pictures', short: 'pictures' },
  { verb: 'writes', noun: 'letters', short: 'letters' },
] as const;

function total(story: Story, verb: string, short: string): void {
  story.now('total', short, `How many ${short} does ${story.person.name} ${base(verb)} in all?`);
}

/** The verb of the habit the story is about. */
function verbOf(story: Story): string {
  const habit = HABITS.find(({ short }) => short === story.noun);
  if (habit === undefined) throw new Error(`There is no habit about ${story.noun}.`);
  return habit.verb;
}

/** A habit kept for some weeks, or for weeks and days. */
function weekly(extraDays: boolean): Move {
  return {
    name: extraDays ? 'weeks and days' : 'weeks',
    cost: extraDays ? 3 : 2,
    from: '',
    play(story) {
      const { verb, noun, short } = story.random.pick(HABITS);
      const { name } = story.person;
      const weeks = story.draw({ minimum: 2, maximum: 5 });
      const each = story.draw(DIFFICULTY.price);
      const extra = extraDays ? story.draw({ minimum: 2, maximum: 6 }) : 0;
      const period = extraDays ? `${weeks} weeks and ${extra} days` : `${weeks} weeks`;
      story.say(`${name} ${verb} ${each} ${noun} each day for ${period}.`);
      let days = story.step(weeks, '*', 7, `the weeks have # days`);
      if (extraDays) days = story.step(days, '+', extra, `that is # days`);
      story.step(days, '*', each, `${name} ${verb} # ${short}`);
      total(story, verb, short);
    },
  };
}

const WEEKS: readonly Move[] = [
  {
    name: 'one week',
    cost: 1,
    from: '',
    play(story) {
      const { verb, noun, short } = story.random.pick(HABITS);
      const { name } = story.person;
      const each = story.draw(DIFFICULTY.groupSize);
      story.say(
        `${name} ${verb} ${each} ${noun} each day for a week.`,
        `Every day of one week ${name} ${verb} ${each} ${noun}.`,
      );
      story.step(7, '*', each, `${name} ${verb} # ${short}`);
      total(story, verb, short);
    },
  },
  weekly(false),
  weekly(true),
  {
    name: 'another too',
    cost: 1,
    from: 'total',
    play(story) {
      const count = story.draw(DIFFICULTY.change);
      const verb = verbOf(story);
      story.say(`In that time ${story.another().name} ${verb} ${count} ${story.noun}.`);
      story.step(story.value, '+', count, `together they ${base(verb)} #`);
      story.now('pair', story.noun, `How many ${story.noun} do they ${base(verb)} together?`);
    },
  },
  {
    name: 'another more',
    cost: 1,
    from: 'total',
    play(story) {
      const verb = verbOf(story);
      const other = story.another().name;
      const { name } = story.person;
      const fewer = story.take();
      story.say(`In that time ${other} ${verb} ${fewer} fewer ${story.noun} than ${name}.`);
      const own = story.value;
      story.step(own, '-', fewer, `${other} ${verb} # ${story.noun}`);
      story.now('end', story.noun, `How many ${story.noun} does ${other} ${base(verb)}?`);
    },
  },
  {
    name: 'goal',
    cost: 1,
    from: 'total',
    play(story) {
      const goal = story.goal();
      const { name } = story.person;
      const verb = base(verbOf(story));
      story.say(`The goal of ${name} is ${goal} ${story.noun}.`);
      story.step(goal, '-', story.value, `# ${story.noun} are missing`);
      story.now('missing', story.noun, `How many more ${story.noun} must ${name} ${verb}?`);
    },
  },
  {
    name: 'days to the goal',
    cost: 1,
    from: 'missing',
    play(story) {
      const days = story.divisor();
      const { name, subject } = story.person;
      const verb = verbOf(story);
      story.say(
        `${subject} ${verb} these missing ${story.noun} in ${days} days, the same number each day.`,
      );
      story.step(story.value, '/', days, `${name} ${verb} # a day`);
      story.now(
        'end',
        story.noun,
        `How many ${story.noun} does ${name} ${base(verb)} on each of these ${days} days?`,
      );
    },
  },
];

const ANIMALS = ['dogs', 'cats', 'horses', 'goats', 'rabbits', 'cows'] as const;

function daily(story: Story): void {
  story.now('daily', 'cups', `How many cups of food do the animals need a day?`);
}

/** An animal the story has not named yet. */
function otherAnimals(story: Story): string {
  const animals = story.random.pick(ANIMALS.filter((name) => !story.nouns.has(name)));
  story.nouns.add(animals);
  return animals;
}

const FEEDING: readonly Move[] = [
  {
    name: 'one kind',
    cost: 1,
    from: '',
    play(story) {
      const { name } = story.person;
      const animals = otherAnimals(story);
      const count = story.draw(DIFFICULTY.groups);
      const cups = story.draw(DIFFICULTY.price);
      story.say(
        `${name} has ${count} ${animals}. Each day they eat ${cups} cups of food each.`,
        `Each day ${name} gives ${count} ${animals} ${cups} cups of food each.`,
      );
      story.step(count, '*', cups, `${animals} eat # cups`);
      daily(story);
    },
  },
  {
    name: 'two kinds',
    cost: 3,
    from: '',
    play(story) {
      const { name } = story.person;
      const first = otherAnimals(story);
      const second = otherAnimals(story);
      const counts = [story.draw(DIFFICULTY.groups), story.draw(DIFFICULTY.groups)] as const;
      const cups = [story.draw(DIFFICULTY.price), story.draw(DIFFICULTY.price)] as const;
      story.say(
        `Each day ${name} gives ${counts[0]} ${first} ${cups[0]} cups of food each and ` +
          `${counts[1]} ${second} ${cups[1]} cups of food each.`,
      );
      const eaten = story.step(counts[0], '*', cups[0], `${first} eat # cups`);
      const also = story.step(counts[1], '*', cups[1], `${second} eat # cups`);
      story.step(eaten, '+', also, `they eat # cups`);
      daily(story);
    },
  },
  {
    name: 'another animal',
    cost: 1,
    from: 'daily',
    play(story) {
      const cups = story.draw(DIFFICULTY.change);
      const { name } = story.person;
      story.say(
        `A pony of ${name} needs ${cups} cups a day too.`,
        `A pig of ${name} also needs ${cups} cups a day.`,
      );
      story.step(story.value, '+', cups, `they eat # cups`);
      daily(story);
    },
  },
  {
    name: 'days',
    cost: 1,
    from: 'daily',
    play(story) {
      const days = story.draw(DIFFICULTY.times);
      story.say(`The food must last for ${days} days.`);
      story.step(story.value, '*', days, `they need # cups`);
      story.now('needed', 'cups', `How many cups of food do the animals need in all?`);
    },
  },
  {
    name: 'stock',
    cost: 1,
    from: 'needed',
    play(story) {
      const { name } = story.person;
      const stock = story.take();
      story.say(`${name} has ${stock} cups of food already.`);
      story.step(story.value, '-', stock, `${name} needs # more`);
      story.now('missing', 'cups', `How many more cups of food does ${name} need?`);
    },
  },
  ...['needed', 'missing'].map((from): Move => ({
    name: 'bags of food',
    cost: 1,
    from,
    play(story) {
      const size = story.divisor();
      const { name } = story.person;
      story.say(
        from === 'needed'
          ? `${name} buys all of it in bags of ${size} cups.`
          : `${name} buys the missing food in bags of ${size} cups.`,
      );
      story.step(story.value, '/', size, `${name} buys # bags`);
      story.now('end', 'bags', `How many bags does ${name} buy?`);
    },
  })),
];

/** The families of this file. */
export const HABIT_FAMILIES: readonly Family[] = [
  { name: 'weeks', moves: WEEKS },
  { name: 'feeding', moves: FEEDING },
];
