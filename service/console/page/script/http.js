/** Requests to the service: with the key and in the language in use; every failure comes as a Problem. */

import { keyHeaders } from "./keys.js";
import { language, t } from "./language.js";

/**
 * An error answer (RFC 9457), or none at all: then `status` is 0. `message` is a sentence for a person, `wait` how many
 * seconds to wait before asking again, where the service says so (429, 503).
 */
export class Problem extends Error {
  constructor(status, body = {}, wait = 0) {
    super(body.detail ?? (status === 0 ? t("problem.unreachable") : t("problem.status", { status })));
    this.status = status;
    this.code = body.code ?? "";
    this.requestId = body.request_id;
    this.retryable = body.retryable ?? status === 0;
    this.wait = status === 429 || status === 503 ? wait : 0;
  }
}

/** Told whenever the service asks for a key. */
export const door = new EventTarget();

/** An answer of 2xx. Throws Problem. */
export async function send(method, path, { query = {}, body, headers = {}, signal } = {}) {
  const options = { method, body, signal, cache: "no-store", headers: { ...ownHeaders(), ...headers } };
  let response;
  try {
    response = await fetch(withQuery(path, query), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  if (!response.ok) throw problem(response.status, await response.text(), response.headers.get("Retry-After"));
  return response;
}

/** The JSON of an answer. Throws Problem. */
export async function json(method, path, options) {
  const response = await send(method, path, options);
  return response.json();
}

/** Save what a path answers as a file, under the service's name for it, or else `name`. Throws Problem. */
export async function download(path, name) {
  const response = await send("GET", path);
  save(await response.blob(), nameIn(response.headers.get("Content-Disposition") ?? "") ?? name);
}

/** The file name in a Content-Disposition that says "attachment" [RFC 6266], or undefined. */
function nameIn(disposition) {
  const [, encoded] = /^attachment;.*filename\*=UTF-8''([^;]+)/i.exec(disposition) ?? [];
  return encoded && decodeURIComponent(encoded);
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * POST a form with a large file; `progress` is told the share that went out, 0 to 1. Not fetch(), which tells nothing
 * of an upload. Throws Problem.
 */
export function upload(path, form, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries({ ...ownHeaders(), ...headers })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(problem(request.status, request.responseText));
    };
    request.onerror = () => reject(new Problem(0));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** Headers of every request. */
export function ownHeaders() {
  return { "Accept-Language": language(), ...keyHeaders() };
}

/** A failed answer as a Problem, told to the door where a key is wanted. */
export function problem(status, text, wait = null) {
  if (status === 401) door.dispatchEvent(new Event("closed"));
  try {
    return new Problem(status, JSON.parse(text), Number(wait));
  } catch {
    return new Problem(status); // from something in between, such as a proxy
  }
}

/** A path with those values that are not empty; `query` is an object, or pairs where a name comes more than once. */
export function withQuery(path, query) {
  const pairs = Array.isArray(query) ? query : Object.entries(query);
  const given = pairs.filter(([, value]) => value !== "" && value !== undefined && value !== null);
  const text = new URLSearchParams(given).toString();
  return text ? `${path}?${text}` : path;
}
