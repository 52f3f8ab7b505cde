// SPDX-License-Identifier: MIT
/// \file
/// The taproom: the showcase that scripts/demo serves. Each part of its page stands for one
/// capability.
#include "chat.hpp"
#include "members.hpp"
#include "menu.hpp"
#include "taproom_templates.hpp"

#include <pottle/crypto/random.hpp>
#include <pottle/pottle.hpp>

#include <chrono>
#include <deque>
#include <mutex>

namespace taproom {

using namespace pottle;

// ---- notes: a JSON API with validation

struct Note {
    long id;
    std::string text;
    std::string author;  ///< empty for who is not logged in
    std::chrono::sys_seconds pinned_at;
};

struct NewNote {
    Text<1, 120> text;
};

/// The last hundred notes. One object serves all loops, so it has a lock.
class NoteBoard {
public:
    Note pin(std::string text, std::string author) {
        const std::scoped_lock lock(mutex_);
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        notes_.push_front({++last_id_, std::move(text), std::move(author), now});
        if (notes_.size() > kKept) notes_.pop_back();
        return notes_.front();
    }
    std::vector<Note> all() const {
        const std::scoped_lock lock(mutex_);
        return {notes_.begin(), notes_.end()};
    }

private:
    static constexpr std::size_t kKept = 100;
    mutable std::mutex mutex_;  // guards what follows
    std::deque<Note> notes_;
    long last_id_ = 0;
};

Blueprint notes() {
    Blueprint bp{"notes", {.url_prefix = "/api/notes"}};
    bp.get("/", [](NoteBoard& board) { return board.all(); }, strict_slashes(false));
    bp.post(
        "/",
        [](Json<NewNote> in, NoteBoard& board, Session& session) {
            return Created{board.pin(in->text, session.get("name", ""))};
        },
        strict_slashes(false));
    return bp;
}

// ---- on tap: a streamed response

Generator<std::string> pour() {
    static constexpr const char* kLines[] = {
        "Rinse the glass.",     "Tilt it.",
        "Open the tap.",        "Straighten slowly.",
        "Let the foam settle.", "A full pottle: half a gallon."};
    for (const char* line : kLines) {
        co_yield std::string(line) + "\n";
        co_await sleep(400ms);
    }
}

// ---- deliveries: an upload that is never held in memory

struct Receipt {
    std::uint64_t bytes = 0;
    std::uint64_t chunks = 0;
};

Task<Receipt> receive(BodyStream& body) {
    Receipt receipt;
    while (auto chunk = co_await body.next()) {
        receipt.bytes += chunk->size();
        ++receipt.chunks;
    }
    co_return receipt;
}

// ---- behind the bar: live counters

struct Counters {
    std::string http_version;
    std::uint64_t requests_total, requests_active, connections_open, bytes_sent, bytes_received;
    std::int64_t uptime_seconds;
};

Counters count(Request& request, ServerStats& stats) {
    const ServerCounters now = stats.read();
    return {std::string(request.http_version()),
            now.requests_total,
            now.requests_active,
            now.connections_open,
            now.bytes_sent,
            now.bytes_received,
            stats.uptime().count()};
}

/// Every second until the visitor leaves or the house closes.
Task<> watch(EventStream& events, Request& request, ServerStats& stats, ShutdownEvent& shutdown) {
    while (!shutdown.is_set()) {
        co_await events.send("counters", count(request, stats));
        co_await sleep(1s);
    }
}

// ---- pages: templates that are part of the program

struct ErrorPage {
    std::string name;
};

App create_app() {
    App app{"taproom", {.root_path = TAPROOM_FOLDER}};
    app.config().from_prefixed_env().set("SESSION_COOKIE_SAMESITE", "Lax");
    // Without POTTLE_SECRET_KEY sessions end with the program.
    if (app.config()["SECRET_KEY"].is_null())
        app.config().set("SECRET_KEY", crypto::random_token());
    app.use<NoteBoard>();
    // doc: templates
    app.use<Templates>(std::make_unique<templating::BuiltInLoader>(pottle_templates::taproom()));
    // doc: end
    app.static_folder("static");
    app.get(
        "/", [](NoteBoard& board) { return Template("index.html", {{"notes", board.all()}}); },
        endpoint("index"));
    app.errorhandler(404, [](const HTTPException& error) {
        return std::pair(Template("error.html", {{"error", ErrorPage{std::string(error.name())}}}),
                         404);
    });
    add_menu(app);
    app.get("/stream", pour);
    app.post("/upload", receive, body_limit(4_GiB));
    app.get("/api/stats", count);
    app.get("/events", watch);
    app.register_blueprint(members());
    app.register_blueprint(notes());
    app.register_blueprint(chat());
    return app;
}

}  // namespace taproom

int main(int argc, char** argv) {
    return pottle::run(taproom::create_app, argc, argv);
}
