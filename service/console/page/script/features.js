/** Which of the service's routes there are, by its own description; what is not there gets no button. */

import { json } from "./http.js";

let paths = new Set();

/** Ask once, at the start. */
export async function askFeatures() {
  try {
    const description = await json("GET", "/openapi.json");
    paths = new Set(Object.keys(description.paths).map((path) => path.replace(/\{\w+\}/g, "{}")));
  } catch (error) {
    if (error.status !== 404) throw error;
  }
}

/** Whether there is a route at this path, its parameters written as `{}`. */
export function has(path) {
  return paths.has(path);
}

export const RETRY = "/background/retry-task/{}";
