import { count, ratio } from './numbers.mjs';

const TITLE = 'Cost of one command, as a ratio to node -e 0, against the number of issues';
const WIDTH = 860;
const HEIGHT = 480;
const AREA = { left: 60, right: 600, top: 30, bottom: 430 };
// Told apart also by those who do not see all colours (Okabe and Ito), and by dashes.
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#444444'];
const DASHES = ['', '6 3', '2 3'];

/** Cost against size as SVG, both axes logarithmic. `lines`: `[label, [[size, ratio], …]]`. */
export function renderPlot(lines) {
  const shown = lines.filter(([, points]) => points.length > 0);
  const points = shown.flatMap(([, list]) => list);
  const sizes = [...new Set(points.map(([size]) => size))].sort((a, b) => a - b);
  const x = scaleOf(sizes, AREA.left, AREA.right);
  const marks = marksFor(points.map(([, value]) => value));
  const y = scaleOf(marks, AREA.bottom, AREA.top);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${TITLE}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="60" y="18" fill="#222">${TITLE}</text>`,
    ...marks.map((mark) => gridLine(mark, y(mark))),
    ...sizes.map((size) => text(x(size), AREA.bottom + 20, count(size), 'middle')),
    ...shown.flatMap(([label, list], place) => drawLine(label, list, place, x, y)),
    '</svg>',
  ].join('\n')}\n`;
}

function scaleOf(values, from, to) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (value) => from + (high === low ? 0.5 : (Math.log(value) - low) / (high - low)) * (to - from);
}

/** 1, 2, 5, 10, … as far as the values reach. */
function marksFor(values) {
  const all = [-2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
  const low = all.findLastIndex((mark) => mark <= Math.min(...values));
  const high = all.findIndex((mark) => mark >= Math.max(...values));
  return all.slice(Math.max(0, low), (high < 0 ? all.length : high) + 1);
}

function drawLine(label, list, place, x, y) {
  const colour = COLOURS[place % COLOURS.length];
  const dash = DASHES[Math.floor(place / COLOURS.length) % DASHES.length];
  const path = list.map(([size, value]) => `${round(x(size))},${round(y(value))}`);
  const stroke = `stroke="${colour}" stroke-width="2" fill="none"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`;
  const height = AREA.top + 10 + place * 20;
  return [
    `<polyline points="${path.join(' ')}" ${stroke}/>`,
    ...list.map(
      ([size, value]) => `<circle cx="${round(x(size))}" cy="${round(y(value))}" r="3" fill="${colour}"/>`,
    ),
    `<line x1="620" y1="${height - 4}" x2="645" y2="${height - 4}" ${stroke}/>`,
    text(652, height, label, 'start'),
  ];
}

function gridLine(mark, height) {
  const line = `<line x1="${AREA.left}" y1="${round(height)}" x2="${AREA.right}" y2="${round(height)}" stroke="#dddddd"/>`;
  return `${line}\n${text(AREA.left - 8, height + 4, mark < 1 ? ratio(mark) : String(mark), 'end')}`;
}

const round = (value) => Math.round(value * 10) / 10;

const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (left, top, words, anchor) =>
  `<text x="${round(left)}" y="${round(top)}" text-anchor="${anchor}" fill="#222">${escaped(words)}</text>`;
