/** How many columns help takes at most: wider lines are hard to read, whatever the terminal. */
export const WIDEST = 100;
