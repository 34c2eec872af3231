/** The families told about money: shops, savings and wages. */

import { CHANGE_MOVES, INCOME_MOVES, otherGoods, singleGood, WALLET_MOVES } from '../money';
import { drawGroups } from '../openings';
import { DIFFICULTY } from '../problem';
import type { Family, Move, Story } from '../story';

function bill(story: Story): void {
  const { name } = story.person;
  story.now('bill', 'dollars', `How many dollars does ${name} pay in all?`);
}

const SHOP: readonly Move[] = [
  {
    name: 'one thing',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw(DIFFICULTY.start);
      story.say(`${story.person.name} buys ${singleGood(story)} for ${story.value} dollars.`);
      bill(story);
    },
  },
  {
    name: 'two things',
    cost: 1,
    from: '',
    play(story) {
      const { name } = story.person;
      const first = story.draw(DIFFICULTY.start);
      const second = story.draw(DIFFICULTY.change);
      story.say(
        `${name} buys ${singleGood(story)} for ${first} dollars and ${singleGood(story)} for ${second} dollars.`,
      );
      story.step(first, '+', second, `the cost is # dollars`);
      bill(story);
    },
  },
  {
    name: 'several',
    cost: 1,
    from: '',
    play(story) {
      const { name } = story.person;
      const { groups, size } = drawGroups(story);
      const goods = otherGoods(story);
      story.say(
        `${name} buys ${groups} ${goods} for ${size} dollars each.`,
        `${name} buys ${groups} ${goods} at ${size} dollars each.`,
      );
      story.step(groups, '*', size, `${goods} cost # dollars`);
      bill(story);
    },
  },
  {
    name: 'also one',
    cost: 1,
    from: 'bill',
    play(story) {
      const { subject } = story.person;
      const price = story.draw(DIFFICULTY.change);
      story.say(`${subject} also buys ${singleGood(story)} for ${price} dollars.`);
      story.step(story.value, '+', price, `the cost is # dollars`);
      bill(story);
    },
  },
  {
    name: 'also several',
    cost: 2,
    from: 'bill',
    play(story) {
      const { subject } = story.person;
      const before = story.value;
      const { groups, size } = drawGroups(story);
      const goods = otherGoods(story);
      story.say(`${subject} also buys ${groups} ${goods} for ${size} dollars each.`);
      const cost = story.step(groups, '*', size, `${goods} cost # dollars`);
      story.step(before, '+', cost, `the cost is # dollars`);
      bill(story);
    },
  },
  {
    name: 'coupon',
    cost: 1,
    from: 'bill',
    play(story) {
      const { subject } = story.person;
      const off = story.take();
      story.say(
        `${subject} has a coupon for ${off} dollars off.`,
        `A coupon takes ${off} dollars off the total.`,
      );
      story.step(story.value, '-', off, `the cost is # dollars`);
      bill(story);
      story.kind = 'final bill';
    },
  },
  {
    name: 'half price',
    cost: 1,
    from: 'bill',
    play(story) {
      story.say(`The shop takes half off the total.`);
      story.step(story.value, '/', 2, `the cost is # dollars`);
      bill(story);
      story.kind = 'final bill';
    },
  },
  ...['bill', 'final bill'].flatMap((from): Move[] => [
    {
      name: 'pay',
      cost: 1,
      from,
      play(story) {
        const { name, subject } = story.person;
        const paid = story.goal();
        story.say(
          `${subject} pays with ${paid} dollars.`,
          `${name} gives the shop ${paid} dollars to pay.`,
        );
        story.step(paid, '-', story.value, `the change is # dollars`);
        story.now('end', 'dollars', `How many dollars does ${name} get back?`);
      },
    },
    {
      name: 'split the bill',
      cost: 1,
      from,
      play(story) {
        const people = story.divisor();
        story.say(`${people} friends split the cost equally.`);
        story.step(story.value, '/', people, `each friend pays # dollars`);
        story.now('end', 'dollars', `How many dollars does each friend pay?`);
      },
    },
  ]),
];

function wallet(story: Story): void {
  story.now('money', 'dollars', `How many dollars does ${story.person.name} have now?`);
}

const SAVINGS: readonly Move[] = [
  {
    name: 'has money',
    cost: 0,
    from: '',
    play(story) {
      story.value = story.draw(DIFFICULTY.start);
      story.say(
        `${story.person.name} has ${story.value} dollars.`,
        `${story.person.name} has ${story.value} dollars in a jar.`,
      );
      wallet(story);
    },
  },
  {
    name: 'saves each week',
    cost: 2,
    from: '',
    play(story) {
      const { name, subject } = story.person;
      const start = story.draw(DIFFICULTY.start);
      const { groups, size } = drawGroups(story);
      const unit = story.random.pick(['week', 'day', 'month']);
      story.say(`${name} has ${start} dollars.`);
      story.say(
        `${subject} saves ${size} dollars a ${unit} for ${groups} ${unit}s.`,
        `Then ${subject.toLowerCase()} saves ${size} dollars each ${unit} for ${groups} ${unit}s.`,
      );
      const saved = story.step(groups, '*', size, `${name} saves # dollars`);
      story.step(start, '+', saved, `${name} has # dollars`);
      wallet(story);
    },
  },
  ...WALLET_MOVES,
  ...CHANGE_MOVES,
];

const WAGES: readonly Move[] = [
  {
    name: 'hourly',
    cost: 1,
    from: '',
    play(story) {
      const { name, subject } = story.person;
      const { groups, size } = drawGroups(story);
      story.say(
        `${name} earns ${size} dollars an hour and works for ${groups} hours.`,
        `${name} works for ${groups} hours. ${subject} earns ${size} dollars an hour.`,
      );
      story.step(groups, '*', size, `${name} earns # dollars`);
      story.now('income', 'dollars', `How many dollars does ${name} earn?`);
    },
  },
  {
    name: 'hours on days',
    cost: 2,
    from: '',
    play(story) {
      const { name, subject } = story.person;
      const days = story.draw(DIFFICULTY.groups);
      const daily = story.draw(DIFFICULTY.times);
      const wage = story.draw(DIFFICULTY.price);
      story.say(`${name} works ${daily} hours a day for ${days} days.`);
      story.say(`${subject} earns ${wage} dollars an hour.`);
      const hours = story.step(days, '*', daily, `${name} works # hours`);
      story.step(hours, '*', wage, `${name} earns # dollars`);
      story.now('income', 'dollars', `How many dollars does ${name} earn?`);
    },
  },
  {
    name: 'two jobs',
    cost: 3,
    from: '',
    play(story) {
      const { name, subject } = story.person;
      const first = drawGroups(story);
      const second = drawGroups(story);
      story.say(`${name} works ${first.groups} hours in a shop for ${first.size} dollars an hour.`);
      story.say(
        `${subject} also works ${second.groups} hours on a farm for ${second.size} dollars an hour.`,
      );
      const shop = story.step(first.groups, '*', first.size, `the shop pays # dollars`);
      const farm = story.step(second.groups, '*', second.size, `the farm pays # dollars`);
      story.step(shop, '+', farm, `${name} earns # dollars`);
      story.now('income', 'dollars', `How many dollars does ${name} earn?`);
    },
  },
  ...INCOME_MOVES,
  ...CHANGE_MOVES,
];

/** The families of this file. */
export const MONEY_FAMILIES: readonly Family[] = [
  { name: 'shop', moves: SHOP },
  { name: 'savings', moves: SAVINGS },
  { name: 'wages', moves: WAGES },
];
