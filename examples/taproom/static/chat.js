"use strict";

// ---- the chat: a websocket that is opened again when the house was closed
{
  const list = document.getElementById("chat-lines");
  const state = document.getElementById("chat-state");
  const form = document.getElementById("chat-form");
  const text = document.getElementById("chat-text");
  let socket;

  function enter() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat`);
    socket.onopen = () => { state.textContent = "Come in, say something."; };
    socket.onmessage = (event) => {
      const line = JSON.parse(event.data);
      const item = document.createElement("li");
      const guest = document.createElement("b");
      guest.textContent = `${line.guest} (HTTP/${line.http_version}): `;
      item.append(guest, line.text);
      list.append(item);
      while (list.children.length > 50) list.firstChild.remove();
    };
    socket.onclose = (event) => {
      state.textContent = `The door is shut (${event.code}${event.reason ? `: ${event.reason}` : ""}).`;
      setTimeout(enter, 2000);
    };
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ text: text.value }));
    text.value = "";
  });
  enter();
}
