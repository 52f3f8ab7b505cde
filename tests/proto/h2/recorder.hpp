// SPDX-License-Identifier: MIT
/// \file
/// A session whose server notes events; rows of input whose events must not depend on their split.
#pragma once

#include <pottle/proto/h2/session.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <support/h2_frames.hpp>

namespace pottle::h2test {

using namespace pottle::h2;

/// A session whose server does nothing but note events.
struct Recorder final : StreamOwner {
    explicit Recorder(Limits options = {}) : limits(options), session(limits, scratch, {}) {
        session.start(out);
        (void)frames();
    }
    void on_sent(std::size_t) noexcept override {}

    /// Feeds `input` in pieces of the sizes that `next_size` gives; returns events in short.
    template <class NextSize>
    std::string feed(std::string_view input, NextSize next_size) {
        std::string held;
        while (!input.empty()) {
            const std::size_t size = std::min<std::size_t>(next_size(), input.size());
            held += input.substr(0, size);
            input.remove_prefix(size);
            if (!drain(held)) break;
        }
        return events;
    }
    std::string feed(std::string_view input) {
        return feed(input, [&] { return input.size(); });
    }

    std::string frames() { return describe(reader.read(std::exchange(out, {}))); }

    Limits limits;
    Scratch scratch;
    Session session;
    std::string out;
    std::string events;
    FrameReader reader;
    Moment now = 0;
    std::uint64_t discard = 0;
    bool respond = false;  ///< answers each request and releases it

private:
    bool drain(std::string& held) {
        for (;;) {
            http::RequestParts parts;
            const Event event = session.next(held, parts, out, now);
            if (event.kind != Event::Kind::NeedMore) note(event, parts);
            held.erase(0, event.consumed);
            if (event.kind == Event::Kind::NeedMore) return true;
            if (event.kind == Event::Kind::Error) return false;
        }
    }

    void note(const Event& event, const http::RequestParts& parts) {
        const std::string id = event.stream ? std::to_string(event.stream->id) : "";
        const auto add = [&](const std::string& text) {
            events += text + (event.end ? " end;" : ";");
        };
        switch (event.kind) {
            case Event::Kind::Head:
                event.stream->owner = this;
                add("head" + id + " " + std::string(parts.method_text) + " " +
                    std::string(parts.target));
                if (respond) {
                    session.send_head(*event.stream, {}, EndStream::Yes, out);
                    session.release(*event.stream, discard, out);
                }
                break;
            case Event::Kind::Refused:
                add("refused" + id + " " + std::to_string(event.error.status));
                session.send_head(*event.stream, {.status = event.error.status}, EndStream::Yes,
                                  out);
                session.release(*event.stream, discard, out);
                break;
            case Event::Kind::Data:
                // Data may be cut differently: octets are counted, not pieces.
                content += event.data.size();
                session.consumed(*event.stream, event.data.size(), out);
                if (event.end)
                    events += "body" + id + " " + std::to_string(std::exchange(content, 0)) + ";";
                break;
            case Event::Kind::End:
                events += "body" + id + " " + std::to_string(std::exchange(content, 0)) + ";";
                break;
            case Event::Kind::Trailers:
                events += "body" + id + " " + std::to_string(std::exchange(content, 0)) + ";";
                for (const http::Field& field : event.trailers)
                    add("trailer " + std::string(field.name) + "=" + std::string(field.value));
                break;
            case Event::Kind::Reset:
                add("reset" + id + " " + std::to_string(static_cast<unsigned>(event.code)));
                session.release(*event.stream, discard, out);
                break;
            case Event::Kind::Error:
                add("error " + std::to_string(static_cast<unsigned>(event.code)));
                break;
            case Event::Kind::NeedMore:
                break;
        }
    }
    std::size_t content = 0;
};

/// Events of a client that begins properly and goes on with `input`, however it is split.
inline std::string events(std::string_view input, Limits limits = {}, bool with_hello = true) {
    const std::string all = (with_hello ? hello() : "") + std::string(input);
    Recorder whole(limits);
    const std::string expected = whole.feed(all);
    Recorder bytes(limits);
    CHECK(bytes.feed(all, [] { return 1; }) == expected);
    std::mt19937 random(11);
    for (int round = 0; round < 5; ++round) {
        Recorder split(limits);
        CHECK(split.feed(all, [&] { return 1 + random() % 40; }) == expected);
    }
    return expected;
}

inline std::string padded(std::string_view content, std::size_t padding) {
    return static_cast<char>(padding) + std::string(content) + std::string(padding, '\0');
}

}  // namespace pottle::h2test
