// One signature by NCALayer, the state's signing program on the person's own computer.
// Protocol: module kz.gov.pki.knca.basics, method sign (pkigovkz/sdkinfo wiki, "KNCA Basics Module").

/**
 * @typedef {{content: string, locale: string, signer: {extKeyUsageOids: string[], chain: string[]|null}}} Order
 *   `content` is base64 of the bytes to sign
 * @typedef {"connecting"|"permission"|"choosing"} Stage
 * @typedef {"absent"|"blocked"|"old"|"cancelled"|"lost"|"failed"} Reason
 */

const ADDRESS = "wss://127.0.0.1:13579/";
// No request can be made for it. The client looks for a rival's program at its address even when told not to
// use it, which the page's policy would refuse aloud.
const NOWHERE = "https://";
// Longer than this without a connection, and the browser is asking the person for permission.
const SLOW_MS = 1000;
const GIVE_UP_MS = 20_000;
// What browsers call the permission to speak to a program on this computer; the newest name first.
const PERMISSIONS = ["loopback-network", "local-network-access"];

/** Why there is no signature. `detail` is what NCALayer itself said, or empty. */
export class SigningFailure extends Error {
  /**
   * @param {Reason} reason
   * @param {string} [detail]
   */
  constructor(reason, detail = "") {
    super(reason);
    this.name = "SigningFailure";
    this.reason = reason;
    this.detail = detail;
  }
}

/**
 * @param {Order} order
 * @param {(stage: Stage) => void} tell
 * @param {AbortSignal} signal stops waiting; NCALayer then finds the connection closed
 * @returns {Promise<string>} the signature, PEM or base64: versions of NCALayer differ
 * @throws {SigningFailure}
 */
export async function sign(order, tell, signal) {
  const client = new window.NCALayerClient(ADDRESS, false);
  client.kmdHttpApiUrl = NOWHERE;
  try {
    const stopped = new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new SigningFailure("cancelled")));
    });
    await Promise.race([connect(client, tell), stopped]);
    if (client.wsConnection.readyState !== WebSocket.OPEN) {
      throw new SigningFailure("lost");
    }
    tell("choosing");
    return await Promise.race([ask(client, order), stopped]);
  } finally {
    client.wsConnection?.close();
  }
}

async function connect(client, tell) {
  tell("connecting");
  const slow = setTimeout(() => tell("permission"), SLOW_MS);
  try {
    await Promise.race([client.connect(), unanswered(client)]);
  } catch {
    throw new SigningFailure((await permission()) === "denied" ? "blocked" : "absent");
  } finally {
    clearTimeout(slow);
  }
}

/** Rejects when nobody answers, but not while the browser waits for the person's permission. */
async function unanswered(client) {
  do {
    await new Promise((resolve) => setTimeout(resolve, GIVE_UP_MS));
  } while (client.wsConnection.readyState === WebSocket.CONNECTING && (await permission()) === "prompt");
  throw new SigningFailure("absent");
}

/** @returns {Promise<string>} "granted", "denied" or "prompt"; empty in browsers that ask for none */
async function permission() {
  for (const name of PERMISSIONS) {
    try {
      return (await navigator.permissions.query({ name: /** @type {any} */ (name) })).state;
    } catch {
      // This browser does not know the name.
    }
  }
  return "";
}

async function ask(client, { content, locale, signer }) {
  let answer = "";
  const unreadable = new Promise((_resolve, reject) => {
    client.onResponseReady = (text) => {
      answer = text;
      if (!isReadable(text)) {
        reject(new SigningFailure("failed", text.slice(0, 200)));
      }
    };
  });
  const params = window.NCALayerClient.basicsCMSParamsDetached;
  try {
    return onlySignature(
      await Promise.race([client.basicsSignCMS(null, content, params, signer, locale), unreadable]),
    );
  } catch (error) {
    throw error instanceof SigningFailure ? error : refusal(answer, error.canceledByUser);
  }
}

/** The client waits for ever when it cannot read an answer. */
function isReadable(text) {
  try {
    const said = JSON.parse(text);
    return Boolean(said) && typeof said === "object" && (said.status !== true || Boolean(said.body));
  } catch {
    return false;
  }
}

function onlySignature(result) {
  const signature = Array.isArray(result) ? result[0] : result;
  if (typeof signature !== "string" || signature === "") {
    throw new SigningFailure("failed");
  }
  return signature;
}

function refusal(answer, isCancelled) {
  if (isCancelled) {
    return new SigningFailure("cancelled");
  }
  if (answer === "") {
    return new SigningFailure("lost");
  }
  const { code, errorCode, message, details } = JSON.parse(answer);
  if (errorCode === "MODULE_NOT_FOUND") {
    return new SigningFailure("old");
  }
  return new SigningFailure("failed", [code ?? errorCode, message, details].filter(Boolean).join(": "));
}
