/** What is shown, as the address says it after its #: a task, the tasks of a batch, or nothing for all tasks. */

const PLACE = /^#\/(tasks|batches)\/([\w-]+)$/;

/** The id of the open task or null, and that of the batch whose tasks are listed, or "" for all. */
export function place() {
  const [, kind, id] = PLACE.exec(location.hash) ?? [];
  return { task: kind === "tasks" ? id : null, batch: kind === "batches" ? id : "" };
}

export function taskAddress(id) {
  return `#/tasks/${id}`;
}

export function batchAddress(id) {
  return `#/batches/${id}`;
}

export const LIST = "#/";

export function onPlace(listener) {
  window.addEventListener("hashchange", listener);
}
