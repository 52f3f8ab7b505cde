// SPDX-License-Identifier: MIT
/// \file
/// Session: frames in, events out; each row is fed whole, octet by octet and in random splits.
#include "support/h2_frames.hpp"

#include <pottle/proto/h2/session.hpp>

#include <random>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;
using namespace pottle::h2test;

namespace {

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
std::string events(std::string_view input, Limits limits = {}, bool with_hello = true) {
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

std::string padded(std::string_view content, std::size_t padding) {
    return static_cast<char>(padding) + std::string(content) + std::string(padding, '\0');
}

}  // namespace

TEST_CASE("Session: a request, with and without a body (RFC 9113 8.1)") {
    CHECK(events(get(1, "/a")) == "head1 GET /a end;");
    CHECK(events(headers(1, request("POST"), false) + data(1, "abc") + data(1, "de", true)) ==
          "head1 POST /;body1 5;");
    CHECK(events(headers(1, request("POST"), false) + data(1, "", true)) ==
          "head1 POST /;body1 0;");
    CHECK(events(get(1) + get(3) + get(7)) == "head1 GET / end;head3 GET / end;head7 GET / end;");
}

TEST_CASE("Session: padding and priority fields are taken off (RFC 9113 6.1, 6.2)") {
    CHECK(events(headers(1, request("POST"), false) +
                 frame(kData, kPadded | kEndStream, 1, padded("abc", 9))) ==
          "head1 POST /;body1 3;");
    CHECK(events(frame(kHeaders, kEndHeaders | kEndStream | kPadded | kHasPriority, 1,
                       padded(u32(0) + '\x10' + block(request()), 5))) == "head1 GET / end;");
    CHECK(events(headers(1, request("POST"), false) + frame(kData, kPadded, 1,
                                                            "\x04"
                                                            "abc")) == "head1 POST /;error 1;");
    CHECK(events(frame(kHeaders, kEndHeaders | kPadded, 1, "\x01")) == "error 1;");
}

TEST_CASE("Session: a header block may go on in CONTINUATION frames (RFC 9113 6.10)") {
    const std::string text = block(request("GET", "/x"));
    CHECK(events(frame(kHeaders, kEndStream, 1, text.substr(0, 7)) +
                 frame(kContinuation, 0, 1, text.substr(7, 5)) +
                 frame(kContinuation, kEndHeaders, 1, text.substr(12))) == "head1 GET /x end;");
    for (const std::string& between :
         {frame(kPing, 0, 0, "12345678"), get(3), frame(kData, 0, 1, "x"),
          frame(kContinuation, kEndHeaders, 3, text), frame(99, 0, 0, "")})
        CHECK(events(frame(kHeaders, kEndStream, 1, text) + between) == "error 1;");
    CHECK(events(frame(kContinuation, kEndHeaders, 1, text)) == "error 1;");
}

TEST_CASE("Session: trailers end the body (RFC 9113 8.1)") {
    CHECK(events(headers(1, request("POST"), false) + data(1, "abc") +
                 headers(1, {{"x-sum", "9"}})) == "head1 POST /;body1 3;trailer x-sum=9;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{"x-sum", "9"}}, false)) ==
          "head1 POST /;reset1 1;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{":path", "/"}})) ==
          "head1 POST /;reset1 1;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{"content-length", "0"}})) ==
          "head1 POST /;reset1 1;");
}

TEST_CASE("Session: content must be as long as Content-Length says (RFC 9113 8.1.1)") {
    const Fields three = request("POST", "/", {{"content-length", "3"}});
    CHECK(events(headers(1, three, false) + data(1, "abc", true)) == "head1 POST /;body1 3;");
    CHECK(events(headers(1, three, false) + data(1, "ab", true)) == "head1 POST /;reset1 1;");
    CHECK(events(headers(1, three, false) + data(1, "abcd", true)) == "head1 POST /;reset1 1;");
    CHECK(events(headers(1, three)) == "");
    CHECK(events(headers(1, three, false) + data(1, "ab") + headers(1, {{"a", "b"}})) ==
          "head1 POST /;reset1 1;");
}

TEST_CASE("Session: a malformed request is a stream error and never seen (RFC 9113 8.1.1)") {
    Recorder client;
    client.feed(hello() + headers(1, request("GET", "/", {{"Upper", "1"}})) + get(3));
    CHECK(client.events == "head3 GET / end;");
    CHECK(client.frames() == "SETTINGS ack; RST1 1");
    CHECK(client.session.streams() == 1);
}

TEST_CASE("Session: frames of a wrong size or place end the connection (RFC 9113 4.2, 6)") {
    struct Row {
        std::string input;
        int code;
    };
    const std::vector<Row> rows{
        {frame(kData, 0, 0, "x"), 1},
        {frame(kData, 0, 1, "x"), 1},  // idle
        {frame(kHeaders, kEndHeaders, 0, block(request())), 1},
        {frame(kHeaders, kEndHeaders, 2, block(request())), 1},
        {frame(kHeaders, kEndHeaders | kHasPriority, 1, "abc"), 6},
        {frame(kPriority, 0, 0, "12345"), 1},
        {frame(kPriority, 0, 1, "1234"), 6},
        {frame(kRstStream, 0, 0, u32(8)), 1},
        {frame(kRstStream, 0, 1, u32(8)), 1},  // idle
        {frame(kRstStream, 0, 1, "abc"), 6},
        {frame(kSettings, 0, 1), 1},
        {frame(kSettings, 0, 0, "12345"), 6},
        {frame(kSettings, kAck, 0, setting(1, 1)), 6},
        {frame(kSettings, 0, 0, setting(2, 2)), 1},
        {frame(kSettings, 0, 0, setting(4, 0x80000000)), 3},
        {frame(kSettings, 0, 0, setting(5, 16383)), 1},
        {frame(kSettings, 0, 0, setting(5, 16777216)), 1},
        {frame(kPushPromise, kEndHeaders, 1, u32(2)), 1},
        {frame(kPing, 0, 1, "12345678"), 1},
        {frame(kPing, 0, 0, "1234567"), 6},
        {frame(kGoAway, 0, 1, u32(0) + u32(0)), 1},
        {frame(kGoAway, 0, 0, u32(0)), 6},
        {frame(kWindowUpdate, 0, 0, u32(0)), 1},
        {frame(kWindowUpdate, 0, 1, u32(1)), 1},  // idle
        {frame(kWindowUpdate, 0, 0, "abc"), 6},
        {frame(kWindowUpdate, 0, 0, u32(0x7fffffff)), 3},
        {frame(kPriorityUpdate, 0, 1, u32(1)), 1},
        {frame(kPriorityUpdate, 0, 0, u32(0)), 1},
        {frame(kHeaders, kEndHeaders, 1, "\x80"), 9},
        {std::string("\x01\x00\x00", 3) + frame(kData, 0, 1).substr(3), 6},  // 65536 octets
    };
    for (const Row& row : rows)
        CHECK_MESSAGE(events(row.input) == "error " + std::to_string(row.code) + ";",
                      describe(FrameReader().read(row.input)));
}

TEST_CASE("Session: the preface and SETTINGS come first (RFC 9113 3.4)") {
    CHECK(events("GET / HTTP/1.1\r\n", {}, false) == "error 1;");
    CHECK(events(std::string(kPreface) + get(1), {}, false) == "error 1;");
    CHECK(events(std::string(kPreface) + frame(kSettings, kAck, 0), {}, false) == "error 1;");
}

TEST_CASE("Session: closed and half-closed streams take nothing more (RFC 9113 5.1)") {
    CHECK(events(get(1) + data(1, "x")) == "head1 GET / end;reset1 5;");
    CHECK(events(get(1) + headers(1, {{"a", "b"}})) == "head1 GET / end;reset1 5;");
    CHECK(events(get(5) + get(3)) == "head5 GET / end;error 1;");
    CHECK(events(get(1) + frame(kRstStream, 0, 1, u32(8)) + headers(1, request())) ==
          "head1 GET / end;reset1 8;error 5;");
}

TEST_CASE("Session: what is on its way when we reset a stream is let pass (RFC 9113 5.4.2)") {
    Recorder client;
    client.feed(hello() + headers(1, request("POST"), false));
    client.session.reset(*client.session.stream(1), ErrorCode::Cancel, client.out);
    client.events.clear();
    CHECK(client.feed(data(1, "abc") + headers(1, {{"x", "y"}}) + get(3)) == "head3 GET / end;");
}

TEST_CASE(
    "Session: more streams than allowed are refused, and a slot is free only after release "
    "(5.1.2)") {
    Recorder client({.streams = 2});
    client.feed(hello() + get(1) + get(3) + get(5));
    CHECK(client.events == "head1 GET / end;head3 GET / end;");
    CHECK(client.frames() == "SETTINGS ack; RST5 7");
    Stream& first = *client.session.stream(1);
    client.session.send_head(first, {}, EndStream::Yes, client.out);
    client.feed(get(7));
    CHECK(client.frames() == "H1 200 end; RST7 7");
    client.session.release(first, 0, client.out);
    client.feed(get(9));
    CHECK(client.session.stream(9) != nullptr);
}

TEST_CASE("Session: too large heads are answered, much too large ones end the connection") {
    CHECK(events(headers(1, request("GET", "/", {{"a", std::string(900, 'x')}})),
                 {.header_list = 600}) == "refused1 431 end;");
    CHECK(events(headers(1, request("GET", "/" + std::string(900, 'x'))), {.path = 800}) ==
          "refused1 414 end;");
    CHECK(events(headers(1, request("GET", "/", {{"expect", "x"}}))) == "refused1 417 end;");
}

TEST_CASE("Session: an HPACK bomb ends the connection (abuse: HPACK bomb)") {
    // One entry of 3 KiB, referred to by single octets.
    std::string bomb =
        "\x40\x01"
        "a\x7f\x81\x16" +
        std::string(2944, 'x') + std::string(1000, '\xbe');
    CHECK(events(frame(kHeaders, kEndHeaders | kEndStream, 1, block(request()) + bomb)) ==
          "error 11;");
    Recorder client;
    client.feed(hello() + frame(kHeaders, kEndHeaders | kEndStream, 1, block(request()) + bomb));
    CHECK(client.frames() == "SETTINGS ack; GOAWAY 1 11");
}

TEST_CASE("Session: CONTINUATION floods end the connection (abuse: CONTINUATION flood)") {
    std::string flood = frame(kHeaders, 0, 1, "");
    for (int i = 0; i < 9; ++i) flood += frame(kContinuation, 0, 1, "");
    CHECK(events(flood) == "error 11;");
    std::string large = frame(kHeaders, 0, 1, std::string(1000, '\x82'));
    large += frame(kContinuation, 0, 1, std::string(1000, '\x82'));
    CHECK(events(large, {.header_list = 1500}) == "error 11;");
}

TEST_CASE("Session: rapid resets end the connection (abuse: CVE-2023-44487)") {
    Recorder client({.reset_burst = 10, .resets_per_second = 10});
    client.respond = true;
    std::string flood = hello();
    std::uint32_t id = 1;
    for (int i = 0; i < 10; ++i, id += 2) flood += get(id) + frame(kRstStream, 0, id, u32(8));
    client.feed(flood);
    CHECK_FALSE(client.session.failed());
    client.now += 500;  // five more
    for (int i = 0; i < 5; ++i, id += 2) client.feed(get(id) + frame(kRstStream, 0, id, u32(8)));
    CHECK_FALSE(client.session.failed());
    client.feed(get(id) + frame(kRstStream, 0, id, u32(8)));
    CHECK(client.session.failed());
}

TEST_CASE("Session: resets that the peer provokes count like its own (abuse: CVE-2025-8671)") {
    std::string flood;
    for (std::uint32_t id = 1; id < 41; id += 2)
        flood += headers(id, request("POST"), false) + frame(kWindowUpdate, 0, id, u32(0));
    CHECK(events(flood, {.reset_burst = 10}).ends_with("error 11;"));
    std::string malformed;
    for (std::uint32_t id = 1; id < 41; id += 2) malformed += headers(id, {{":method", "GET"}});
    CHECK(events(malformed, {.reset_burst = 10}) == "error 11;");
}

TEST_CASE("Session: floods of frames that bring nothing forward end the connection (abuse)") {
    const std::string open = headers(1, request("POST"), false);
    for (const std::string& cheap :
         {frame(kPing, 0, 0, "12345678"), frame(kPing, kAck, 0, "12345678"), frame(kSettings, 0, 0),
          frame(kSettings, kAck, 0), frame(kPriority, 0, 3, u32(0) + 'x'), frame(kData, 0, 1),
          frame(kWindowUpdate, 0, 0, u32(1)), frame(kWindowUpdate, 0, 1, u32(1)), frame(0x77, 0, 0),
          frame(kPriorityUpdate, 0, 0, u32(3) + "u=1"), frame(kGoAway, 0, 0, u32(0) + u32(0))}) {
        std::string flood = open;
        for (int i = 0; i < 60; ++i) flood += cheap;
        CHECK(events(flood, {.control_burst = 50}).ends_with("error 11;"));
    }
    std::string many;
    for (int i = 0; i < 33; ++i) many += setting(99, 1);
    CHECK(events(frame(kSettings, 0, 0, many)) == "error 11;");
}

TEST_CASE("Session: flow control of what is received (RFC 9113 6.9)") {
    SUBCASE("credit comes back when content was consumed") {
        Recorder client({.stream_window = 65535, .connection_window = 65535, .largest_window = 0});
        std::string body = headers(1, request("POST"), false);
        for (int i = 0; i < 2; ++i) body += data(1, std::string(16384, 'x'));
        client.feed(hello() + body);
        CHECK(client.frames() == "SETTINGS ack; WU0 32768; WU1 32768");
    }
    SUBCASE("more than the window is an error") {
        // Nothing is consumed: the test keeps the credit.
        Limits limits{.stream_window = 65535, .connection_window = 65535};
        Scratch scratch;
        Session session(limits, scratch, {});
        std::string out;
        session.start(out);
        std::string input = hello() + headers(1, request("POST"), false);
        for (int i = 0; i < 4; ++i) input += data(1, std::string(16384, 'x'));
        http::RequestParts parts;
        Event event;
        std::string_view rest = input;
        do {
            event = session.next(rest, parts, out, {});
            rest.remove_prefix(event.consumed);
        } while (event.kind == Event::Kind::Head || event.kind == Event::Kind::Data);
        CHECK(event.kind == Event::Kind::Error);
        CHECK(event.code == ErrorCode::FlowControlError);
    }
    SUBCASE("padding counts and comes back") {
        Recorder client({.stream_window = 65535, .connection_window = 65535, .largest_window = 0});
        std::string body = headers(1, request("POST"), false);
        for (int i = 0; i < 200; ++i) body += frame(kData, kPadded, 1, padded("x", 200));
        client.feed(hello() + body);
        CHECK(client.frames().find("WU1 ") != std::string::npos);
    }
}

TEST_CASE("Session: windows grow while a client fills them within one round trip") {
    Recorder client(
        {.stream_window = 65535, .connection_window = 65535, .largest_window = 1 << 20});
    const std::string piece = data(1, std::string(16384, 'x'));
    client.feed(hello() + headers(1, request("POST"), false) + piece + piece);
    CHECK(client.frames() == "SETTINGS ack; WU0 32768; WU1 32768; PING");
    for (int i = 0; i < 4; ++i) client.feed(piece);
    client.feed(frame(kPing, kAck, 0, "pottle w"));
    (void)client.frames();
    client.feed(piece + piece);
    // 65535 more than what was consumed.
    CHECK(client.frames() == "WU0 81919; WU1 98303; PING");
}

TEST_CASE("Session: flow control of what is sent (RFC 9113 6.9)") {
    Recorder client;
    client.feed(hello(setting(4, 10)) + get(1));
    Stream& stream = *client.session.stream(1);
    (void)client.frames();
    client.session.send_head(stream, {}, EndStream::No, client.out);
    client.session.send_data(stream, std::string(25, 'x'), EndStream::Yes, true, client.out);
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "H1 200; D1 10");
    client.feed(frame(kWindowUpdate, 0, 1, u32(5)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "D1 5");
    client.feed(frame(kSettings, 0, 0, setting(4, 5)));  // takes five back: below zero
    client.feed(frame(kWindowUpdate, 0, 1, u32(5)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "SETTINGS ack");
    client.feed(frame(kWindowUpdate, 0, 1, u32(100)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "D1 10 end");
}

TEST_CASE("Session: the connection's window holds all streams (RFC 9113 6.9)") {
    Recorder client;
    client.feed(hello(setting(4, 1 << 20)) + get(1) + get(3));
    for (const std::uint32_t id : {1U, 3U}) {
        client.session.send_head(*client.session.stream(id), {}, EndStream::No, client.out);
        client.session.send_data(*client.session.stream(id), std::string(40000, 'x'),
                                 EndStream::Yes, false, client.out);
    }
    (void)client.frames();
    client.session.flush(client.out, 1 << 20);
    std::size_t sent = 0;
    for (const Frame& one : client.reader.read(std::exchange(client.out, {})))
        sent += one.payload.size();
    CHECK(sent == 65535);
    client.feed(frame(kWindowUpdate, 0, 0, u32(100000)));
    client.session.flush(client.out, 1 << 20);
    for (const Frame& one : client.reader.read(std::exchange(client.out, {})))
        sent += one.payload.size();
    CHECK(sent == 80000);
}

TEST_CASE(
    "Session: urgency decides, incremental streams share, others go one by one (RFC 9218 10)") {
    const auto order = [](std::vector<std::string> priorities) {
        Recorder client;
        std::string input = hello(setting(4, 1 << 20)) + frame(kWindowUpdate, 0, 0, u32(1 << 20));
        std::uint32_t id = 1;
        for (const std::string& priority : priorities) {
            input += headers(
                id,
                request("GET", "/", priority.empty() ? Fields{} : Fields{{"priority", priority}}));
            id += 2;
        }
        client.feed(input);
        for (id = 1; id < 1 + 2 * priorities.size(); id += 2) {
            client.session.send_head(*client.session.stream(id), {}, EndStream::No, client.out);
            client.session.send_data(*client.session.stream(id), std::string(2 * 16384, 'x'),
                                     EndStream::Yes, false, client.out);
        }
        (void)client.frames();
        client.session.flush(client.out, 1 << 20);
        std::string ids;
        for (const Frame& one : client.reader.read(client.out)) ids += std::to_string(one.stream);
        return ids;
    };
    CHECK(order({"u=5", "u=1", "u=3"}) == "335511");
    CHECK(order({"u=3", "u=3"}) == "1133");
    CHECK(order({"u=3, i", "u=3, i"}) == "1313");
    CHECK(order({"", ""}) == "1313");
    CHECK(order({"i", "u=0", "i"}) == "331515");
}

TEST_CASE(
    "Session: PRIORITY_UPDATE changes a stream, before its request and after (RFC 9218 7.1)") {
    Recorder client({.early_priorities = 1});
    client.feed(hello() + frame(kPriorityUpdate, 0, 0, u32(3) + "u=0") +
                frame(kPriorityUpdate, 0, 0, u32(5) + "u=1") + get(1) + get(3) + get(5) +
                frame(kPriorityUpdate, 0, 0, u32(1) + "u=6, i"));
    CHECK(client.session.stream(3)->priority.urgency == 0);
    CHECK(client.session.stream(5)->priority.urgency == 3);  // one is kept at most
    CHECK(client.session.stream(1)->priority.urgency == 6);
}

TEST_CASE("Session: trailers of an answer end the stream (RFC 9113 8.1)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    Stream& stream = *client.session.stream(1);
    client.session.send_head(stream, {}, EndStream::No, client.out);
    client.session.send_data(stream, "abc", EndStream::No, true, client.out);
    client.session.send_trailers(stream, {{"X-Sum", "1"}, {"Connection", "close"}}, client.out);
    const auto frames = client.reader.read(client.out);
    CHECK(describe(frames) == "H1 200; D1 3; H1 trailers end");
    CHECK(frames[2].fields == Fields{{"x-sum", "1"}});
}

TEST_CASE("Session: a head has no connection fields and one of each preset (RFC 9113 8.2.2, RESP-25)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    const std::vector<http::Field> preset{{"server", "p"}, {"date", "now"}};
    const Headers headers{{"Connection", "close"},
                          {"Transfer-Encoding", "chunked"},
                          {"Server", "mine"},
                          {"Content-Length", "7"},
                          {"Keep-Alive", "1"}};
    client.session.send_head(
        *client.session.stream(1),
        {.content_type = "a/b", .content_length = 3, .headers = &headers, .preset = preset},
        EndStream::Yes, client.out);
    CHECK(client.reader.read(client.out)[0].fields == Fields{{":status", "200"},
                                                             {"date", "now"},
                                                             {"content-type", "a/b"},
                                                             {"content-length", "3"},
                                                             {"server", "mine"}});
}

TEST_CASE("Session: a head larger than a frame goes on in CONTINUATION (RFC 9113 6.10)") {
    Recorder client;
    client.feed(hello() + get(1));
    client.out.clear();
    Headers headers;
    for (int i = 0; i < 30; ++i) headers.add("x-" + std::to_string(i), std::string(1500, 'v'));
    client.session.send_head(*client.session.stream(1), {.headers = &headers}, EndStream::Yes,
                             client.out);
    std::string block;
    std::string shape;
    for (const Frame& one : FrameReader().read(client.out)) {
        block += one.payload;
        shape += std::to_string(one.type) + ":" + std::to_string(one.flags) + " ";
    }
    CHECK(shape == "1:1 9:0 9:4 ");
    HpackDecoder decoder;
    FieldArena arena;
    decoder.begin(block);
    http::Field field;
    int count = 0;
    while (decoder.next(field, arena) == HpackDecoder::Step::Field) ++count;
    CHECK(count == 31);
}

TEST_CASE("Session: push where the client allows it (RFC 9113 8.4)") {
    Recorder client;
    client.feed(hello(setting(3, 1)) + get(1));
    (void)client.frames();
    Stream& parent = *client.session.stream(1);
    Stream* pushed =
        client.session.push(parent, "/a.css", "e.org", "https", {{"accept", "*/*"}}, client.out);
    REQUIRE(pushed != nullptr);
    CHECK(client.session.push(parent, "/b.css", "e.org", "https", {}, client.out) ==
          nullptr);  // one at a time
    client.session.send_head(*pushed, {}, EndStream::Yes, client.out);
    client.session.release(*pushed, 0, client.out);
    const auto frames = client.reader.read(client.out);
    CHECK(describe(frames) == "PUSH1 2; H2 200 end");
    CHECK(frames[0].fields == Fields{{":method", "GET"},
                                     {":scheme", "https"},
                                     {":authority", "e.org"},
                                     {":path", "/a.css"},
                                     {"accept", "*/*"}});
    client.feed(frame(kSettings, 0, 0, setting(2, 0)));
    CHECK(client.session.push(parent, "/c.css", "e.org", "https", {}, client.out) == nullptr);
}

TEST_CASE("Session: the end is told in two steps (RFC 9113 6.8)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    client.session.announce_end(client.out);
    CHECK(client.frames() == "GOAWAY 2147483647 0");
    client.events.clear();
    CHECK(client.feed(get(3)) == "head3 GET / end;");
    client.session.refuse_new(client.out);
    CHECK(client.frames() == "GOAWAY 3 0");
    client.events.clear();
    CHECK(client.feed(get(5)) == "");
    CHECK(client.frames() == "");
}

TEST_CASE("Session: an answer before the end of its request stops the upload (RFC 9113 8.1)") {
    Recorder client;
    client.respond = true;
    client.feed(hello() + headers(1, request("POST"), false));
    CHECK(client.frames() == "SETTINGS ack; H1 200 end; RST1 0");
    CHECK(client.session.streams() == 0);
    client.feed(data(1, "late", true));
    CHECK(client.frames() == "");
}

TEST_CASE("Session: what little is left of an answered request is read and thrown away") {
    Recorder client;
    client.respond = true;
    client.discard = 5;
    client.feed(hello() + headers(1, request("POST"), false) + data(1, "abc"));
    CHECK(client.frames() == "SETTINGS ack; H1 200 end");
    CHECK(client.session.streams() == 1);
    client.feed(data(1, "de"));
    CHECK(client.frames() == "RST1 0");
    client.feed(headers(3, request("POST"), false) + data(3, "abcd", true));
    CHECK(client.session.streams() == 0);
    client.feed(headers(5, request("POST", "/", {{"content-length", "6"}}), false));
    CHECK(client.frames() == "H3 200 end; H5 200 end; RST5 0");
}

TEST_CASE("Session: an upgraded connection begins with stream 1 (RFC 7540 3.2)") {
    Recorder client;
    Stream* stream =
        client.session.adopt_upgrade("AAMAAABkAAQAAAAK", false);  // streams 100, window 10
    REQUIRE(stream != nullptr);
    CHECK(stream->id == 1);
    CHECK(stream->send_window == 10);
    CHECK(client.feed(hello() + get(3)) == "head3 GET / end;");
    Recorder other;
    CHECK(other.session.adopt_upgrade("!!", false) == nullptr);
    CHECK(other.session.adopt_upgrade("AAMA", false) == nullptr);
}
