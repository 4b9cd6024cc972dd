// Asking the server for JSON, with errors that can be told apart.

/** The server answered, and said no. `detail` is its own explanation, in the reader's language, or empty. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail || `HTTP ${status}`);
    this.name = "HttpError";
    this.status = status;
    this.detail = detail;
  }
}

/** No answer: the network or the server is away. */
export class NetworkError extends Error {
  constructor() {
    super("no answer");
    this.name = "NetworkError";
  }
}

/**
 * @param {string} url
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the body
 * @throws {HttpError|NetworkError} and AbortError when `signal` says so
 */
export async function getJson(url, { signal } = {}) {
  let response;
  try {
    response = await fetch(url, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    throw new NetworkError();
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new HttpError(response.status, typeof problem.detail === "string" ? problem.detail : "");
  }
  return response.json();
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
