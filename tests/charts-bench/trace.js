/** From a trace to figures: what the page's main thread did, update by update. Times in ms. */

/**
 * @typedef {{name: string, cat: string, ph: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number,
 *   args?: any}} TraceEvent
 * @typedef {{begin: number, wall: number, cpu: number, received: boolean, moved: boolean}} Task  received: an update began
 * @typedef {{p50: number, p99: number, mean: number, count: number}} Spread
 * @typedef {object} Figures
 * @property {Spread} update  main thread, from one update to the next
 * @property {Spread} updateCpu  the same in time of the processor, without what others took
 * @property {Spread} hover  the task in which the pointer moved: handlers, frame, layout and paint
 *
 * @typedef {{presented: number, dropped: number}} Frames  a second; dropped: those that should have reached the screen
 */

/** Tracing costs time itself: no more is traced than is needed, and frames apart from tasks. */
export const TASKS = ['-*', 'blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
export const FRAMES = ['-*', 'disabled-by-default-devtools.timeline.frame'];
/** A page that cannot draw every update marks those that it begins to draw. */
export const MARK = 'bench-update';
/** Frames of one update may come in several subscriptions, each in a task of its own, at once. */
const SAME_UPDATE_MS = 20;

/** @param {TraceEvent[]} events @returns {Figures} */
export function reduceTrace(events) {
  const main = mainThread(events);
  const tasks = tasksOf(events.filter(({ pid, tid }) => pid === main.pid && tid === main.tid));
  const updates = byUpdate(tasks);
  const moves = tasks.filter(({ moved }) => moved);
  return {
    update: spread(updates.map(({ wall }) => wall)), updateCpu: spread(updates.map(({ cpu }) => cpu)),
    hover: spread(moves.map(({ wall }) => wall)),
  };
}

/** @param {TraceEvent[]} events @param {number} seconds @returns {Frames} */
export function reduceFrames(events, seconds) {
  const named = events.filter(({ name, args }) => name === 'process_name' && args?.name === 'Renderer');
  const renderers = new Set(named.map(({ pid }) => pid));
  const states = events.filter(({ name, ph, pid }) => name === 'PipelineReporter' && ph === 'b' && renderers.has(pid))
    .map(({ args }) => String(args?.frame_reporter?.state ?? args?.chrome_frame_reporter?.state));
  return {
    presented: states.filter((state) => state.startsWith('STATE_PRESENTED')).length / seconds,
    dropped: states.filter((state) => state === 'STATE_DROPPED').length / seconds,
  };
}

/** Of the page. @param {TraceEvent[]} events */
function mainThread(events) {
  const begun = events.find(({ name }) => name === 'WebSocketReceive' || name === MARK);
  if (!begun) throw new Error('no update was begun while the trace ran');
  return begun;
}

/** Top-level tasks in order, with what happened in them. @param {TraceEvent[]} events @returns {Task[]} */
function tasksOf(events) {
  const begin = events.some(({ name }) => name === MARK) ? MARK : 'WebSocketReceive';
  const marks = events.filter(({ name, args }) => name === begin || isMove(name, args)).sort((a, b) => a.ts - b.ts);
  const runs = events.filter(({ name, ph }) => name === 'RunTask' && ph === 'X').sort((a, b) => a.ts - b.ts);
  /** @type {Task[]} */
  const tasks = [];
  let end = -Infinity;
  let next = 0;
  for (const { ts, dur = 0, tdur = 0 } of runs) {
    if (ts < end) continue;
    end = ts + dur;
    while (next < marks.length && marks[next].ts < ts) next += 1;
    const task = { begin: ts / 1000, wall: dur / 1000, cpu: tdur / 1000, received: false, moved: false };
    for (; next < marks.length && marks[next].ts <= end; next += 1) {
      if (marks[next].name === begin) task.received = true;
      else task.moved = true;
    }
    tasks.push(task);
  }
  return tasks;
}

/** @param {string} name @param {any} args */
function isMove(name, args) {
  return name === 'EventDispatch' && (args?.data?.type === 'pointermove' || args?.data?.type === 'mousemove');
}

/** What ran from one update to the next; the last stretch is not whole. @param {Task[]} tasks */
function byUpdate(tasks) {
  /** @type {{begin: number, wall: number, cpu: number}[]} */
  const updates = [];
  for (const task of tasks) {
    let update = updates[updates.length - 1];
    if (task.received && (!update || task.begin - update.begin > SAME_UPDATE_MS)) {
      update = { begin: task.begin, wall: 0, cpu: 0 };
      updates.push(update);
    }
    if (!update) continue;
    update.wall += task.wall;
    update.cpu += task.cpu;
  }
  return updates.slice(0, -1);
}

/**
 * What tasks of the page's main thread consist of, by name of the innermost event: what no profile of functions shows.
 * @param {TraceEvent[]} events
 * @returns {[name: string, ms: number][]} most first
 */
export function breakdown(events) {
  const { pid, tid } = mainThread(events);
  const nested = events.filter((event) => event.ph === 'X' && event.pid === pid && event.tid === tid)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  /** @type {Map<string, number>} */
  const self = new Map();
  /** @type {TraceEvent[]} */
  const open = [];
  for (const event of nested) {
    const { name, ts, dur = 0 } = event;
    while (open.length > 0 && end(open[open.length - 1]) <= ts) open.pop();
    const outer = open[open.length - 1];
    if (outer) self.set(outer.name, (self.get(outer.name) ?? 0) - dur / 1000);
    self.set(name, (self.get(name) ?? 0) + dur / 1000);
    open.push(event);
  }
  return [...self].sort((a, b) => b[1] - a[1]);
}

/** @param {TraceEvent} event */
const end = ({ ts, dur = 0 }) => ts + dur;

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { p50: at(0.5), p99: at(0.99), mean, count: sorted.length };
}
