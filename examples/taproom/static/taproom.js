"use strict";

const $ = (id) => document.getElementById(id);

// ---- notes: the JSON API
async function showNotes() {
  const notes = await (await fetch("/api/notes")).json();
  const items = notes.map((note) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = note.text;
    const time = document.createElement("time");
    time.dateTime = note.pinned_at;
    time.textContent = new Date(note.pinned_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    if (note.author) time.textContent = `${note.author}, ${time.textContent}`;
    item.append(text, time);
    return item;
  });
  if (items.length > 0) $("note-list").replaceChildren(...items);
}

$("note-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/api/notes", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: $("note-text").value }),
  });
  if (response.ok) {
    $("note-text").value = "";
    $("note-error").textContent = "";
    await showNotes();
  } else {
    const problem = await response.json();
    $("note-error").textContent = (problem.errors || []).map((e) => e.message).join(", ") || problem.title;
  }
});

// ---- on tap: a streamed response
$("pour").addEventListener("click", async () => {
  $("pour").disabled = true;
  $("poured").replaceChildren();
  const reader = (await fetch("/stream")).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const item = document.createElement("li");
      item.textContent = line;
      $("poured").append(item);
    }
  }
  $("pour").disabled = false;
});

// ---- deliveries: fetch() cannot tell the progress of an upload, XMLHttpRequest can
$("upload-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const file = $("file").files[0];
  if (!file) {
    $("delivered").textContent = "Choose a file first.";
    return;
  }
  const request = new XMLHttpRequest();
  request.upload.onprogress = (e) => { if (e.lengthComputable) $("progress").value = e.loaded / e.total; };
  request.onload = () => {
    $("progress").value = 1;
    if (request.status === 200) {
      const receipt = JSON.parse(request.responseText);
      $("delivered").textContent = `${size(receipt.bytes)} received in ${receipt.chunks} pieces.`;
    } else {
      $("delivered").textContent = `Not accepted: ${request.status} ${request.statusText}`;
    }
  };
  request.onerror = () => { $("delivered").textContent = "The delivery was interrupted."; };
  request.open("POST", "/upload");
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(file);
});

// ---- behind the bar: live counters
function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) { bytes /= 1024; ++unit; }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

function duration(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function showCounters(now) {
  $("protocol").textContent = `HTTP/${now.http_version}${location.protocol === "https:" ? " over TLS" : ""}`;
  for (const name of ["requests_total", "requests_active", "connections_open"]) $(name).textContent = now[name].toLocaleString();
  for (const name of ["bytes_sent", "bytes_received"]) $(name).textContent = size(now[name]);
  $("uptime_seconds").textContent = duration(now.uptime_seconds);
}

// Server-sent events; the browser comes back by itself when the connection is lost.
const events = new EventSource("/events");
events.addEventListener("counters", (event) => showCounters(JSON.parse(event.data)));
events.addEventListener("error", () => { $("protocol").textContent = "nothing: the house is closed"; });

showNotes();
