/** Which task is open, as the address says it after its #: `#/tasks/ID`, or nothing for the list. */

const TASK = /^#\/tasks\/([\w-]+)$/;

/** The id of the open task, or null. */
export function place() {
  return TASK.exec(location.hash)?.[1] ?? null;
}

export function taskAddress(id) {
  return `#/tasks/${id}`;
}

export const LIST = "#/";

export function onPlace(listener) {
  window.addEventListener("hashchange", listener);
}
