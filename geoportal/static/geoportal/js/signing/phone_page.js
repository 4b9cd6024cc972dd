// Waits for a signature that is made on a phone, and moves on when it has come.

import { byId } from "../dom.js";
import { getJson } from "../request.js";

const { status_url: statusUrl, seconds } = JSON.parse(byId("waiting").textContent);

async function look() {
  try {
    const { moved } = await getJson(statusUrl);
    if (moved) {
      // The server shows what there is to see: the next page, or why the signature was refused.
      window.location.reload();
      return;
    }
  } catch {
    // No answer this time; the next may come.
  }
  wait();
}

const wait = () => setTimeout(look, seconds * 1000);
const finish = document.getElementById("finish");
if (finish instanceof HTMLFormElement) {
  finish.submit();
} else {
  wait();
}
