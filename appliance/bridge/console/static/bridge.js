// The one door to the device: authorised requests, and what becomes of the link.

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Codes of a token that is known but has no right to this page. */
const FORBIDDEN = new Set(["scope_missing", "route_closed"]);

/** The device did not answer; the page waits for it and goes on by itself. */
export class GoneError extends Error {}

/** The device does not take this token; `forbidden` when it knows it but gives it no right here. */
export class RefusedError extends Error {
  constructor(forbidden) {
    super("refused");
    this.forbidden = forbidden;
  }
}

/** A problem document (RFC 9457): `code` is stable, `message` is for a person. */
export class ProblemError extends Error {
  constructor(status, code, title, remedy) {
    super(remedy ? `${title} ${remedy}` : title);
    this.status = status;
    this.code = code;
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Requests with the token. Events: "link" when the link comes or goes, "refused" once when the token fails. */
export class Bridge extends EventTarget {
  #token;
  #link = "waiting";
  #back = null;
  #refused = false;
  #unexpected;

  /** `unexpected(status)` gives the text of an answer that is no problem document. */
  constructor(token, unexpected) {
    super();
    this.#token = token;
    this.#unexpected = unexpected;
  }

  /** "waiting" before the first answer, then "connected" or "gone". */
  get link() {
    return this.#link;
  }

  /**
   * Ask; resolves to the Response of a 2xx or 304. While the link is gone a request waits for it to come back;
   * what a person asks for (`atOnce`) fails instead, so that no button is pressed minutes later.
   * Throws GoneError, RefusedError, ProblemError, or AbortError when `signal` fires.
   */
  async request(method, path, { body, etag, signal, atOnce = false, timeoutMs = REQUEST_TIMEOUT_MS } = {}) {
    if (this.#refused) throw new RefusedError(false);
    if (this.#back && atOnce) throw new GoneError("the device does not answer");
    if (this.#back) await this.#back;
    const headers = { Authorization: `Bearer ${this.#token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (etag) headers["If-None-Match"] = etag;
    const limit = AbortSignal.timeout(timeoutMs);
    let answer;
    try {
      answer = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#lost();
      throw new GoneError("the device does not answer", { cause: error });
    }
    this.#move("connected");
    if (answer.ok || answer.status === 304) return answer;
    throw await this.#failure(answer);
  }

  /** Ask and read the JSON of the answer. */
  async json(method, path, options) {
    const answer = await this.request(method, path, options);
    return answer.status === 204 ? null : this.#content(answer.json(), options);
  }

  /** Do `work` again after each loss of the link, until it is done. */
  async persist(work) {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof GoneError)) throw error;
      }
    }
  }

  /** Ask for a picture: a Blob, or null when it has not changed since `etag`. */
  async picture(path, options) {
    const answer = await this.request("GET", path, options);
    if (answer.status === 304) return null;
    return { blob: await this.#content(answer.blob(), options), etag: answer.headers.get("ETag") };
  }

  /** The body may break off half-way: that too is a link gone. */
  async #content(promise, options) {
    try {
      return await promise;
    } catch (error) {
      if (options?.signal?.aborted) throw error;
      this.#lost();
      throw new GoneError("the answer broke off", { cause: error });
    }
  }

  async #failure(answer) {
    let problem = {};
    try {
      problem = await answer.json();
    } catch {
      // Not a document of ours (a proxy's page, say): the status is all there is to tell.
    }
    const isForbidden = FORBIDDEN.has(problem.code);
    if (answer.status === 401 || isForbidden) {
      const refusal = new RefusedError(isForbidden);
      if (!this.#refused) {
        this.#refused = true;
        this.dispatchEvent(new CustomEvent("refused", { detail: refusal }));
      }
      return refusal;
    }
    const title = problem.title ?? this.#unexpected(answer.status);
    return new ProblemError(answer.status, problem.code ?? "", title, problem.remedy ?? "");
  }

  #move(link) {
    if (this.#link === link) return;
    const before = this.#link;
    this.#link = link;
    this.dispatchEvent(new CustomEvent("link", { detail: { link, before } }));
  }

  /** One prober for the whole page; every other request waits for it. */
  #lost() {
    if (this.#back) return;
    this.#move("gone");
    this.#back = this.#probe().finally(() => {
      this.#back = null;
    });
  }

  async #probe() {
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
      await pause(delay);
      try {
        const answer = await fetch("../v1/ready", {
          cache: "no-store",
          credentials: "omit",
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        if (answer.ok) {
          this.#move("connected");
          return;
        }
      } catch {
        // Still gone: that is what this loop is for.
      }
    }
  }
}

/** Resolves at once in a visible page, else when it is looked at again. */
export function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const seen = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      resolve();
    };
    document.addEventListener("visibilitychange", seen);
  });
}

/**
 * Run `work` every `periodMs` while the page is looked at, never twice at once, until the token is refused.
 * A gone link is waited for by the next request; a problem of the device slows the loop down.
 */
export async function repeat(periodMs, work) {
  const PROBLEM_PAUSE_MS = 1000;
  for (;;) {
    await visible();
    const started = performance.now();
    try {
      await work();
    } catch (error) {
      if (error instanceof RefusedError) return;
      if (error instanceof ProblemError) await pause(PROBLEM_PAUSE_MS);
      else if (!(error instanceof GoneError)) throw error;
    }
    await pause(Math.max(0, periodMs - (performance.now() - started)));
  }
}
