// SPDX-License-Identifier: MIT
/// \file
/// A gallery: uploads in every way they can be read, files in every way they can be sent, and
/// events. docs/how_to/files.md and docs/how_to/events.md are cut from it.
#include <pottle/pottle.hpp>

#include <chrono>

namespace gallery {

using namespace pottle;

// doc: fields
struct Caption {
    Text<1, 200> title;
    std::optional<Int<1800, 2100>> year;
};

Task<Created<std::string>> add_picture(Form<Caption> caption, FileDict& files) {
    const FileStorage& picture = files.at("picture");  // 400 when the form has none
    const std::string name = secure_filename(picture.filename());
    if (name.empty()) abort(400, "The picture needs a name.");
    co_await picture.save("pictures/" + name);
    co_return {"saved " + name + ": " + escape(caption->title), "/pictures/" + name};
}
// doc: end

// doc: parts
Task<std::string> add_many(Multipart& form) {
    std::uint64_t bytes = 0;
    while (FormPart* part = co_await form.next()) {
        if (!part->filename()) continue;  // not read: skipped
        bytes += co_await part->save("pictures/" + secure_filename(*part->filename()));
    }
    co_return std::to_string(bytes) + " bytes";
}
// doc: end

// doc: stream
Task<std::string> measure(BodyStream& body) {
    std::size_t size = 0;
    while (auto chunk = co_await body.next()) size += chunk->size();
    co_return std::to_string(size) + " bytes";
}
// doc: end

// doc: limit
Task<std::string> import_catalogue(Request& request) {
    const auto credentials = request.authorization();
    if (credentials && credentials->username == "curator")
        request.set_max_content_length(1_GiB);  // before anything of the body is read
    co_return std::to_string((co_await request.get_data()).size());
}
// doc: end

// doc: conditional
Response catalogue() {
    Response response = make_response("<h1>Catalogue</h1>");
    add_etag(response);
    response.set_cache_control({.is_private = true, .no_cache = true});
    response.make_conditional();  // 304 when the client has it
    return response;
}
// doc: end

// doc: events
struct Visit {
    long number;
};

Task<> count_visits(EventStream& events) {
    long number = 0;
    if (const std::string last(events.last_event_id()); !last.empty())
        number = read_as<long>(last).value_or(0);  // a browser that comes back
    while (true) {
        ++number;
        co_await events.send(ServerSentEvent{
            .data = json::encode(Visit{number}), .event = "visit", .id = std::to_string(number)});
        co_await sleep(Seconds(1));
    }
}
// doc: end

// doc: generator
Generator<ServerSentEvent> countdown() {
    for (int left = 10; left > 0; --left) {
        co_yield ServerSentEvent{.data = std::to_string(left)};
        co_await sleep(Seconds(1));
    }
}
// doc: end

App create_app() {
    App app{"gallery"};
    // doc: routes
    app.post("/pictures", add_picture);
    app.post("/pictures/many", add_many, body_limit(4_GiB), form_limits({.parts = 5000}));
    app.put("/measure", measure, body_limit(0));  // 0: no limit
    app.post("/catalogue", import_catalogue);
    // doc: end
    // doc: files
    app.get("/pictures/<name>", [](std::string name) {
        return send_from_directory("pictures", name, {.max_age = Seconds(3600)});
    });
    app.get("/terms", [] {
        return send_file("terms.pdf", {.as_attachment = true, .download_name = "Terms of use.pdf"});
    });
    app.get("/report.csv", [] {
        return send_file(Bytes(std::string("a,b\n1,2\n")), {.download_name = "report.csv"});
    });
    // doc: end
    // doc: static
    app.static_folder("static", {.files = {.precompressed = true}, .index = "index.html"});
    // doc: end
    app.get("/catalogue", catalogue);
    // doc: event-routes
    app.get("/visits", count_visits);
    app.get("/countdown", countdown);
    app.get("/chatty", [](EventStream& events) -> Task<> {
        events.set_heartbeat(Seconds(5));
        events.set_slow_client(SlowClient::Drop, 16);
        for (long i = 0; i < 1'000'000; ++i) {
            co_await events.send(Visit{i});
            if (i % 100 == 0) co_await sleep(Milliseconds(10));
        }
    });
    // doc: end
    return app;
}

}  // namespace gallery

int main(int argc, char** argv) {
    return pottle::run(gallery::create_app(), argc, argv);
}
