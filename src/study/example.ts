/** The finished study that ships with the page, so that there is something to look at before anything was trained. */

/** Its id, which no study of a visitor has. */
export const EXAMPLE_ID = 'example';

/** Where the page has its file, made by `npm run study -- --preset demo --export study-excerpt`. */
export const EXAMPLE_FILE = 'example/study.winnow.zip';
