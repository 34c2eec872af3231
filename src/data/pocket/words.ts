/** The closed vocabulary of names and things that pocket stories are told with. */

export const GIRLS = ['Ann', 'Mia', 'Eva', 'Zoe', 'Ida', 'Lily', 'Rosa', 'Nora'] as const;
export const BOYS = ['Tom', 'Sam', 'Ben', 'Leo', 'Max', 'Jack', 'Omar', 'Paul'] as const;

/** Things bought one at a time, with their article. */
export const SINGLE_GOODS = ['a hat', 'a book', 'a lamp', 'a ball', 'a cake', 'a shirt', 'a toy'];

/** Things bought several at a time. */
export const GOODS = ['pens', 'cups', 'bags', 'plants', 'socks', 'candles', 'brushes'] as const;

/** What somebody may also own, without any bearing on the answer. */
export const OTHER_THINGS = ['rings', 'keys', 'stamps', 'bells', 'pins', 'maps'] as const;

/** The things of one kind of story, and what people do with them. */
export interface Theme {
  readonly nouns: readonly string[];
  /** What they come in. */
  readonly containers: readonly string[];
  /** Verbs that add things to what the person has. */
  readonly gain: readonly string[];
  /** Verbs that take things from what the person has. */
  readonly lose: readonly string[];
  /** What people do with a thing of their share. */
  readonly use: string;
}

export const COLLECTION: Theme = {
  nouns: ['marbles', 'cards', 'stickers', 'shells', 'beads', 'balloons'],
  containers: ['bags', 'boxes', 'jars'],
  gain: ['finds', 'buys', 'gets'],
  lose: ['loses', 'gives away', 'uses'],
  use: 'gives away',
};

export const PACKAGES: Theme = {
  nouns: ['pencils', 'crayons', 'bulbs', 'nails', 'cups', 'candles'],
  containers: ['packs', 'boxes', 'cases'],
  gain: ['buys', 'gets', 'finds'],
  lose: ['uses', 'loses', 'breaks'],
  use: 'uses',
};

export const BAKERY: Theme = {
  nouns: ['cookies', 'muffins', 'rolls', 'buns', 'tarts'],
  containers: ['boxes', 'bags', 'tins'],
  gain: ['bakes', 'makes'],
  lose: ['eats', 'drops', 'burns'],
  use: 'eats',
};

export const FRUIT: Theme = {
  nouns: ['apples', 'pears', 'plums', 'melons', 'onions', 'carrots'],
  containers: ['baskets', 'bags', 'boxes'],
  gain: ['picks', 'finds'],
  lose: ['eats', 'drops', 'gives away'],
  use: 'eats',
};

export const WORKSHOP: Theme = {
  nouns: ['toys', 'kites', 'chairs', 'masks', 'boats', 'dolls'],
  containers: ['boxes', 'crates', 'cases'],
  gain: ['makes', 'builds'],
  lose: ['breaks', 'loses', 'gives away'],
  use: 'breaks',
};

export const TREATS: Theme = {
  nouns: ['grapes', 'nuts', 'candies', 'cherries', 'figs', 'chips'],
  containers: ['bags', 'bowls', 'jars'],
  gain: ['buys', 'gets'],
  lose: ['eats', 'drops', 'gives away'],
  use: 'eats',
};

export const EGGS: Theme = {
  nouns: ['eggs', 'roses', 'lemons', 'donuts'],
  containers: ['boxes', 'bags', 'trays'],
  gain: ['buys', 'gets'],
  lose: ['uses', 'breaks', 'gives away'],
  use: 'gives away',
};
