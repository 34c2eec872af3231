/**
 * What may happen to money. Three kinds of result: `income` (earned in this story, nothing spent),
 * `money` (all somebody has) and `change` (what is left of either), so that every question is clear.
 */

import { DIFFICULTY } from './problem';
import type { Move, Story } from './story';
import { GOODS, SINGLE_GOODS } from './words';

/** A kind of goods the story has not named yet. */
export function otherGoods(story: Story): string {
  const goods = story.random.pick(GOODS.filter((name) => !story.nouns.has(name)));
  story.nouns.add(goods);
  return goods;
}

/** Something bought once, different each time within a story. */
export function singleGood(story: Story): string {
  const good = story.random.pick(SINGLE_GOODS.filter((name) => !story.nouns.has(name)));
  story.nouns.add(good);
  return good;
}

/** All the money at hand, in words that fit what happened before. */
function allOf(from: string): string {
  return from === 'change' ? 'the rest of the dollars' : 'all the dollars';
}

function spent(story: Story): void {
  story.now('change', 'dollars', `How many dollars does ${story.person.name} have left?`);
}

const spend = (from: string): Move => ({
  name: 'spend',
  cost: 1,
  from,
  play(story) {
    const { name, subject } = story.person;
    const price = story.take();
    const good = singleGood(story);
    story.say(
      `${subject} spends ${price} dollars on ${good}.`,
      `Then ${name} buys ${good} for ${price} dollars.`,
      `${subject} buys ${good} for ${price} dollars.`,
    );
    story.step(story.value, '-', price, `# dollars are left`);
    spent(story);
  },
});

const buySeveral = (from: string): Move => ({
  name: 'buy several',
  cost: 2,
  from,
  play(story) {
    const { name, subject } = story.person;
    const before = story.value;
    const count = story.draw(DIFFICULTY.groups);
    const price = story.draw(DIFFICULTY.groupSize);
    const goods = otherGoods(story);
    story.say(
      `${subject} buys ${count} ${goods} for ${price} dollars each.`,
      `Then ${name} buys ${count} ${goods} at ${price} dollars each.`,
    );
    const cost = story.step(count, '*', price, `${goods} cost # dollars`);
    story.step(before, '-', cost, `# dollars are left`);
    spent(story);
  },
});

const buyWithAll = (from: string): Move => ({
  name: 'buy with all',
  cost: 1,
  from,
  play(story) {
    const { name, subject } = story.person;
    const all = allOf(from);
    const goods = otherGoods(story);
    const price = story.divisor();
    story.say(
      `${subject} spends ${all} on ${goods} for ${price} dollars each.`,
      `With ${all} ${name} buys ${goods} for ${price} dollars each.`,
    );
    story.step(story.value, '/', price, `${name} buys # ${goods}`);
    story.now('end', goods, `How many ${goods} does ${name} buy?`);
  },
});

const shareMoney = (from: string): Move => ({
  name: 'share money',
  cost: 1,
  from,
  play(story) {
    const { name, subject } = story.person;
    const all = allOf(from);
    const kids = story.divisor();
    story.say(
      `${subject} shares ${all} equally among ${kids} kids.`,
      `Then ${name} splits ${all} equally among ${kids} kids.`,
    );
    story.step(story.value, '/', kids, `each kid gets # dollars`);
    story.now('end', 'dollars', `How many dollars does each kid get?`);
  },
});

/** Moves after something was earned. */
export const INCOME_MOVES: readonly Move[] = [
  spend('income'),
  buySeveral('income'),
  buyWithAll('income'),
  shareMoney('income'),
  {
    name: 'earn more',
    cost: 1,
    from: 'income',
    play(story) {
      const { name, object } = story.person;
      const more = story.draw(DIFFICULTY.change);
      story.say(`${story.another().name} gives ${object} ${more} more dollars.`);
      story.step(story.value, '+', more, `${name} gets # dollars`);
      story.now('income', 'dollars', `How many dollars does ${name} get in all?`);
    },
  },
];

/** Moves after something was spent. */
export const CHANGE_MOVES: readonly Move[] = [
  spend('change'),
  buySeveral('change'),
  buyWithAll('change'),
  shareMoney('change'),
];

/** Moves while the story knows all the money somebody has. */
export const WALLET_MOVES: readonly Move[] = [
  spend('money'),
  buySeveral('money'),
  shareMoney('money'),
  {
    name: 'get money',
    cost: 1,
    from: 'money',
    play(story) {
      const { name, object, subject } = story.person;
      const more = story.draw(DIFFICULTY.change);
      story.say(
        `${story.another().name} gives ${object} ${more} more dollars.`,
        `${subject} gets ${more} more dollars as a gift.`,
      );
      story.step(story.value, '+', more, `${name} has # dollars`);
      story.now('money', 'dollars', `How many dollars does ${name} have now?`);
    },
  },
  {
    name: 'save for a goal',
    cost: 1,
    from: 'money',
    play(story) {
      const { name, subject } = story.person;
      const goal = story.goal();
      story.say(
        `${subject} wants to buy a bike for ${goal} dollars.`,
        `${name} wants a bike that costs ${goal} dollars.`,
      );
      story.step(goal, '-', story.value, `${name} needs # more dollars`);
      story.now('need', 'dollars', `How many more dollars does ${name} need?`);
    },
  },
  {
    name: 'weeks to the goal',
    cost: 1,
    from: 'need',
    play(story) {
      const { subject } = story.person;
      const weekly = story.divisor();
      story.say(`From now on ${subject.toLowerCase()} saves ${weekly} dollars a week.`);
      story.step(story.value, '/', weekly, `it takes # weeks`);
      story.now('end', 'weeks', `In how many weeks can ${subject.toLowerCase()} buy the bike?`);
    },
  },
];
